/// Times as people write them: a whole number and `ms`, `s`, `m`, `h` or `d`.
package enum DurationText {
    /// Longer than any time that makes sense in a line or a file: a year.
    package static let max: Duration = .seconds(366 * 86_400)
    private static let units: [(suffix: String, milliseconds: Int)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// The time, or `nil` when it is none or longer than `max`.
    package static func read(_ text: String, atMost max: Duration = Self.max) -> Duration? {
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let digits = text.dropLast(unit.suffix.count)
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(digits) else { return nil }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow, Duration.milliseconds(milliseconds) <= max else { return nil }
        return .milliseconds(milliseconds)
    }

    /// The way back, in the largest unit that needs no fraction; less than a millisecond is cut off.
    package static func write(_ duration: Duration) -> String {
        let milliseconds = Int(clamping: duration.milliseconds)
        let unit = units.last { milliseconds % $0.milliseconds == 0 && milliseconds >= $0.milliseconds }
        return "\(milliseconds / (unit?.milliseconds ?? 1))\(unit?.suffix ?? "ms")"
    }
}
