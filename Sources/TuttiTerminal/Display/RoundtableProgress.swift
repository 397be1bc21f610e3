package import TuttiReadings

/// What happens in a roundtable, as far as its display is concerned.
package enum RoundtableProgress: Sendable, Hashable {
    /// Critics are told so many findings of earlier roundtables.
    case recalled(findings: Int)
    /// Counted from 1.
    case roundStarted(round: Int, maximum: Int)
    case criticStarted(id: String)
    case criticFinished(id: String, findings: SeverityCounts, seconds: Double)
    case criticFailed(id: String, message: String)
    /// A critic's or the moderator's step failed and is tried again.
    case triedAgain(who: String, message: String)
    /// What the round came to: a sentence.
    case verdict(String)
    case moderatorStarted
    /// Lines that the moderator put in and took out.
    case moderatorFinished(inserted: Int, deleted: Int)
    case finished(RoundtableEnding)
}
