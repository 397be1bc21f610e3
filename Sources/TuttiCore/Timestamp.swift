/// A moment in milliseconds since 1970-01-01T00:00:00Z, as it is stored and shown.
public struct Timestamp: Hashable, Sendable, Comparable, Codable {
    /// Milliseconds since the epoch.
    public var milliseconds: Int64

    /// A moment from its milliseconds since the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Earlier is less.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// The moment a duration later; the sum saturates instead of overflowing.
    public static func + (lhs: Timestamp, rhs: Duration) -> Timestamp {
        let (sum, overflow) = lhs.milliseconds.addingReportingOverflow(rhs.milliseconds)
        return Timestamp(milliseconds: overflow ? .max : sum)
    }

    /// The time between two moments.
    public static func - (lhs: Timestamp, rhs: Timestamp) -> Duration {
        .milliseconds(lhs.milliseconds - rhs.milliseconds)
    }

    /// Reads milliseconds.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, such as `2026-11-20T13:25:06.120Z`.
    public var description: String {
        let days = Int64((Double(milliseconds) / 86_400_000).rounded(.down))
        let ofDay = milliseconds - days * 86_400_000
        let (year, month, day) = Timestamp.civil(fromDays: days)
        let parts: [(Int64, Int)] = [
            (year, 4), (month, 2), (day, 2), (ofDay / 3_600_000, 2), (ofDay / 60_000 % 60, 2), (ofDay / 1000 % 60, 2),
            (ofDay % 1000, 3),
        ]
        let separators = ["-", "-", "T", ":", ":", ".", "Z"]
        return zip(parts, separators).map { part, separator in
            let digits = String(part.0)
            return String(repeating: "0", count: max(0, part.1 - digits.count)) + digits + separator
        }.joined()
    }

    /// The Gregorian date of a day count, by Howard Hinnant's `civil_from_days`.
    package static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Timestamp {
    /// Reads what ``description`` writes, and nothing else.
    package init?(_ text: String) {
        let parts = text.utf8.split(omittingEmptySubsequences: false) { !(0x30...0x39).contains($0) }.map {
            Int64(String($0) ?? "")
        }
        guard parts.count == 8, parts[7] == nil else { return nil }  // nothing is behind the Z
        let numbers = parts.dropLast().compactMap(\.self)
        guard numbers.count == 7, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]), numbers[3] < 24,
            numbers[4] < 60, numbers[5] < 60, numbers[6] < 1000, numbers[0] <= 9999
        else { return nil }
        let ofDay = ((numbers[3] * 60 + numbers[4]) * 60 + numbers[5]) * 1000 + numbers[6]
        let days = Timestamp.days(year: numbers[0], month: numbers[1], day: numbers[2])
        self.init(milliseconds: days * 86_400_000 + ofDay)
        guard description == text else { return nil }
    }

    /// The way back from ``civil(fromDays:)``, by Howard Hinnant's `days_from_civil`.
    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Duration {
    /// Whole milliseconds, rounded toward zero; saturates instead of overflowing.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        return product + attoseconds / 1_000_000_000_000_000
    }
}
