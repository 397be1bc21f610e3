import Glibc
import TuttiRuntime

let clock = SystemTimekeeper()

/// Proportional memory of this process in KiB.
func memory() -> Int {
    guard let file = unsafe fopen("/proc/self/smaps_rollup", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, 256, file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard text.hasPrefix("Pss:") else { continue }
        return Int(text.filter(\.isNumber)) ?? 0
    }
    return 0
}

/// The time that this thread has spent on a processor.
func processorTime() -> Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// Calls `body` so often, and prints the mean time of a call on the processor, and that of the slowest thousand calls.
func measure(_ what: String, _ rounds: Int, _ body: (Int) -> Void) {
    var longest = Duration.zero
    let start = processorTime()
    var before = start
    for round in 0..<rounds {
        body(round)
        guard round % 1000 == 999 else { continue }
        let after = processorTime()
        longest = max(longest, after - before)
        before = after
    }
    let mean = Int((processorTime() - start) / .nanoseconds(1)) / rounds
    print("\(what): \(mean) ns a call, the slowest thousand \(Int(longest / .microseconds(1))) µs")
}
