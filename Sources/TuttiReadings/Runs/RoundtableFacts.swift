package import TuttiCore
package import TuttiStore
package import TuttiTeams

/// What `runs show` tells of the result of a roundtable.
package struct RoundtableFacts {
    package var outcome: RoundtableOutcome
    package var reason: String
    package var rounds: Int
    package var open: FindingCounts

    package init(_ result: RoundtableResult) {
        outcome = result.outcome
        reason = result.reason
        rounds = result.rounds.count
        self.open = FindingCounts(result.open.map(\.finding))
    }

    /// `nil` for other workflows, for runs without a result, and for results of other releases.
    package static func of(_ record: RunRecord, in store: some JournalStore) async throws -> RoundtableFacts? {
        guard record.summary.workflow == Roundtable.name, let output = record.output else { return nil }
        let bytes = try await store.bytes(of: output)
        return (try? CanonicalJSON.decode(RoundtableResult.self, from: bytes)).map(RoundtableFacts.init)
    }

    package var json: JSONValue {
        [
            "outcome": .string(outcome.rawValue), "reason": .string(reason), "rounds": .number(rounds),
            "open": [
                "critical": .number(open.critical), "high": .number(open.high), "medium": .number(open.medium),
                "low": .number(open.low),
            ],
        ]
    }
}
