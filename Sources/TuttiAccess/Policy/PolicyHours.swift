import TuttiCore

/// A stretch of the day on some days of the week, by a fixed distance from UTC.
struct PolicyHours: Sendable, Hashable {
    enum Day: String, Sendable, Hashable, CaseIterable { case mon, tue, wed, thu, fri, sat, sun }

    /// Minutes since midnight.
    let from: Int
    /// The first minute that is not part of it; not after `from` when it goes on over midnight.
    let to: Int
    /// The days on which it begins; `nil` for every day.
    let days: Set<Day>?
    /// Minutes that the local time is ahead of UTC.
    let offset: Int
    /// The same days as bits, from Monday on.
    private let dayBits: UInt8

    init(from: Int, to: Int, days: Set<Day>?, offset: Int) {
        self.from = from
        self.to = to
        self.days = days
        self.offset = offset
        dayBits = zip(Day.allCases, 0..<7).reduce(0) { bits, day in
            days?.contains(day.0) ?? true ? bits | UInt8(1) << UInt8(day.1) : bits
        }
    }

    private static let minutesOfDay: Int64 = 1440

    /// Whether a moment is in it. What goes on over midnight belongs to the day on which it began.
    func contains(_ time: Timestamp) -> Bool {
        let local = Self.floored(time.milliseconds, by: 60_000) + Int64(offset)
        let day = Self.floored(local, by: Self.minutesOfDay)
        let minute = Int(local - day * Self.minutesOfDay)
        if from < to { return minute >= from && minute < to && isOn(day) }
        return minute >= from ? isOn(day) : minute < to && isOn(day - 1)
    }

    private func isOn(_ day: Int64) -> Bool {
        // The first day of all, 1970-01-01, was a Thursday: three days after a Monday.
        let ofWeek = Int(((day + 3) % 7 + 7) % 7)
        return dayBits & UInt8(1) << UInt8(ofWeek) != 0
    }

    private static func floored(_ value: Int64, by divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }

    // MARK: As text

    /// Minutes of `HH:MM`, from 00:00 to 24:00.
    static func minutes(_ text: String) -> Int? {
        let digits = text.utf8.map { Int($0) - 48 }
        guard digits.count == 5, text.utf8.dropFirst(2).first == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (0...9).contains(digits[$0]) })
        else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[3] * 10 + digits[4])
        guard minute < 60, hour < 24 || (hour == 24 && minute == 0) else { return nil }
        return hour * 60 + minute
    }

    /// Minutes ahead of UTC of `+HH:MM` or `-HH:MM`, up to 14 hours.
    static func offset(_ text: String) -> Int? {
        guard let sign = text.utf8.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let minutes = minutes(String(text.dropFirst())), minutes <= 14 * 60
        else { return nil }
        return sign == UInt8(ascii: "-") ? -minutes : minutes
    }

    /// `HH:MM`
    static func text(ofMinutes minutes: Int) -> String { "\(padded(minutes / 60)):\(padded(minutes % 60))" }

    /// `+HH:MM`
    static func text(ofOffset minutes: Int) -> String {
        (minutes < 0 ? "-" : "+") + text(ofMinutes: abs(minutes))
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
