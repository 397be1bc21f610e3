import Glibc
import Simulation

// Plays seeds: whole engines on a simulated clock, with crashes, stops, lost reports, lost hints and people.
// simulate [--seeds N] [--from S] [--twice] [--without RULE]
// simulate --mutants [--seeds N]     leaves out each rule in turn, and looks for the first of N seeds that misses it

func complain(_ text: String) {
    let line = text + "\n"
    _ = unsafe write(STDERR_FILENO, line, line.utf8.count)
}

func word(behind flag: String) -> String? {
    guard let index = CommandLine.arguments.firstIndex(of: flag), index + 1 < CommandLine.arguments.count else {
        return nil
    }
    return CommandLine.arguments[index + 1]
}

func number(behind flag: String, or other: UInt64) -> UInt64 {
    guard let word = word(behind: flag) else { return other }
    guard let number = UInt64(word) else {
        complain("simulate: \(flag) is a whole number, not '\(word)'")
        exit(2)
    }
    return number
}

/// What so many seeds came to.
struct Totals {
    var jobs = 0
    var runs = 0
    var closures = 0
    var seconds: Int64 = 0
    var ends: [String: Int] = [:]
    var failed: UInt64 = 0
    var different: UInt64 = 0

    mutating func add(_ verdict: Simulation.Verdict) {
        jobs += verdict.jobs
        runs += verdict.runs
        closures += verdict.closures
        seconds += verdict.simulated.components.seconds
        ends.merge(verdict.ends, uniquingKeysWith: +)
        if !verdict.violations.isEmpty { failed += 1 }
    }
}

/// Plays seeds one after the other; true when nothing was wrong.
func play(_ seeds: Range<UInt64>, without mutation: Mutation?, twice: Bool) -> Bool {
    var totals = Totals()
    let flag = mutation.map { " --without \($0.rawValue)" } ?? ""
    for seed in seeds {
        let verdict = Simulation(seed: seed, without: mutation).play()
        totals.add(verdict)
        if twice, Simulation(seed: seed, without: mutation).play().trace != verdict.trace {
            totals.different += 1
            complain("not ok: seed \(seed) was not repeated exactly")
        }
        guard !verdict.violations.isEmpty else { continue }
        for violation in verdict.violations.prefix(8) { complain("not ok: seed \(seed): \(violation)") }
        if seeds.count == 1 { for line in verdict.story { print(line) } }
        complain("again, with its whole story: \(CommandLine.arguments[0]) --from \(seed) --seeds 1\(flag)")
    }
    let ends = totals.ends.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    print(
        "simulate: \(totals.runs) runs (\(ends)), \(totals.closures) closures, \(totals.jobs) jobs, "
            + "\(totals.seconds / 3600) simulated hours")
    if twice { print("simulate: \(totals.different) of \(seeds.count) seeds were not repeated exactly") }
    let passed = UInt64(seeds.count) - totals.failed
    print("simulate: seeds \(seeds.lowerBound) to \(seeds.upperBound - 1): \(passed) passed, \(totals.failed) failed")
    return totals.failed == 0 && totals.different == 0
}

/// Leaves out each rule in turn; true when each was missed by some seed.
func findMutants(in seeds: Range<UInt64>) -> Bool {
    var found = 0
    for mutation in Mutation.allCases {
        let seed = seeds.first { !Simulation(seed: $0, without: mutation).play().violations.isEmpty }
        if let seed {
            found += 1
            print("simulate: without \(mutation.rawValue): missed by seed \(seed)")
        } else {
            complain("not ok: without \(mutation.rawValue): no seed of \(seeds.count) misses it")
        }
    }
    print("simulate: rules left out and missed: \(found) passed, \(Mutation.allCases.count - found) failed")
    return found == Mutation.allCases.count
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

let first = number(behind: "--from", or: 1)
let seeds = first..<first + max(1, number(behind: "--seeds", or: 100))
if CommandLine.arguments.contains("--mutants") { exit(findMutants(in: seeds) ? 0 : 1) }
let name = word(behind: "--without")
let mutation = name.flatMap(Mutation.init(rawValue:))
if let name, mutation == nil {
    complain(
        "simulate: there is no rule '\(name)'; there are \(Mutation.allCases.map(\.rawValue).joined(separator: ", "))")
    exit(2)
}
exit(play(seeds, without: mutation, twice: CommandLine.arguments.contains("--twice")) ? 0 : 1)
