import TuttiCore
import TuttiStore

/// Something that a run asks a person to agree to, as it is shown.
struct ApprovalQuestion {
    let run: RunID
    let name: String
    let id: String
    let shown: JSONValue
    /// What an answer quotes.
    let hash: String
    let asked: Timestamp
    let expires: Timestamp?

    /// Enough of a hash for people to type.
    static let hashLength = 12

    /// What a run asks at the moment, the oldest first.
    static func open(of run: RunID, in store: some JournalStore) async throws -> [ApprovalQuestion] {
        var questions: [ApprovalQuestion] = []
        for message in try await store.inbox(of: run, limit: InboxLimits.waitingMax) where message.isOpenApproval {
            questions.append(
                ApprovalQuestion(
                    run: run, name: message.name, id: message.id,
                    shown: .stored(try await store.bytes(of: message.payload)), hash: message.shownHash ?? "",
                    asked: message.created, expires: message.expires))
        }
        return questions
    }

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

    /// As `runs show --json` has it.
    var json: JSONValue {
        [
            "name": .string(name), "id": .string(id), "hash": .string(hash), "asked": .time(asked),
            "expires": .time(expires), "shown": shown,
        ]
    }
}

extension InboxMessage {
    /// Whether it asks for an answer.
    var isOpenApproval: Bool { kind == .approval && answer == nil }
}
