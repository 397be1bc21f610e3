import TuttiCore

/// The same thing said to be there and still to come, or old and current.
struct ContradictingStatusCheck: Check {
    let rule = Rule(
        "contradicting-status", "One thing with two states", .high, .engineering,
        kinds: DocumentKind.systems,
        reason: "Readers build on what is said to be there; those who read the other place know that it is not.",
        bad: "Features: offline sync. … Roadmap: - [ ] Offline sync",
        good: "Features: sync while online. … Roadmap: - [ ] Offline sync")
    let needsWorkAtHand = true

    func findings(in context: ReviewContext) -> [Finding] {
        claimedAndPlanned(context) + [oldAndCurrent(context), otherRepository(context)].compactMap { $0 }
    }

    // MARK: - Claimed and planned

    /// Words that say that something which exists gets more.
    private static let widening: Set<String> = [
        "more", "enhanced", "additional", "further", "better", "improved", "improve", "extend", "extended", "expand",
        "new", "other", "advanced", "faster", "complete", "full", "for",
    ]

    private func claimedAndPlanned(_ context: ReviewContext) -> [Finding] {
        let document = context.document
        let planned = document.sentences.filter { context.isStatement($0) && isPlanned($0, context) }
        guard !planned.isEmpty else { return [] }
        let claimed = document.sentences.filter { sentence in
            context.isStatement(sentence) && !isPlanned(sentence, context) && !context.isDenied(sentence)
                && context.roles(of: sentence).isDisjoint(with: [.rollout, .nonGoals, .openQuestions, .alternatives])
        }
        let said = claimed.prefix(Self.claimedMost).map { (sentence: $0, words: ContentWords($0, document)) }
        return planned.prefix(Self.plannedMost).compactMap { plan in
            guard !context.holds(plan, Self.widening) else { return nil }
            let words = ContentWords(plan, document)
            guard let claim = said.first(where: { $0.words.sharesPhrase(with: words) })?.sentence else { return nil }
            return context.finding(
                rule, at: plan,
                message: "This is still to come here, but line \(claim.line) says that it is there: "
                    + "\"\(context.quote(claim))\"",
                suggestion: "Say in both places what works today.",
                questions: ["Does this work today or is it planned: \"\(context.quote(plan))\""]
            ).also(at: [claim])
        }
    }

    private static let plannedMost = 60
    private static let claimedMost = 400

    /// An open box of a list of plans, or an item under a heading that names the future.
    private func isPlanned(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let block = context.block(of: sentence)
        guard block.isListItem else { return false }
        let title = context.section(of: sentence).title.lowercased()
        guard ["roadmap", "planned", "future", "coming soon", "to come", "next steps"].contains(where: title.contains)
        else { return false }
        let line = context.document.lines[block.lines.lowerBound]
        let text = context.document.source[line.first..<line.end].prefix(6)
        return !text.contains(UInt8(ascii: "x")) && !text.contains(UInt8(ascii: "X"))
    }

    // MARK: - Old and current

    /// "Legacy dashboard (vanilla JS)" in one place, "Vanilla JS (Production)" in another.
    private func oldAndCurrent(_ context: ReviewContext) -> Finding? {
        let lines = labelled(context)
        for old in lines where old.isOld {
            let words = Set(old.words)
            for current in lines where current.isCurrent && !current.isOld && current.index != old.index {
                guard words.intersection(current.words).count >= 2 else { continue }
                var finding = context.finding(
                    rule, atLine: current.index, subject: "old and current \(current.words.joined(separator: " "))",
                    message: "This is current here, but line \(old.index + 1) calls it old: "
                        + "\"\(old.text.trimmingBlanks)\"",
                    suggestion: "Say in both places which one is to be used.",
                    questions: ["Which holds, the old or the current state: \"\(current.text.trimmingBlanks)\""])
                finding.lines = [old.index + 1, current.index + 1].sorted()
                return finding
            }
        }
        return nil
    }

    private struct Labelled {
        var index: Int
        var text: String
        var words: [String]
        var isOld: Bool
        var isCurrent: Bool
    }

    /// Lines that call what they name legacy or current, in text and in the comments of a tree.
    private func labelled(_ context: ReviewContext) -> [Labelled] {
        let prose = Set([Topic.legacy, .current].flatMap { context.statements(of: $0) }.map { $0.line - 1 })
        let lines = prose.sorted().map { index in
            let line = context.document.lines[index]
            return (index, String(decoding: context.document.source[line.first..<line.end].prefix(300), as: UTF8.self))
        }
        return (lines + context.codeLines.map { ($0.index, $0.text) }).compactMap { index, text in
            let folded = Document.fold(text.utf8)
            let all = folded.split(separator: " ").map(String.init)
            let isOld = !Self.old.isDisjoint(with: all)
            let isCurrent = text.contains("(") && Self.brackets.contains { folded.hasSuffix($0) }
            guard isOld || isCurrent else { return nil }
            let words = all.filter {
                !Self.old.contains($0) && !Self.brackets.contains($0) && !Self.common.contains($0)
            }
            return Labelled(index: index, text: text, words: words, isOld: isOld, isCurrent: isCurrent)
        }
    }

    private static let old: Set<String> = ["legacy", "deprecated", "obsolete"]
    private static let brackets: Set<String> = ["production", "recommended", "default", "preferred"]
    private static let common: Set<String> = [
        "the", "a", "an", "of", "for", "and", "or", "in", "to", "is", "web", "option", "with", "on", "by", "api",
        "service", "server", "system", "client", "app", "data", "code", "file", "files", "module", "support", "mode",
    ]

    // MARK: - Another repository

    /// The quick start fetches a folder of one name, the picture of the folder has another.
    private func otherRepository(_ context: ReviewContext) -> Finding? {
        let lines = context.codeLines
        guard let clone = lines.first(where: { $0.text.contains("git clone ") }),
            let cloned = clone.text.split(separator: " ").first(where: { $0.contains("/") })?.split(separator: "/")
                .last,
            let root = lines.first(where: { isRoot($0.text) })
        else { return nil }
        let repository = cloned.hasSuffix(".git") ? String(cloned.dropLast(4)) : String(cloned)
        let folder = String(root.text.dropLast())
        let words = [repository, folder].map { Set(Document.fold($0.utf8).split(separator: " ").map(String.init)) }
        guard words[0].intersection(words[1]).subtracting(Self.common).isEmpty else { return nil }
        return context.finding(
            rule, atLine: clone.index, subject: "repository \(repository)",
            message: "This fetches \"\(repository)\", but line \(root.index + 1) shows the folder \"\(folder)\"",
            suggestion: "Give the address of the thing described, or say that it lives in the other one.",
            questions: ["Which repository holds this: \"\(repository)\" or \"\(folder)\""])
    }

    /// `name/` alone at the top of a drawn tree.
    private func isRoot(_ text: String) -> Bool {
        text.hasSuffix("/") && text.utf8.dropLast().allSatisfy { $0.isASCIIAlphanumeric || $0 == ASCII.dash }
            && text.contains("-")
    }
}

/// The words of a sentence that carry its meaning, in order, each without its plural.
struct ContentWords {
    private let words: [String]

    private static let empty: Set<String> = [
        "the", "a", "an", "of", "for", "and", "or", "in", "to", "is", "are", "with", "on", "by", "from", "as", "its",
        "it", "this", "that", "support", "be", "will", "can", "via", "using", "into", "all", "each", "per", "our",
    ]

    /// A longer sentence is read to here.
    private static let most = 80

    init(_ sentence: Sentence, _ document: Document) {
        let keys: [String] = sentence.words.prefix(Self.most).compactMap { position in
            document.words[position].kind == .word ? document.words[position].key : nil
        }
        let singular: [String] = keys.map { $0.hasSuffix("s") && $0.utf8.count > 3 ? String($0.dropLast()) : $0 }
        words = singular.filter { !Self.empty.contains($0) }
    }

    var set: Set<String> { Set(words) }

    /// Three words in a row; or two that are all the other has to say.
    func sharesPhrase(with other: ContentWords) -> Bool {
        guard other.words.count >= 2, words.count >= 2 else { return false }
        if other.words.count == 2 || words.count == 2 { return holds(other.words) || other.holds(words) }
        return other.words.indices.dropLast(2).contains { holds(Array(other.words[$0..<$0 + 3])) }
    }

    private func holds(_ part: [String]) -> Bool {
        guard part.count <= words.count else { return false }
        return (0...(words.count - part.count)).contains { words[$0..<$0 + part.count].elementsEqual(part) }
    }
}

extension String {
    fileprivate var trimmingBlanks: String { split(separator: " ").joined(separator: " ") }
}
