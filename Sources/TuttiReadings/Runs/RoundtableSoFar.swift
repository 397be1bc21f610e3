package import TuttiCore
package import TuttiDocuments
package import TuttiStore
package import TuttiTeams

/// What a roundtable has come to as far as its journal tells, whether it has its end or not.
package struct RoundtableSoFar: Sendable {
    /// One round, the last of which may not be judged yet.
    package struct Round: Sendable {
        /// Counted from 1; also the number of the version that is reviewed.
        package var round: Int
        package var sha256: String
        package var change: Double?
        package var critics: [CriticRecord]
        package var findings: [TrackedFinding]
        package var fixed: [Finding]
        package var verdict: Verdict?
        package var edits: [Edit]
        package var moderatorSpending: Spending?
        package var unresolved: [String]
        package var refusedEdits: [String]
        package var moderatorError: ModeratorError?
    }

    package let input: RoundtableInput
    /// The texts of all versions; the first is the input.
    package let versions: [String]
    package let rounds: [Round]
    /// The end; `nil` while it has none.
    package let result: RoundtableResult?

    /// The number of the version that counts, from 1.
    package var currentVersion: Int { result?.documentVersion ?? versions.count }

    /// - Throws: `StoreError`; `DecodingError` for a run of another workflow or release.
    package init(of record: RunRecord, in store: some JournalStore) async throws {
        input = try CanonicalJSON.decode(RoundtableInput.self, from: try await store.bytes(of: record.input))
        if let output = record.output {
            let result = try CanonicalJSON.decode(RoundtableResult.self, from: try await store.bytes(of: output))
            self.result = result
            versions = result.versions
            rounds = result.rounds.map(Round.init)
            return
        }
        result = nil
        let rows = try await store.steps(of: record.summary.id)
        var found = Found()
        for row in rows { try await found.take(row, from: store) }
        (versions, rounds) = found.rounds(of: input)
    }

    /// Results of steps by round.
    private struct Found {
        var reviews: [Int: [Review]] = [:]
        var errors: [Int: [(critic: String, message: String)]] = [:]
        var verdicts: [Int: Verdict] = [:]
        var revisions: [Int: Revision] = [:]

        mutating func take(_ row: StoredStep, from store: some JournalStore) async throws {
            let parts = row.key.split(separator: "/").map(String.init)
            guard row.kind == .step, let round = Self.number(of: parts[0]) else { return }
            guard case .completed(let payload) = row.result else {
                if case .failed(let error) = row.result, parts.count > 1, parts[0].hasPrefix("review#") {
                    errors[round, default: []].append((parts[1], error.message))
                }
                return
            }
            switch (parts[0].prefix { $0 != "#" }, parts.count) {
            case ("review", 3...) where parts.last == "review#1":
                reviews[round, default: []].append(try await decoded(payload, store))
            case ("judge", 1): verdicts[round] = try await decoded(payload, store)
            case ("refine", 1): revisions[round] = try await decoded(payload, store)
            default: break
            }
        }

        private func decoded<Value: Decodable>(_ payload: StoredPayload, _ store: some JournalStore) async throws
            -> Value
        {
            try CanonicalJSON.decode(Value.self, from: try await store.bytes(of: payload))
        }

        private static func number(of part: String) -> Int? {
            part.lastIndex(of: "#").flatMap { Int(part[part.index(after: $0)...]) }
        }

        func rounds(of input: RoundtableInput) -> (versions: [String], rounds: [Round]) {
            var versions = [input.document]
            var rounds: [Round] = []
            var before: [Finding] = []
            while true {
                let number = versions.count
                let critics = reviews[number] ?? []
                let verdict = verdicts[number]
                guard !critics.isEmpty || !(errors[number] ?? []).isEmpty || verdict != nil else { break }
                let findings = critics.flatMap(\.findings).sorted { ($1.severity, $0.line) < ($0.severity, $1.line) }
                let known = Set(before.map(\.identity))
                let open = Set(findings.map(\.identity))
                let revision = revisions[number]
                let previous = number > 1 ? versions[number - 2] : nil
                rounds.append(
                    Round(
                        round: number, sha256: Digest.sha256Hex(versions[number - 1]),
                        change: previous.map { TextDiff.changeRatio(from: $0, to: versions[number - 1]) },
                        critics: records(number, order: input),
                        findings: findings.map { finding in
                            TrackedFinding(
                                finding: finding, state: known.contains(finding.identity) ? .repeated : .new)
                        }, fixed: verdict == nil ? [] : before.filter { !open.contains($0.identity) },
                        verdict: verdict, edits: revision?.edits ?? [], moderatorSpending: revision?.spending,
                        unresolved: revision?.unresolved ?? [], refusedEdits: revision?.refused ?? [],
                        moderatorError: nil))
                before = findings
                guard let revision, verdict?.outcome == nil, revision.text != versions[number - 1] else { break }
                versions.append(revision.text)
            }
            return (versions, rounds)
        }

        private func records(_ round: Int, order input: RoundtableInput) -> [CriticRecord] {
            let done = (reviews[round] ?? []).map { review in
                CriticRecord(
                    critic: review.critic, counts: FindingCounts(review.findings), silenced: review.silenced,
                    assessment: review.assessment, answers: review.answers, spending: review.spending)
            }
            let failed = (errors[round] ?? []).map { error in
                CriticRecord(
                    critic: error.critic, counts: FindingCounts([]), silenced: [], error: error.message)
            }
            let order = input.critics + (input.panel?.participants.map(\.name) ?? [])
            return (done + failed).sorted { one, other in
                (order.firstIndex(of: one.critic) ?? .max, one.critic)
                    < (order.firstIndex(of: other.critic) ?? .max, other.critic)
            }
        }
    }
}

extension RoundtableSoFar.Round {
    fileprivate init(_ record: RoundRecord) {
        self.init(
            round: record.round, sha256: record.sha256, change: record.change, critics: record.critics,
            findings: record.findings, fixed: record.fixed, verdict: record.verdict, edits: record.edits,
            moderatorSpending: record.moderatorSpending, unresolved: record.unresolved ?? [],
            refusedEdits: record.refusedEdits ?? [], moderatorError: record.moderatorError)
    }
}
