import Glibc
import TuttiAccess
import TuttiCore
import TuttiRuntime

// What it costs to count calls in sliding windows: limit-windows KEYS
//
// Takes one call for each of so many subjects, then as many of subjects that are there, refused ones, and those of new
// subjects while all places are taken, each against one limit; then calls against four limits, and from two threads.

/// All of it; a function, so that nothing is a variable of the main actor.
func run(keys: Int) {
    let limit = RateLimit(name: "requests", quota: 100, window: .seconds(3600))
    let used = RateLimit(name: "requests", quota: 1, window: .seconds(3600))
    let wide = ["user", "address", "route"].map { RateLimit(name: $0, quota: 100_000_000, window: .seconds(60)) }
    // Made before they are measured.
    let subjects = (0..<keys).map { "key:k\($0):2001:db8:\($0 % 65_536)" }
    let strangers = (0..<keys).map { "address:\($0)" }
    var random = SeededGenerator(seed: 1)
    let order = subjects.shuffled(using: &random)
    measure("reading the clock for these figures", keys) { _ in }

    let limiter = WindowLimiter(keysMax: keys)
    let before = memory()
    measure("first call of a subject", keys) {
        _ = limiter.take(1, from: [(limit, subject: subjects[$0])], at: clock.uptime())
    }
    print("\(limiter.readings.keys) keys with one call each: \((memory() - before) / 1024) MiB")
    measure("refused call", keys) { _ = limiter.take(1, from: [(used, subject: order[$0])], at: clock.uptime()) }
    measure("call of a subject that is there", keys) {
        _ = limiter.take(1, from: [(limit, subject: order[$0])], at: clock.uptime())
    }
    measure("call under four limits", keys) {
        let limits = [
            (limit, subject: order[$0]), (wide[0], subject: "u"), (wide[1], subject: "a"), (wide[2], subject: "r"),
        ]
        _ = limiter.take(1, from: limits, at: clock.uptime())
    }
    measure("call of a stranger when all places are taken", keys) {
        _ = limiter.take(1, from: [(limit, subject: strangers[$0])], at: clock.uptime())
    }
    print("at the end: \(limiter.readings)")

    let done = Semaphore()
    let start = clock.uptime()
    for _ in 0..<2 {
        PosixThread.start(name: "taker") {
            for subject in order { _ = limiter.take(1, from: [(limit, subject: subject)], at: clock.uptime()) }
            done.signal()
        }
    }
    for _ in 0..<2 { done.wait() }
    print("from two threads at once: \(Int((clock.uptime() - start) / .nanoseconds(1)) / (2 * keys)) ns a call")
}

let arguments = CommandLine.arguments
guard arguments.count == 2, let keys = Int(arguments[1]), keys > 0 else {
    print("usage: limit-windows KEYS")
    exit(2)
}
run(keys: keys)
