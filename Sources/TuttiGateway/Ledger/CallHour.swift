package import TuttiCore

/// An hour of UTC, counted from 1970: the finest time that sums know.
package struct CallHour: Sendable, Hashable, Comparable {
    /// Hours since 1970-01-01T00:00:00Z.
    package var number: Int64

    /// The hour of a number.
    package init(number: Int64) { self.number = number }

    /// The hour in which a moment lies.
    package init(of time: Timestamp) {
        number = Int64((Double(time.milliseconds) / 3_600_000).rounded(.down))
    }

    /// The first hour that begins at a moment or after it.
    package init(notBefore time: Timestamp) {
        number = Int64((Double(time.milliseconds) / 3_600_000).rounded(.up))
    }

    /// Earlier is less.
    package static func < (lhs: CallHour, rhs: CallHour) -> Bool { lhs.number < rhs.number }

    /// The moment at which it begins.
    package var start: Timestamp { Timestamp(milliseconds: number * 3_600_000) }

    private var days: Int64 { number >= 0 ? number / 24 : (number - 23) / 24 }

    /// The first hour of its day.
    package var ofDay: CallHour { CallHour(number: days * 24) }
    /// The first hour of the next day.
    package var ofNextDay: CallHour { CallHour(number: (days + 1) * 24) }

    /// The first hour of its month.
    package var ofMonth: CallHour {
        let date = Timestamp.civil(fromDays: days)
        return CallHour(number: Timestamp.days(year: date.year, month: date.month, day: 1) * 24)
    }

    /// The first hour of the next month.
    package var ofNextMonth: CallHour {
        let date = Timestamp.civil(fromDays: days)
        let next = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
        return CallHour(number: Timestamp.days(year: next.0, month: next.1, day: 1) * 24)
    }
}
