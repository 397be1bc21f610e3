/// Lets a message through a number of times in a while, and counts how often it came in vain after that.
struct RepeatLimiter {
    /// What repeats.
    struct Key: Hashable {
        let level: Log.Level
        let message: String
    }

    /// Messages of which some were left out, in a while that is over.
    struct Summary: Hashable {
        let key: Key
        let leftOut: Int
    }

    private struct Window {
        var start: Duration
        var seen = 0
        var leftOut = 0
    }

    private let timesMax: Int
    private let window: Duration
    private var windows: [Key: Window] = [:]
    private var nextSweep: Duration = .zero

    /// Messages that are told apart. They are constants, so there are never so many; what is beyond passes.
    static let keysMax = 1024

    init(timesMax: Int, window: Duration) {
        self.timesMax = timesMax
        self.window = window
    }

    /// Whether the message passes at this time.
    mutating func passes(_ key: Key, at time: Duration) -> Bool {
        var current = windows[key] ?? Window(start: time)
        if time - current.start >= window { current = Window(start: time) }
        current.seen += 1
        let passes = current.seen <= timesMax
        if !passes { current.leftOut += 1 }
        if windows[key] != nil || windows.count < Self.keysMax { windows[key] = current }
        return passes
    }

    /// What was left out in whiles that are over at this time, or in all of them; told once. To be asked before
    /// ``passes(_:at:)``.
    mutating func summaries(at time: Duration, all: Bool = false) -> [Summary] {
        guard all || time >= nextSweep else { return [] }
        nextSweep = time + window / 4
        let over = windows.filter { all || time - $0.value.start >= window }
        for key in over.keys { windows[key] = nil }
        return over.filter { $0.value.leftOut > 0 }.map { Summary(key: $0.key, leftOut: $0.value.leftOut) }
            .sorted { ($0.key.level, $0.key.message) < ($1.key.level, $1.key.message) }
    }
}
