package import TuttiCore
package import TuttiStore

/// Something that a run asks a person to agree to, as it is shown.
package struct ApprovalQuestion {
    package let run: RunID
    package let name: String
    package let id: String
    package let shown: JSONValue
    /// What was shown when the same was asked before, such as the draft that was sent back.
    package let previous: JSONValue?
    /// What an answer quotes.
    package let hash: String
    package let asked: Timestamp
    package let expires: Timestamp?

    /// What a run asks at the moment, the oldest first.
    package static func open(of run: RunID, in store: some JournalStore) async throws -> [ApprovalQuestion] {
        var questions: [ApprovalQuestion] = []
        let messages = try await store.inbox(of: run, limit: InboxLimits.waitingMax)
        for message in messages where message.isOpenApproval {
            let before = messages.last { earlier in
                earlier.kind == .approval && earlier.name == message.name && earlier.position < message.position
                    && earlier.answer != nil
            }
            var previous: JSONValue?
            if let before { previous = .stored(try await store.bytes(of: before.payload)) }
            questions.append(
                ApprovalQuestion(
                    run: run, name: message.name, id: message.id,
                    shown: .stored(try await store.bytes(of: message.payload)), previous: previous,
                    hash: message.shownHash ?? "", asked: message.created, expires: message.expires))
        }
        return questions
    }

    /// As `runs show --json` has it.
    package var json: JSONValue {
        [
            "name": .string(name), "id": .string(id), "hash": .string(hash), "asked": .time(asked),
            "expires": .time(expires), "shown": shown, "previous": previous ?? .null,
        ]
    }
}

extension InboxMessage {
    /// Whether it asks for an answer.
    package var isOpenApproval: Bool { kind == .approval && answer == nil }
}
