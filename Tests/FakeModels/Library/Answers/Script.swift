import Synchronization

/// What a fake server answers to whom.
package struct Script: Sendable {
    /// What a call is answered with.
    package let answer: @Sendable (ModelCall) -> Answer

    /// Whatever a function says. It is called on the server's thread and must not block.
    package init(_ answer: @escaping @Sendable (ModelCall) -> Answer) { self.answer = answer }

    /// The same answer every time.
    package static func always(_ answer: Answer) -> Script { Script { _ in answer } }

    /// One answer after the other, and the last from then on.
    package static func inTurn(_ answers: [Answer]) -> Script {
        precondition(!answers.isEmpty, "a script needs an answer")
        let next = Mutex(0)
        return Script { _ in
            let index = next.withLock { next in
                defer { next = min(next + 1, answers.count - 1) }
                return next
            }
            return answers[index]
        }
    }

    /// Each model its own script; others are not known.
    package static func byModel(_ scripts: [String: Script]) -> Script {
        Script { call in scripts[call.model]?.answer(call) ?? .failure(.unknownModel) }
    }
}
