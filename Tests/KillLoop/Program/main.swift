import Glibc
import KillLoop

// Kills a real `tutti` again and again while it works, lets it resume, and checks that nothing was lost or done twice.

func complain(_ text: String) {
    let line = text + "\n"
    _ = unsafe write(STDERR_FILENO, line, line.utf8.count)
}

do {
    let options = try KillLoopOptions(Array(CommandLine.arguments.dropFirst()), seed: .random(in: 0..<1_000_000))
    let (reports, tally, folder) = try KillLoop(options: options).run { print($0.json) }
    let (passed, failed) = (tally.passed, tally.failed)
    let kills = reports.reduce(0) { $0 + $1.kills }
    let inFlight = reports.reduce(0) { $0 + $1.killsInFlight }
    for violation in tally.violations.prefix(20) { complain("not ok: \(violation)") }
    if failed > 0 { complain("kept for a look: \(folder); the same kills again: --seed \(options.seed)") }
    print("kill-loop: seed \(options.seed), \(kills) kills, \(inFlight) in flight: \(passed) passed, \(failed) failed")
    exit(failed == 0 ? 0 : 1)
} catch let error as KillLoopOptions.UsageError {
    complain("kill-loop: \(error)\n\(KillLoopOptions.usage)")
    exit(2)
} catch {
    complain("kill-loop: \(error)")
    exit(1)
}
