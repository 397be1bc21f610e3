package import TuttiCore

/// The form in which dates stand in headers (IMF-fixdate, RFC 9110, 5.6.7).
package enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]  // 1970-01-01 was a Thursday
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    package static func text(_ moment: Timestamp) -> String {
        let seconds = floor(moment.milliseconds, by: 1000)
        let day = floor(seconds, by: 86_400)
        let ofDay = seconds - day * 86_400
        let (year, month, dayOfMonth) = Timestamp.civil(fromDays: day)
        let weekday = Int(day - floor(day, by: 7) * 7)
        let time = [ofDay / 3600, ofDay / 60 % 60, ofDay % 60].map { padded($0, 2) }.joined(separator: ":")
        let date = "\(padded(dayOfMonth, 2)) \(months[Int(month) - 1]) \(padded(year, 4))"
        return "\(days[weekday]), \(date) \(time) GMT"
    }

    /// Reads what ``text(_:)`` writes, and nothing else: the two older forms are no longer sent by anybody, and a date
    /// that is not understood is to be ignored.
    package static func read(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, let day = Int64(parts[1]), let year = Int64(parts[3]),
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3, (0...9999).contains(year), (1...31).contains(day) else { return nil }
        guard (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else { return nil }
        let days = Timestamp.days(year: year, month: Int64(month) + 1, day: day)
        let moment = Timestamp(
            milliseconds: (((days * 24 + time[0]) * 60 + time[1]) * 60 + time[2]) * 1000)
        return self.text(moment) == text ? moment : nil
    }

    private static func floor(_ value: Int64, by unit: Int64) -> Int64 {
        value >= 0 ? value / unit : -((unit - 1 - value) / unit)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
