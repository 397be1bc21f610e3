import Synchronization
package import TuttiCore

/// Answers in memory. When they are too many bytes, those go first that were not used for the longest time.
package final class MemoryAnswers: Sendable {
    private let state = Mutex(AnswerChain())

    package init() {}

    /// The answer of a key, unless it is older than a moment. It counts as used.
    package func answer(_ key: AnswerKey, notBefore time: Timestamp) -> CachedAnswer? {
        state.withLock { chain in
            guard let answer = chain[key] else { return nil }
            guard answer.time >= time else {
                chain.remove(key)
                return nil
            }
            chain.use(key)
            return answer
        }
    }

    /// The answer to the nearest question of a kind; `nil` when none is as near as asked for. It counts as used.
    package func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, notBefore time: Timestamp
    ) -> SimilarAnswer? {
        state.withLock { chain in
            var best: SimilarAnswer?
            for key in chain.questions[question.kind] ?? [] {
                guard let answer = chain[key], answer.time >= time,
                    let near = answer.question?.similarity(to: question),
                    near >= max(similarity, best?.similarity ?? -1)
                else { continue }
                best = SimilarAnswer(key: key, answer: answer, similarity: near)
            }
            if let best { chain.use(best.key) }
            return best
        }
    }

    /// Keeps an answer in place of one of the same key. One that is larger than all together may be is not kept.
    package func keep(_ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64) {
        state.withLock { chain in
            chain.remove(key)
            if Int64(answer.size) <= bytesMax { chain.add(answer, key) }
            while chain.bytes > bytesMax, let oldest = chain.oldest { chain.remove(oldest) }
        }
    }

    /// Removes the answers of a tenant, or of one of its models.
    package func remove(of tenant: String, model: String?) {
        remove { $0.tenant == tenant && (model == nil || $0.model == model) }
    }

    /// Removes what is older than a moment.
    package func remove(before time: Timestamp) { remove { $0.time < time } }

    /// Removes everything.
    package func removeAll() { state.withLock { $0 = AnswerChain() } }

    private func remove(_ isGone: (CachedAnswer) -> Bool) {
        state.withLock { chain in for key in chain.keys(where: isGone) { chain.remove(key) } }
    }

    /// How many there are, and what they count.
    package var size: AnswerCount { state.withLock { AnswerCount(entries: Int64($0.count), bytes: $0.bytes) } }
}
