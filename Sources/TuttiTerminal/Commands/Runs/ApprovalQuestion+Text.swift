import TuttiCore
import TuttiReadings

extension ApprovalQuestion {
    /// Enough of a hash for people to type.
    static let hashLength = 12

    var shortHash: String { String(hash.prefix(Self.hashLength)) }

    /// The word behind `tutti runs approve RUN`: the name, or the id where several have it.
    ///
    /// - Parameter all: everything that the run asks.
    func word(among all: [ApprovalQuestion]) -> String {
        ShellWord.quoted(all.count { $0.name == name } > 1 ? id : name)
    }

    /// What is asked, since when, and until when.
    func head(at now: Timestamp) -> StyledLine {
        let state = StateGlyph.yourTurn
        let until = expires.map { ", until \($0)" } ?? ""
        return StyledLine("\(state.glyph) \(name)", state.role)
            + StyledLine("  asked \(AgeText.text(now - asked)) ago\(until), hash \(shortHash)", .muted)
    }

    /// What is shown, in at most so many lines.
    func body(atMost limit: Int?, all: [ApprovalQuestion]) -> [StyledLine] {
        let lines = shown.readable.split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.prefix(limit ?? lines.count).map { StyledLine("  " + $0) }
        guard kept.count < lines.count else { return kept }
        let rest = CountText.text(lines.count - kept.count, "more line")
        return kept + [StyledLine("  … \(rest): tutti runs show \(run) --approval \(word(among: all))", .muted)]
    }
}
