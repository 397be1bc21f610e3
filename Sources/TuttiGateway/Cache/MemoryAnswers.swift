import Synchronization
package import TuttiCore

/// Answers in memory. When they are too many bytes, those go first that were not used for the longest time.
package final class MemoryAnswers: Sendable {
    private struct State {
        var chain = AnswerChain()
        var removals = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// How often answers were removed that were still good: what was asked for before that is not kept behind it.
    package var removals: Int { state.withLock { $0.removals } }

    /// The answer of a key, if it was kept in some time. It counts as used.
    package func answer(_ key: AnswerKey, within times: ClosedRange<Timestamp>) -> CachedAnswer? {
        state.withLock { state in
            guard let answer = state.chain[key] else { return nil }
            guard times.contains(answer.time) else {
                state.chain.remove(key)
                return nil
            }
            state.chain.use(key)
            return answer
        }
    }

    /// The answer to the nearest question of a kind; `nil` when none is as near as asked for. It counts as used.
    package func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, within times: ClosedRange<Timestamp>
    ) -> SimilarAnswer? {
        let others: [(key: AnswerKey, question: CachedAnswer.Question)] = state.withLock { state in
            let keys = state.chain.questions[question.kind] ?? []
            return keys.reversed().compactMap { key in
                guard let answer = state.chain[key], times.contains(answer.time), let other = answer.question else {
                    return nil
                }
                return (key, other)
            }
        }
        // While nobody waits for the lock: comparing takes long.
        var nearest = NearestQuestion(to: question, atLeast: similarity)
        for other in others { nearest.compare(other.question, of: other.key) }
        guard let (key, near) = nearest.found, let answer = answer(key, within: times) else { return nil }
        return SimilarAnswer(key: key, answer: answer, similarity: near)
    }

    /// Keeps an answer in place of one of the same key. One that is larger than all together may be is not kept.
    ///
    /// - Parameter removals: those before it was asked for.
    /// - Returns: `false` for an answer from before another removal, which is not kept anywhere.
    @discardableResult
    package func keep(_ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64, since removals: Int) -> Bool {
        state.withLock { state in
            guard state.removals == removals else { return false }
            state.chain.remove(key)
            if Int64(answer.size) <= bytesMax { state.chain.add(answer, key) }
            while state.chain.bytes > bytesMax, let oldest = state.chain.oldest { state.chain.remove(oldest) }
            return true
        }
    }

    /// Removes the answers of a tenant, or of one of its models.
    package func remove(of tenant: String, model: String?) {
        state.withLock { state in
            state.removals += 1
            state.chain.remove { $0.tenant == tenant && (model == nil || $0.model == model) }
        }
    }

    /// Removes what was not kept in some time.
    package func remove(outside times: ClosedRange<Timestamp>) {
        state.withLock { $0.chain.remove { !times.contains($0.time) } }
    }

    /// Removes everything.
    package func removeAll() {
        state.withLock { state in
            state.removals += 1
            state.chain = AnswerChain()
        }
    }

    /// How many there are, and what they count.
    package var size: AnswerCount {
        state.withLock { AnswerCount(entries: Int64($0.chain.count), bytes: $0.chain.bytes) }
    }
}
