import TuttiGateway

/// From which rows the sums of a range are read: whole months and days where there are rows for them, hours at the
/// ends.
enum TotalPlan {
    struct Part: Hashable {
        var span: TotalKind.Span
        /// The hours in which its rows begin.
        var hours: Range<Int64>
    }

    /// - Parameters:
    ///   - merged: the first hour that is not merged into its day and month. Rows of a day or month in which it lies
    ///     hold what is before it, and the rest is read by the hour.
    ///   - longest: rows of longer times are not wanted.
    static func parts(
        of hours: Range<CallHour>, mergedBefore merged: Int64, longest: TotalKind.Span
    ) -> [Part] {
        var parts: [Part] = []
        var place = hours.lowerBound
        let merged = CallHour(number: merged)
        while place < hours.upperBound {
            let end: CallHour
            if let month = covered(place, place.ofMonth, place.ofNextMonth, merged, hours), longest == .month {
                add(Part(span: .month, hours: place.number..<place.ofNextMonth.number), to: &parts)
                end = month
            } else if let day = covered(place, place.ofDay, place.ofNextDay, merged, hours), longest != .hour {
                add(Part(span: .day, hours: place.number..<place.ofNextDay.number), to: &parts)
                end = day
            } else {
                end = place < merged ? min(place.ofNextDay, hours.upperBound) : hours.upperBound
                add(Part(span: .hour, hours: place.number..<end.number), to: &parts)
            }
            place = end
        }
        return parts
    }

    /// Up to where the row of a time that begins here covers the range; `nil` when none does.
    private static func covered(
        _ place: CallHour, _ start: CallHour, _ end: CallHour, _ merged: CallHour, _ hours: Range<CallHour>
    ) -> CallHour? {
        let end = min(end, merged)
        return place == start && place < end && end <= hours.upperBound ? end : nil
    }

    /// Neighbours of one kind are read together.
    private static func add(_ part: Part, to parts: inout [Part]) {
        if let last = parts.last, last.span == part.span, last.hours.upperBound == part.hours.lowerBound {
            parts[parts.count - 1].hours = last.hours.lowerBound..<part.hours.upperBound
        } else {
            parts.append(part)
        }
    }
}
