/// How long things live, as sentences of one plain form say it: "Points expire after 12 months", "Points older than
/// 6 months are deleted".
struct Lifetimes {
    struct Fact {
        var end: End
        var quantity: Quantity
        var sentence: Sentence
    }

    /// How it ends: it may no longer be used, or it is gone.
    enum End { case expiry, deletion }

    struct Clash {
        var thing: String
        var first: Fact
        var other: Fact
    }

    private let context: ReviewContext
    private var facts: [String: [Fact]] = [:]

    init(_ context: ReviewContext) {
        self.context = context
        for sentence in context.document.sentences
        where context.isStatement(sentence) && !context.isAside(sentence) && !sentence.topics.has(.contrast)
            && !context.isDenied(sentence)
        {
            guard let (thing, fact) = read(sentence) else { continue }
            facts[thing, default: []].append(fact)
        }
    }

    /// Two ends of one kind that differ, or a deletion of what is still valid. What is deleted some time after its
    /// expiry is no contradiction.
    var clashes: [Clash] {
        facts.sorted { $0.key < $1.key }.compactMap { thing, facts in
            for (index, one) in facts.enumerated() {
                let other = facts[(index + 1)...].first { other in
                    if one.end == other.end { return one.quantity.value != other.quantity.value }
                    let (expiry, deletion) = one.end == .expiry ? (one, other) : (other, one)
                    return deletion.quantity.value < expiry.quantity.value
                }
                if let other { return Clash(thing: thing, first: one, other: other) }
            }
            return nil
        }
    }

    // MARK: - Reading

    private static let ends: [String: End] = [
        "expire": .expiry, "expires": .expiry, "expired": .expiry, "valid": .expiry, "lapse": .expiry,
        "deleted": .deletion, "removed": .deletion, "purged": .deletion, "erased": .deletion, "kept": .deletion,
        "retained": .deletion, "stored": .deletion, "discarded": .deletion,
    ]
    private static let articles: Set<String> = ["the", "a", "an", "all", "each", "every", "any"]
    private static let auxiliaries: Set<String> = [
        "is", "are", "be", "must", "will", "shall", "should", "get", "gets", "stay", "stays", "remain", "remains",
    ]
    private static let pronouns: Set<String> = ["it", "they", "this", "that", "these", "we", "you", "he", "she", "i"]
    private static let links: Set<String> = ["after", "for", "within", "older", "than", "up", "to", "at", "most"]
    private static let thingMost = 3

    /// The thing at the start of the sentence, and its only number with a unit of time.
    private func read(_ sentence: Sentence) -> (String, Fact)? {
        let words = context.document.words
        let numbers = sentence.words.filter { words[$0].kind == .number }
        guard numbers.count == 1, let at = numbers.first,
            let quantity = Quantity.read(at, in: sentence, words, context.document.prose),
            quantity.dimension == "time", at > sentence.words.lowerBound,
            Self.links.contains(words[at - 1].key),
            let verb = sentence.words.first(where: { Self.ends[words[$0].key] != nil }),
            let end = Self.ends[words[verb].key], let thing = thing(of: sentence)
        else { return nil }
        // The number belongs to the verb: right behind it, or as "older than" between the thing and the verb.
        let isOlder = words[at - 1].key == "than" && at < verb
        let between = verb < at ? (verb + 1..<at) : (at..<at)
        guard isOlder || verb < at && between.allSatisfy({ Self.links.contains(words[$0].key) }) else { return nil }
        return (thing, Fact(end: end, quantity: quantity, sentence: sentence))
    }

    /// "Points" of "The points are …": up to three words before the verb, each without its plural.
    private func thing(of sentence: Sentence) -> String? {
        let words = context.document.words
        var thing: [String] = []
        for position in sentence.words {
            let key = words[position].key
            if Self.auxiliaries.contains(key) || Self.ends[key] != nil || key == "older" { break }
            guard words[position].kind == .word, !Self.pronouns.contains(key), thing.count < Self.thingMost else {
                return nil
            }
            if !Self.articles.contains(key) { thing.append(key.hasSuffix("s") ? String(key.dropLast()) : key) }
            if words[position].after != 0 { return nil }
        }
        return thing.isEmpty ? nil : thing.joined(separator: " ")
    }
}
