/// Tells English from other languages by the small words, for rules that only know English ones.
enum Language {
    /// Below this number of words a text is taken for English.
    private static let wordsLeast = 25

    static func isEnglish(words: [Word], byTopic: [[Int]]) -> Bool {
        guard words.count >= wordsLeast else { return true }
        let english = byTopic[Int(Topic.english.rawValue)].count
        let foreign = byTopic[Int(Topic.foreign.rawValue)].count
        if foreign > english && foreign * 20 > words.count { return false }
        let strange = words.reduce(0) { count, word in
            count + (word.key.utf8.allSatisfy { $0 < 0x80 } ? 0 : 1)
        }
        return strange * 3 < words.count
    }
}
