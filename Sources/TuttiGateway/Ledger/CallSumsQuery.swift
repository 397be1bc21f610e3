package import TuttiCore

/// A question for sums.
package struct CallSumsQuery: Sendable, Hashable {
    /// Whose calls are counted.
    package var tenant: String
    /// The first moment; sums begin with the hour in which it lies.
    package var from: Timestamp
    /// The first moment that no longer counts; sums end with the hour in which the one before it lies.
    package var to: Timestamp
    /// What calls are told apart by: nothing, one dimension, or two.
    package var by: [CallDimension]
    /// Names that calls must have to be counted; `nil` is that of those which have none.
    package var only: [CallDimension: String?]
    /// Whether durations and times to the first piece are wanted. Without them answers of many rows take half the time
    /// and a fraction of the memory.
    package var hasTimes: Bool
    /// The most rows wanted.
    package var limit: Int

    /// A question about a range.
    package init(
        tenant: String, from: Timestamp, to: Timestamp, by: [CallDimension] = [],
        only: [CallDimension: String?] = [:], hasTimes: Bool = true, limit: Int = 1_000
    ) {
        self.tenant = tenant
        self.from = from
        self.to = to
        self.by = by
        self.only = only
        self.hasTimes = hasTimes
        self.limit = limit
    }

    /// The hours that are counted.
    package var hours: Range<CallHour> {
        let first = CallHour(of: from)
        return first..<max(first, CallHour(notBefore: to))
    }

    /// The question, when it is one that can be answered.
    ///
    /// - Throws: ``CallLedgerError`` `invalid` for more than two dimensions, one of them twice, two of time, a name
    ///   wanted of a time, a range that ends before it begins or is longer than ``CallLedgerLimits/hoursMax``, by the
    ///   hour ``CallLedgerLimits/hourlyHoursMax``, and a limit that is not between 1 and
    ///   ``CallLedgerLimits/rowsMax``.
    package func checked(_ limits: CallLedgerLimits) throws(CallLedgerError) -> CallSumsQuery {
        guard by.count <= 2, Set(by).count == by.count, by.count(where: \.isTime) <= 1 else {
            throw CallLedgerError(.invalid, "sums are by at most two things, of which one may be a time")
        }
        guard !only.keys.contains(where: \.isTime) else {
            throw CallLedgerError(.invalid, "hours and days are chosen by the range of the question")
        }
        guard from <= to, from.milliseconds >= 0, to <= CallLedgerLimits.timeMax else {
            throw CallLedgerError(.invalid, "the range must end after it begins, between the years 1970 and 9999")
        }
        let most = by.contains(.hour) ? CallLedgerLimits.hourlyHoursMax : CallLedgerLimits.hoursMax
        guard hours.upperBound.number - hours.lowerBound.number <= most else {
            throw CallLedgerError(.invalid, "sums cover at most \(most / 24) days here; ask for a shorter range")
        }
        guard (1...limits.rowsMax).contains(limit) else {
            throw CallLedgerError(.invalid, "sums have 1 to \(limits.rowsMax) rows")
        }
        return self
    }

    /// Whether a party has the names that are wanted.
    package func takes(_ party: CallParty) -> Bool {
        only.allSatisfy { dimension, name in !dimension.isOfParty || dimension.name(in: party) == name }
    }

    /// Whether a route has the names that are wanted.
    package func takes(_ route: CallRoute) -> Bool {
        only.allSatisfy { dimension, name in !dimension.isOfRoute || dimension.name(in: route) == name }
    }

    /// Whether it matters who made a call.
    package var asksForParties: Bool { by.contains(where: \.isOfParty) || only.keys.contains(where: \.isOfParty) }
    /// Whether it matters which way a call went.
    package var asksForRoutes: Bool { by.contains(where: \.isOfRoute) || only.keys.contains(where: \.isOfRoute) }
}
