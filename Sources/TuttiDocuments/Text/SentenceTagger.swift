/// Finds the phrases of the vocabulary in sentences.
struct SentenceTagger {
    let lexicon: Lexicon
    var marks: [Mark] = []
    /// Indices into ``marks`` by topic.
    var byTopic: [[Int]] = Array(repeating: [], count: Topic.allCases.count)

    init(lexicon: Lexicon) { self.lexicon = lexicon }

    mutating func tag(_ sentence: inout Sentence, index: Int, words: [Word], isVisible: Bool) {
        let first = marks.count
        var topics: TopicSet = []
        for position in sentence.words {
            guard words[position].kind == .word, let phrases = lexicon.phrases(startingWith: words[position].key)
            else { continue }
            var found: TopicSet = []
            for phrase in phrases where !found.has(phrase.topic) {
                guard fits(phrase.tail, after: position, in: sentence, words) else { continue }
                found.insert(TopicSet(phrase.topic))
                guard isVisible else { continue }
                byTopic[Int(phrase.topic.rawValue)].append(marks.count)
                marks.append(
                    Mark(topic: phrase.topic, words: position..<position + 1 + phrase.tail.count, sentence: index))
            }
            topics.formUnion(found)
        }
        sentence.marks = first..<marks.count
        sentence.topics = isVisible ? topics : []
    }

    private func fits(_ tail: [String], after position: Int, in sentence: Sentence, _ words: [Word]) -> Bool {
        guard position + tail.count < sentence.words.upperBound else { return false }
        for (offset, word) in tail.enumerated() where words[position + 1 + offset].key != word { return false }
        return true
    }
}
