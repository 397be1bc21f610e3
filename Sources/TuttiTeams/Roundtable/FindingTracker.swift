import TuttiDocuments

/// Tells over the rounds which findings are new, repeated or fixed.
///
/// A critic that fails says nothing about its earlier findings: they are neither repeated nor fixed in that round, and
/// are compared with its next review.
struct FindingTracker {
    /// The findings of the last review that each critic gave.
    private var known: [String: [Finding]] = [:]

    /// What is open as far as anybody knows, the worst first.
    var open: [Finding] { findings(of: known.keys).sorted(by: Finding.isWorse) }

    /// Whether a critic has given a review before.
    func knows(_ critic: String) -> Bool { known[critic] != nil }

    /// Takes in the reviews of a round.
    ///
    /// - Parameters:
    ///   - reviews: the findings of each critic that did not fail.
    ///   - findings: all of them, in the order of the report.
    mutating func take(
        _ reviews: [String: [Finding]], _ findings: [Finding]
    ) -> (now: [TrackedFinding], fixed: [Finding]) {
        let before = Set(open.map(\.identity))
        let now = Set(findings.map(\.identity))
        let fixed = self.findings(of: reviews.keys).filter { !now.contains($0.identity) }
        known.merge(reviews) { $1 }
        let tracked = findings.map { finding in
            TrackedFinding(finding: finding, state: before.contains(finding.identity) ? .repeated : .new)
        }
        return (tracked, fixed.sorted(by: Finding.isWorse))
    }

    private func findings(of critics: some Sequence<String>) -> [Finding] {
        critics.sorted().flatMap { known[$0] ?? [] }  // a dictionary has no order to rely on
    }
}
