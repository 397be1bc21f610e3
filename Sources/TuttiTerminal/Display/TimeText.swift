import TuttiCore

/// Durations for people.
package enum TimeText {
    /// `0.4 s`, `12 s`, `3m 05s` or `2h 07m`; at most seven columns below a hundred hours.
    package static func short(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.milliseconds)
        let seconds = milliseconds / 1000
        switch milliseconds {
        case ..<10_000: return "\(seconds).\(milliseconds % 1000 / 100) s"
        case ..<60_000: return "\(seconds) s"
        case ..<3_600_000: return "\(seconds / 60)m \(twoDigits(seconds % 60))s"
        default: return "\(seconds / 3600)h \(twoDigits(seconds / 60 % 60))m"
        }
    }

    /// The same for a number of seconds; what is no time counts as none.
    package static func short(seconds: Double) -> String {
        // A year is longer than any run; more would not fit a `Duration` for ever.
        short(.milliseconds(seconds.isFinite ? Int64(min(max(seconds, 0), 31_536_000) * 1000) : 0))
    }

    private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
