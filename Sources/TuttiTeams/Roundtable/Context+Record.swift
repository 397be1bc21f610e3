import TuttiCore
public import TuttiDocuments
public import TuttiEngine

extension Context {
    /// Records a review of one version, and tells of it. A review that is known is not made again.
    ///
    /// - Parameters:
    ///   - critic: whose it is.
    ///   - body: makes it, at the first time.
    /// - Throws: `StepError`, as any step.
    public func recordReview(
        of request: ReviewRequest, by critic: String, _ body: @escaping @Sendable () async throws -> Review
    ) async throws -> Review {
        let key = ReviewKey(
            critic: critic, document: Digest.sha256Hex(request.document), open: request.open.map(\.identity))
        let round = request.round
        return try await step("review", key) { _ in
            let review = try await body()
            try StepContext.current?.emit(
                RoundtableEvent.CriticCompleted.type,
                RoundtableEvent.CriticCompleted(
                    round: round, critic: critic, counts: FindingCounts(review.findings), spending: review.spending))
            return review
        }
    }

    /// Records the next version of a document, and tells of it.
    ///
    /// - Throws: `StepError`, as any step; `bad_revision` when the version is nothing that could be reviewed.
    public func recordRevision(
        of request: RefineRequest, by moderator: String, _ body: @escaping @Sendable () async throws -> Revision
    ) async throws -> Revision {
        try await step("refine", request.findings.map(\.identity)) { _ in
            let revision = try await body()
            if let problem = RoundtableInput.problem(of: revision.text) {
                throw StepError.badRevision(moderator, problem, round: request.round)
            }
            let diff = LineDiff(from: request.document, to: revision.text)
            try StepContext.current?.emit(
                RoundtableEvent.ModeratorCompleted.type,
                RoundtableEvent.ModeratorCompleted(
                    round: request.round, edits: revision.edits.count, inserted: diff.insertedCount,
                    deleted: diff.deletedCount, spending: revision.spending))
            return revision
        }
    }
}

/// What identifies a review: the same critic on the same text, with the same knowledge of what was open.
private struct ReviewKey: Encodable {
    var critic: String
    var document: String
    var open: [String]
}

extension StepError {
    fileprivate static func badRevision(_ moderator: String, _ problem: String, round: Int) -> StepError {
        StepError(
            code: "bad_revision", message: "the document that the moderator '\(moderator)' returned \(problem)",
            origin: "refine#\(round)")
    }
}
