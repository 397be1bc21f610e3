/// What is looked for in a memory: lower-case words that must all occur.
package struct MemorySearch: Sendable {
    /// Each once, in their order.
    package let words: [String]

    /// Takes a text apart.
    ///
    /// - Throws: `.invalidSearch` for a text or a limit outside of the limits.
    package init(_ text: String, limit: Int, within limits: MemoryLimits) throws(MemoryError) {
        try limits.check(limit: limit)
        guard text.utf8.count <= limits.searchBytesMax else {
            throw MemoryError(
                .invalidSearch,
                "a search of \(text.utf8.count) bytes is above the limit of \(limits.searchBytesMax); "
                    + "search for its most telling words")
        }
        var words: [String] = []
        for word in text.lowercased().split(whereSeparator: \.isWhitespace) {
            let isKnown = words.contains { $0.utf8.elementsEqual(word.utf8) }
            if !isKnown { words.append(String(word)) }
        }
        guard words.count <= limits.searchWordsMax else {
            throw MemoryError(
                .invalidSearch,
                "a search for \(words.count) words is above the limit of \(limits.searchWordsMax); "
                    + "search for the most telling ones")
        }
        self.words = words
    }

    /// What words are looked for in. The line feed between both parts is in no word.
    package static func searched(key: String, value: String) -> String { key.lowercased() + "\n" + value.lowercased() }

    /// Whether each word occurs, byte by byte.
    package func finds(key: String, value: String) -> Bool {
        guard !words.isEmpty else { return true }
        let text = Array(Self.searched(key: key, value: value).utf8)
        return words.allSatisfy { Self.occurs(Array($0.utf8), in: text) }
    }

    private static func occurs(_ word: [UInt8], in text: [UInt8]) -> Bool {
        guard let first = word.first, word.count <= text.count else { return false }
        var at = 0
        while at <= text.count - word.count {
            guard let next = text[at...(text.count - word.count)].firstIndex(of: first) else { return false }
            if text[next..<next + word.count].elementsEqual(word) { return true }
            at = next + 1
        }
        return false
    }
}
