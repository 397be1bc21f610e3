import TuttiCore

/// Times as people write them: a whole number and `ms`, `s`, `m` or `h`.
enum DurationText {
    /// Longer than any wait that makes sense on a command line: 1,000 hours.
    static let hoursMax = 1000
    private static let units: [(suffix: String, milliseconds: Int)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// Longer than anything is kept: 10,000 days.
    static let ageDaysMax = 10_000
    private static let ageUnits: [(suffix: String, milliseconds: Int)] = [
        ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    static func read(_ text: String) -> Duration? { read(text, units, atMost: hoursMax * 3_600_000) }

    /// As ``read(_:)``, in seconds, minutes, hours or days.
    static func readAge(_ text: String) -> Duration? { read(text, ageUnits, atMost: ageDaysMax * 86_400_000) }

    private static func read(
        _ text: String, _ units: [(suffix: String, milliseconds: Int)], atMost limit: Int
    ) -> Duration? {
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let digits = text.dropLast(unit.suffix.count)
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(digits) else { return nil }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow, milliseconds <= limit else { return nil }
        return .milliseconds(milliseconds)
    }

    static func write(_ duration: Duration) -> String {
        let milliseconds = Int(clamping: duration.milliseconds)
        let unit = units.last { milliseconds % $0.milliseconds == 0 && milliseconds >= $0.milliseconds }
        return "\(milliseconds / (unit?.milliseconds ?? 1))\(unit?.suffix ?? "ms")"
    }
}
