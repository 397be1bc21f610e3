/// Answers by their keys, in the order in which they were used last: each knows its neighbours.
struct AnswerChain {
    private struct Link {
        var answer: CachedAnswer
        /// Used before this one.
        var older: AnswerKey?
        /// Used after this one.
        var newer: AnswerKey?
    }

    private var links: [AnswerKey: Link] = [:]
    private var newest: AnswerKey?
    /// The one that was not used for the longest time.
    private(set) var oldest: AnswerKey?
    /// What all of them count.
    private(set) var bytes: Int64 = 0
    /// The newest answers to questions of a kind, the newest last.
    private(set) var questions: [AnswerKey: [AnswerKey]] = [:]

    var count: Int { links.count }

    subscript(key: AnswerKey) -> CachedAnswer? { links[key]?.answer }

    /// Puts an answer at the end.
    ///
    /// - Precondition: there is none of this key.
    mutating func add(_ answer: CachedAnswer, _ key: AnswerKey) {
        precondition(links[key] == nil, "an answer is removed before another takes its place")
        links[key] = Link(answer: answer)
        join(key)
        bytes += Int64(answer.size)
        guard let kind = answer.question?.kind else { return }
        questions[kind, default: []].append(key)
        // Those that are out of the list are still answers to their own requests.
        if questions[kind, default: []].count > AnswerLimits.questionsMax { questions[kind]?.removeFirst() }
    }

    /// Puts one that was used at the end.
    mutating func use(_ key: AnswerKey) {
        guard links[key] != nil, newest != key else { return }
        part(key)
        join(key)
    }

    mutating func remove(_ key: AnswerKey) {
        guard let answer = links[key]?.answer else { return }
        part(key)
        links[key] = nil
        bytes -= Int64(answer.size)
        guard let kind = answer.question?.kind else { return }
        questions[kind]?.removeAll { $0 == key }
        if questions[kind]?.isEmpty == true { questions[kind] = nil }
    }

    mutating func remove(where isGone: (CachedAnswer) -> Bool) {
        for key in links.filter({ isGone($0.value.answer) }).map(\.key) { remove(key) }
    }

    private mutating func join(_ key: AnswerKey) {
        links[key]?.older = newest
        links[key]?.newer = nil
        if let newest { links[newest]?.newer = key }
        newest = key
        if oldest == nil { oldest = key }
    }

    private mutating func part(_ key: AnswerKey) {
        guard let link = links[key] else { return }
        if let older = link.older { links[older]?.newer = link.newer } else { oldest = link.newer }
        if let newer = link.newer { links[newer]?.older = link.older } else { newest = link.older }
    }
}
