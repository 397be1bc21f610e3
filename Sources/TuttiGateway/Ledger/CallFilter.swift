package import TuttiCore

/// Which lines are wanted; what is not named does not matter.
package struct CallFilter: Sendable, Hashable {
    /// Which lines come first.
    package enum Order: Sendable, Hashable {
        case newestFirst
        case oldestFirst
    }

    /// Whose lines are looked at.
    package var tenant: String
    /// The first moment.
    package var from: Timestamp?
    /// The first moment that no longer counts.
    package var to: Timestamp?
    /// Names that calls must have; `nil` is that of those which have none. Not of time.
    package var only: [CallDimension: String?]
    /// The run that made the calls.
    package var run: RunID?
    /// What the cache of answers had for the calls.
    package var cache: CallCacheUse?
    /// Which lines come first.
    package var order: Order

    /// A filter from what is wanted.
    package init(
        tenant: String, from: Timestamp? = nil, to: Timestamp? = nil, only: [CallDimension: String?] = [:],
        run: RunID? = nil, cache: CallCacheUse? = nil, order: Order = .newestFirst
    ) {
        self.tenant = tenant
        self.from = from
        self.to = to
        self.only = only
        self.run = run
        self.cache = cache
        self.order = order
    }

    /// The filter, when it is one.
    ///
    /// - Throws: ``CallLedgerError`` `invalid` for a name wanted of a time, and for a page of no lines or of more than
    ///   ``CallLedgerLimits/pageMax``.
    package func checked(limit: Int, _ limits: CallLedgerLimits) throws(CallLedgerError) -> CallFilter {
        guard !only.keys.contains(where: \.isTime) else {
            throw CallLedgerError(.invalid, "the times of lines are chosen by the range of the filter")
        }
        guard (1...limits.pageMax).contains(limit) else {
            throw CallLedgerError(.invalid, "a page has 1 to \(limits.pageMax) lines")
        }
        return self
    }

    /// Whether a line has all that is wanted.
    package func takes(_ line: CallLine) -> Bool {
        (run == nil || line.run == run) && (cache == nil || line.cache == cache) && takes(line.party)
            && takes(line.route)
    }

    /// Whether a party has the names that are wanted.
    package func takes(_ party: CallParty) -> Bool {
        only.allSatisfy { dimension, name in !dimension.isOfParty || dimension.name(in: party) == name }
    }

    /// Whether a route has the names that are wanted.
    package func takes(_ route: CallRoute) -> Bool {
        only.allSatisfy { dimension, name in !dimension.isOfRoute || dimension.name(in: route) == name }
    }
}
