public import TuttiDocuments
import TuttiEngine
public import TuttiTeams

extension Tutti {
    /// Has a document reviewed and refined, and waits for the result.
    ///
    /// ```swift
    /// let tutti = try await Tutti.open()
    /// let result = try await tutti.roundtable(text)
    /// print(result.outcome, result.rounds.count, result.document)
    /// ```
    ///
    /// - Parameters:
    ///   - document: Markdown or plain text.
    ///   - kind: what sort of document it is; `nil` to have it detected.
    ///   - roundtable: a team of one's own, of which all critics read; the offline rulebook unless another is given.
    ///   - configure: changes the input before the start: critics, rounds, threshold, bar.
    /// - Throws: ``RunError`` when the run fails, is cancelled or interrupted; `StoreError`.
    public func roundtable(
        _ document: String, kind: DocumentKind? = nil, with roundtable: Roundtable = Roundtable(),
        configure: (inout RoundtableInput) -> Void = { _ in }
    ) async throws -> RoundtableResult {
        var input = RoundtableInput(document: document, kind: kind)
        input.critics = roundtable.criticIDs
        configure(&input)
        return try await start(roundtable, input).output
    }
}
