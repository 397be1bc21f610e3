package import TuttiCore

/// Answers that outlive the process.
///
/// The seam to a database, cut by what a cache needs done. Losing answers is fine; giving a wrong one is not.
package protocol AnswerShelf: Sendable {
    /// The answer of a key, if it was kept in some time. It counts as used.
    ///
    /// - Throws: ``AnswerShelfError`` when nothing can be read; so do all others.
    func answer(
        _ key: AnswerKey, within times: ClosedRange<Timestamp>
    ) async throws(AnswerShelfError) -> CachedAnswer?

    /// The answer to the nearest of the newest ``AnswerLimits/questionsMax`` questions of a kind; `nil` when none is as
    /// near as asked for. It counts as used.
    func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, within times: ClosedRange<Timestamp>
    ) async throws(AnswerShelfError) -> SimilarAnswer?

    /// Keeps an answer in place of one of the same key. Those that were not used for the longest time make room.
    ///
    /// - Parameters:
    ///   - bytesMax: what all of them together may count.
    ///   - isWanted: asked when its turn has come, with no removal between the question and the keeping.
    func keep(
        _ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64, if isWanted: @Sendable () -> Bool
    ) async throws(AnswerShelfError)

    /// Counts an answer as used.
    func touch(_ key: AnswerKey) async throws(AnswerShelfError)

    /// Removes the answers of a tenant, also their words on the disk.
    ///
    /// - Parameter model: only those of this one, as it was asked for.
    func remove(of tenant: String, model: String?) async throws(AnswerShelfError)

    /// Removes what was not kept in some time.
    func remove(outside times: ClosedRange<Timestamp>) async throws(AnswerShelfError)

    /// Removes everything, and leaves no file.
    func discard() async throws(AnswerShelfError)

    /// How many there are, and what they count.
    func size() async throws(AnswerShelfError) -> AnswerCount

    /// Closes its file; the next call opens it again.
    func close() async
}

/// How many answers there are, and the bytes that they count.
package struct AnswerCount: Sendable, Hashable {
    package var entries: Int64
    package var bytes: Int64

    package init(entries: Int64 = 0, bytes: Int64 = 0) {
        self.entries = entries
        self.bytes = bytes
    }
}

/// The shelf cannot be used at the moment.
package struct AnswerShelfError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried and why it failed, without a word of an answer.
    package let description: String

    package init(_ description: String) { self.description = description }
}
