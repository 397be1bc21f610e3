/// The vocabulary of all rules, looked up by the first word of each phrase.
///
/// Lists are written with alternatives: `retr(y|ies|ied)` stands for three words, and a phrase with hyphens is also
/// found with blanks.
struct Lexicon: Sendable {
    static let standard = Lexicon(Vocabulary.lists)

    struct Phrase: Sendable {
        var topic: Topic
        /// The words after the first.
        var tail: [String]
    }

    private let phrases: [String: [Phrase]]

    init(_ lists: [(Topic, String)]) {
        var phrases: [String: [Phrase]] = [:]
        for (topic, list) in lists {
            for entry in Self.entries(list) {
                for phrase in Self.expand(entry) { Self.add(phrase, topic, to: &phrases) }
            }
        }
        // Longest first, so that the first that fits is the longest.
        self.phrases = phrases.mapValues { list in list.sorted { $0.tail.count > $1.tail.count } }
    }

    private static func add(_ phrase: String, _ topic: Topic, to phrases: inout [String: [Phrase]]) {
        var forms = [phrase]
        if phrase.contains("-") { forms.append(String(phrase.map { $0 == "-" ? " " : $0 })) }
        for form in forms {
            let words = form.split(separator: " ").map(String.init)
            guard let head = words.first else { continue }
            phrases[head, default: []].append(Phrase(topic: topic, tail: Array(words.dropFirst())))
        }
    }

    func phrases(startingWith word: String) -> [Phrase]? { phrases[word] }

    /// Entries are separated by commas or line breaks.
    static func entries(_ list: String) -> [String] {
        list.split { $0 == "," || $0 == "\n" }
            .map { $0.split(separator: " ").joined(separator: " ") }
            .filter { !$0.isEmpty }
    }

    /// `a(b|c)d` becomes `abd`, `acd`.
    static func expand(_ entry: String) -> [String] {
        alternatives(entry[...]).map { $0.split(separator: " ").joined(separator: " ") }
    }

    private static func alternatives(_ entry: Substring) -> [String] {
        guard let open = entry.firstIndex(of: "("), let close = entry[open...].firstIndex(of: ")") else {
            return [String(entry)]
        }
        let tails = alternatives(entry[entry.index(after: close)...])
        return entry[entry.index(after: open)..<close]
            .split(separator: "|", omittingEmptySubsequences: false)
            .flatMap { choice in tails.map { entry[..<open] + choice + $0 } }
    }
}
