import TuttiCore

/// References that name no section by number: "see Queues below", "link to follow", "left as an open question".
struct OutwardReferences {
    private let rule: Rule

    init(_ rule: Rule) { self.rule = rule }

    func findings(in context: ReviewContext) -> [Finding] {
        guard context.document.isEnglish else { return [] }
        let titles = context.document.sections.filter { !$0.isHidden }.map { Document.fold($0.title.utf8) }
        return context.document.sentences.filter(context.isStatement).compactMap { sentence in
            if let name = belowOrAbove(sentence, titles, context) {
                return finding("\"\(name)\"", sentence, context)
            }
            if let words = promisedLink(sentence, context) { return finding("\"\(words)\"", sentence, context) }
            if let name = unnamedDocument(sentence, titles, context) {
                return finding("\"\(name)\" without a name or a link", sentence, context)
            }
            return isLeftOpen(sentence, context)
                ? finding("an open question that the open questions do not hold", sentence, context) : nil
        }
    }

    private func finding(_ name: String, _ sentence: Sentence, _ context: ReviewContext) -> Finding {
        context.finding(
            rule, at: sentence, subject: name + " " + context.quote(sentence),
            message: "It refers to \(name), which is not to be found here",
            suggestion: "Add what is referred to, or link to the document that has it.",
            questions: ["Where is what \(name) stands for in \"\(context.quote(sentence))\""])
    }

    // MARK: - "see Queues below"

    private func belowOrAbove(_ sentence: Sentence, _ titles: [String], _ context: ReviewContext) -> String? {
        let words = context.document.words
        for position in sentence.words where ["below", "above"].contains(words[position].key) {
            var first = position
            while first > sentence.words.lowerBound, words[first - 1].shape.contains(.capitalised),
                words[first - 1].kind == .word, position - first < 4
            {
                first -= 1
            }
            guard first < position, first > sentence.words.lowerBound, words[first - 1].key == "see",
                !words[first].shape.contains(.linked)
            else { continue }
            let name = context.text(first..<position)
            let folded = Document.fold(name.utf8)
            let generic = ["Figure", "Table", "Section", "Listing", "Example", "Note", "Diagram"]
            if generic.contains(where: name.hasPrefix) || titles.contains(where: { $0.contains(folded) }) { continue }
            return name
        }
        return nil
    }

    // MARK: - "link to follow"

    private static let promises: [[String]] = [
        ["link", "to", "follow"], ["link", "follows"], ["link", "tbd"], ["link", "will", "follow"],
        ["to", "be", "linked"],
        ["insert", "link"], ["add", "link"], ["link", "pending"], ["link", "missing"],
    ]

    private func promisedLink(_ sentence: Sentence, _ context: ReviewContext) -> String? {
        let words = context.document.words
        for position in sentence.words {
            for promise in Self.promises where words[position].key == promise[0] {
                let end = position + promise.count
                guard end <= sentence.words.upperBound,
                    promise.indices.allSatisfy({ words[position + $0].key == promise[$0] })
                else { continue }
                return context.text(position..<end)
            }
        }
        return nil
    }

    // MARK: - "see the gap analysis"

    private static let papers: Set<String> = [
        "analysis", "document", "report", "spreadsheet", "concept", "specification", "study", "presentation", "slides",
    ]

    /// "See the gap analysis for known issues": a paper with neither a name of its own nor a link.
    private func unnamedDocument(_ sentence: Sentence, _ titles: [String], _ context: ReviewContext) -> String? {
        let words = context.document.words
        for position in sentence.words where words[position].key == "see" {
            guard position + 3 <= sentence.words.upperBound, words[position + 1].key == "the" else { continue }
            let end = min(sentence.words.upperBound, position + 6)
            guard let noun = (position + 2..<end).first(where: { Self.papers.contains(words[$0].key) }) else {
                continue
            }
            let range = position + 2..<noun + 1
            let isNamed = range.contains {
                words[$0].kind != .word || words[$0].shape.contains(.capitalised) || words[$0].shape.contains(.linked)
                    || words[$0].before == ASCII.quote
            }
            let folded = Document.fold(context.text(range).utf8)
            if isNamed || titles.contains(where: { $0.contains(folded) }) { continue }
            let rest = noun + 1..<sentence.words.upperBound
            if rest.contains(where: { words[$0].kind == .code || words[$0].shape.contains(.linked) }) { continue }
            return context.text(range)
        }
        return nil
    }

    // MARK: - "is left as an unresolved question"

    private func isLeftOpen(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let words = context.document.words
        guard context.has(.openQuestions), !context.roles(of: sentence).contains(.openQuestions),
            let at = sentence.words.first(where: { ["unresolved", "open"].contains(words[$0].key) }),
            at + 1 < sentence.words.upperBound, words[at + 1].key.hasPrefix("question"),
            at - 2 >= sentence.words.lowerBound, ["an", "as"].contains(words[at - 1].key),
            ["as", "remains", "is", "left"].contains(words[at - 2].key)
        else { return false }
        let said = ContentWords(sentence, context.document).set.filter { $0.count >= 6 }
            .subtracting(["unresolved", "question", "exactly", "handle"])
        let held = context.document.sentences.filter { context.roles(of: $0).contains(.openQuestions) }
            .reduce(into: Set<String>()) { $0.formUnion(ContentWords($1, context.document).set) }
        let title = Set(
            Document.fold((context.document.sections.dropFirst().first?.title ?? "").utf8).split(separator: " ")
                .map(String.init))
        let rare = said.subtracting(title)
        return rare.count >= 2 && rare.intersection(held).count * 2 <= rare.count
    }
}
