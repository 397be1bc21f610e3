import FakeModels
import Glibc
import TuttiRuntime

// A fake server of models for checks from outside: answers until SIGTERM, then says what it has seen.

Signals.block([SIGTERM, SIGINT])

func complain(_ text: String) {
    let line = "fake-models: \(text)\n"
    _ = unsafe write(STDERR_FILENO, line, line.utf8.count)
}

do {
    let arguments = try ProgramArguments(Array(CommandLine.arguments.dropFirst()))
    let models = try FakeModels(arguments.script, arguments.options)
    try arguments.tellPort(models.port)
    for await _ in Signals.stream([SIGTERM, SIGINT]) { break }
    models.stop()
    print(JSONText.write(models.counters.json))
} catch let error as ProgramArguments.UsageError {
    complain("\(error)\n\(ProgramArguments.usage)")
    exit(2)
} catch {
    complain("\(error)")
    exit(1)
}
