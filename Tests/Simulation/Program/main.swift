import Glibc
import Simulation

// Plays seeds: whole engines on a simulated clock, with crashes, stops, lost reports, lost hints and people.
// simulate [--seeds N] [--from S] [--twice]

func complain(_ text: String) {
    let line = text + "\n"
    _ = unsafe write(STDERR_FILENO, line, line.utf8.count)
}

func number(behind flag: String) -> UInt64? {
    guard let index = CommandLine.arguments.firstIndex(of: flag), index + 1 < CommandLine.arguments.count else {
        return nil
    }
    return UInt64(CommandLine.arguments[index + 1])
}

// The order in which dictionaries are gone through is part of what a seed repeats.
if unsafe getenv("SWIFT_DETERMINISTIC_HASHING") == nil {
    unsafe setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
    var words: [UnsafeMutablePointer<CChar>?] = unsafe CommandLine.arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    unsafe execv("/proc/self/exe", &words)
    complain("simulate: it cannot start itself again: \(errno)")
    exit(2)
}

let seeds = number(behind: "--seeds") ?? 100
let from = number(behind: "--from") ?? 1
let playsTwice = CommandLine.arguments.contains("--twice")
var failed = 0
var different = 0
var totals = (jobs: 0, runs: 0, closures: 0, seconds: Int64(0))
var ends: [String: Int] = [:]
for seed in from..<from + seeds {
    let verdict = Simulation(seed: seed).play()
    totals.jobs += verdict.jobs
    totals.runs += verdict.runs
    totals.closures += verdict.closures
    totals.seconds += verdict.simulated.components.seconds
    ends.merge(verdict.ends, uniquingKeysWith: +)
    if playsTwice, Simulation(seed: seed).play().trace != verdict.trace {
        different += 1
        complain("seed \(seed) was not repeated exactly")
    }
    if !verdict.violations.isEmpty {
        failed += 1
        for violation in verdict.violations.prefix(8) { complain("not ok: seed \(seed): \(violation)") }
        if seeds == 1 { for line in verdict.story { print(line) } }
        complain("again: \(CommandLine.arguments[0]) --from \(seed) --seeds 1 (which tells the whole story)")
    }
}
let summary = ends.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
print(
    "simulate: \(totals.runs) runs (\(summary)), \(totals.closures) closures, \(totals.jobs) jobs, "
        + "\(totals.seconds / 3600) simulated hours")
if playsTwice { print("simulate: \(different) of \(seeds) seeds were not repeated exactly") }
print("simulate: seeds \(from)..<\(from + seeds): \(seeds - UInt64(failed)) passed, \(failed) failed")
exit(failed == 0 && different == 0 ? 0 : 1)
