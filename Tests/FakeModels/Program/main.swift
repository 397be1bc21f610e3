import FakeModels
import Glibc
import TuttiRuntime

// A fake server of models for checks from outside: answers until SIGTERM or SIGINT, then says what it has seen.

let signals = [SIGTERM, SIGINT]
Signals.block(signals)  // before there is a second thread

func complain(_ text: String) {
    let line = "fake-models: \(text)\n"
    _ = unsafe write(STDERR_FILENO, line, line.utf8.count)
}

/// Waits on this thread: an asynchronous main would wait with no signal blocked, and end without a word.
func waitForSignal() {
    var (set, signal) = (sigset_t(), Int32(0))
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    while unsafe sigwait(&set, &signal) != 0 {}
}

do {
    let arguments = try ProgramArguments(Array(CommandLine.arguments.dropFirst()))
    let models = try FakeModels(arguments.script, arguments.options)
    try arguments.tellPort(models.port)
    waitForSignal()
    models.stop()
    print(JSONText.write(models.counters.json))
} catch let error as ProgramArguments.UsageError {
    complain("\(error)\n\(ProgramArguments.usage)")
    exit(2)
} catch {
    complain("\(error)")
    exit(1)
}
