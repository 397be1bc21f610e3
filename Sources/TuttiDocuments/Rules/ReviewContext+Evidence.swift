import TuttiCore

/// Where the answer to a gap may stand: one word of protection somewhere does not answer for everything.
extension ReviewContext {
    /// The outermost section around a sentence, the document's title apart.
    func chapter(of sentence: Sentence) -> Int {
        var index = block(of: sentence).section
        while let parent = document.sections[index].parent, !isTitle(parent) { index = parent }
        return index
    }

    /// The statements of a topic that stand in no aside.
    func claims(of topic: Topic) -> [Sentence] { statements(of: topic).filter { !isAside($0) } }

    /// Whether the paragraph, item or row of a sentence speaks of a topic.
    func says(_ topic: Topic, around sentence: Sentence) -> Bool {
        block(of: sentence).sentences.contains { document.sentences[$0].topics.has(topic) }
    }

    /// Whether a statement of a topic stands in one of some chapters.
    func says(_ topic: Topic, inChapters chapters: Set<Int>) -> Bool {
        statements(of: topic).contains { chapters.contains(chapter(of: $0)) }
    }

    func hasNumber(_ sentence: Sentence) -> Bool {
        sentence.words.contains { document.words[$0].kind == .number }
    }

    /// Whether the sentence holds one of some words.
    func holds(_ sentence: Sentence, _ keys: Set<String>) -> Bool {
        sentence.words.contains { keys.contains(document.words[$0].key) }
    }

    /// "never stored", "no tokens": the sentence says that it is not so.
    func isDenied(_ sentence: Sentence) -> Bool { holds(sentence, Self.denials) }

    private static let denials: Set<String> = ["never", "not", "no", "without", "nor", "cannot", "none", "neither"]

    /// The words of a topic's first mark in a sentence.
    func word(of topic: Topic, in sentence: Sentence) -> String {
        marks(in: sentence, of: topic).first.map { text($0.words) } ?? ""
    }

    // MARK: - Code

    /// The lines of code and diagrams that are not part of a question, each with its index.
    var codeLines: [(index: Int, text: String)] {
        document.blocks.lazy.filter { $0.kind == .code && !$0.isHidden && $0.question == nil }.flatMap(\.lines)
            .compactMap { index in
                let line = document.lines[index]
                guard line.end - line.first <= Self.codeLineMost else { return nil }
                return (index, String(decoding: document.source[line.first..<line.end], as: UTF8.self))
            }
    }

    /// A longer line is data, no line that a person reads.
    private static var codeLineMost: Int { 400 }

    /// A finding on a line that holds no prose.
    func finding(
        _ rule: Rule, atLine index: Int, severity: Severity? = nil, subject: String, message: String,
        suggestion: String, questions: [String]
    ) -> Finding {
        let section = document.sections.last { $0.headingBlock != nil && $0.line <= index + 1 }
        let line = document.lines[index]
        return Finding(
            rule: rule, severity: severity, subject: subject, message: message, suggestion: suggestion,
            section: section?.path ?? "", line: index + 1,
            quote: String(Self.oneLine(document.source[line.first..<line.end]).prefix(Finding.quoteLimit)),
            questions: questions)
    }
}

extension Finding {
    /// The same told of several places; the first stays the one that is quoted.
    func also(at places: [Sentence]) -> Finding {
        var finding = self
        finding.lines = Array(Set(lines + places.map(\.line))).sorted()
        return finding
    }
}
