import TuttiReadings

/// The plain form of a roundtable's progress: one line for each event, for files, pipes and simple terminals.
package enum RoundtableLog {
    /// Longer messages are cut, in columns; a line of a log is not a page.
    static let messageMax = 200

    /// The line for an event, without a line feed.
    package static func line(for event: RoundtableProgress) -> StyledLine {
        switch event {
        case .recalled(let findings):
            StyledLine("the critics remember \(findings) \(findings == 1 ? "finding" : "findings") from before")
        case .roundStarted(let round, let maximum): StyledLine("round \(round) of \(maximum)", .strong)
        case .criticStarted(let id): row(.running, "\(id) reads")
        case .criticFinished(let id, let findings, let seconds):
            row(.done, "\(id): \(findings.sentence), \(TimeText.short(seconds: seconds))")
        case .criticFailed(let id, let message): row(.failed, "\(id) failed: \(message)")
        case .triedAgain(let who, let message): row(.waiting, "\(who) is asked again: \(message)")
        case .verdict(let text): StyledLine("  ") + cut(StyledLine(text))
        case .moderatorStarted: row(.running, "moderator edits")
        case .moderatorFinished(let inserted, let deleted):
            row(.done, "moderator: \(inserted) lines in, \(deleted) out")
        case .finished(let ending):
            StyledLine(ending.state.glyph + " " + ending.rawValue, ending.state.role)
        }
    }

    private static func row(_ glyph: StateGlyph, _ text: String) -> StyledLine {
        StyledLine("  ") + StyledLine(glyph.glyph, glyph.role) + " " + cut(StyledLine(text))
    }

    private static func cut(_ line: StyledLine) -> StyledLine { line.truncated(to: messageMax) }
}
