import TuttiCore

/// Abbreviations that are neither common nor explained.
struct UndefinedAcronymCheck: Check {
    let rule = Rule(
        "undefined-acronym", "Acronym without its long form", .low, .product,
        reason: "A reader from the next team does not know it, guesses, and does not ask.",
        bad: "The DSR is handled by the PGT.", good: "A data subject request (DSR) is handled by the privacy team.")
    let tellsAsOne = true

    private static let lengths = 2...6

    func findings(in context: ReviewContext) -> [Finding] {
        let document = context.document
        var uses: [String: [Int]] = [:]
        var lowercase: Set<String> = []
        var defined: Set<String> = []
        for (index, sentence) in document.sentences.enumerated() where !context.block(of: sentence).isHidden {
            let shouts = isShouting(sentence, document)
            let languages = languages(sentence, document)
            let namesPeople = namesPeople(sentence, document)
            for position in sentence.words where !languages.contains(position) {
                let word = document.words[position]
                guard word.kind == .word else { continue }
                guard word.shape.contains(.acronym) else {
                    lowercase.insert(word.key)
                    continue
                }
                let name = singular(word)
                if isDefined(position, sentence, context) { defined.insert(name) }
                if namesPeople || isDepartment(position, sentence, document) { defined.insert(name) }
                if !shouts && isCandidate(word, name), context.block(of: sentence).isProse {
                    uses[name, default: []].append(index)
                }
            }
        }
        let least = context.kind == .generic ? 2 : 1
        return uses.filter { name, places in
            places.count >= least && !defined.contains(name) && !lowercase.contains(name)
        }.sorted { $0.value[0] == $1.value[0] ? $0.key < $1.key : $0.value[0] < $1.value[0] }
            .prefix(Rulebook.findingsPerRule).map { name, places in
                finding(name.uppercased(), document.sentences[places[0]], context)
            }
    }

    /// "the CX lead", and with it "Stakeholders: CX, …": readers know the departments of their house.
    private func isDepartment(_ position: Int, _ sentence: Sentence, _ document: Document) -> Bool {
        let next = position + 1 < sentence.words.upperBound ? document.words[position + 1].key : ""
        return ["team", "lead", "leads", "manager", "department", "staff", "squad", "guild", "people", "on-call"]
            .contains(next)
    }

    private func namesPeople(_ sentence: Sentence, _ document: Document) -> Bool {
        sentence.words.contains {
            ["stakeholders", "reviewers", "owner", "owners", "consulted", "approvers", "informed"]
                .contains(document.words[$0].key)
        }
    }

    /// "EN, DE, FR and NL": codes of languages or countries, three or more in a row.
    private func languages(_ sentence: Sentence, _ document: Document) -> Set<Int> {
        let short = sentence.words.filter {
            document.words[$0].shape.contains(.acronym) && document.words[$0].key.utf8.count == 2
        }
        return short.count >= 3 ? Set(short) : []
    }

    private func finding(_ name: String, _ sentence: Sentence, _ context: ReviewContext) -> Finding {
        context.finding(
            rule, at: sentence, subject: name, message: "\"\(name)\" is not explained",
            suggestion: "Write the long form at the first use, \"Long Form (\(name))\", or add it to a glossary.")
    }

    private func singular(_ word: Word) -> String {
        word.shape.contains(.pluralAcronym) ? String(word.key.dropLast()) : word.key
    }

    private func isCandidate(_ word: Word, _ name: String) -> Bool {
        Self.lengths.contains(name.utf8.count) && name.utf8.allSatisfy(\.isASCIILower)
            && !Acronyms.known.contains(name) && !word.shape.contains(.linked) && word.before != ASCII.underscore
            && word.before != ASCII.slash && word.after != ASCII.slash && word.before != ASCII.hash
            && word.before != ASCII.dollar && word.before != ASCII.at && word.before != ASCII.openBrace
            && word.after != ASCII.underscore && word.after != ASCII.openBracket
            && word.after != ASCII.openBrace && word.before != ASCII.quote
    }

    /// Most of the words are in capitals: emphasis or a diagram, not abbreviations.
    private func isShouting(_ sentence: Sentence, _ document: Document) -> Bool {
        let capitals = sentence.words.reduce(0) { $0 + (document.words[$1].shape.contains(.acronym) ? 1 : 0) }
        return capitals > 2 && capitals * 2 > sentence.words.count
    }

    /// `Long Name (LN)`, `LN (Long Name)`, `LN: …` or `LN — …` at the start of an item, `LN stands for`.
    private func isDefined(_ position: Int, _ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let document = context.document
        let word = document.words[position]
        if word.before == ASCII.openParen && word.after == ASCII.closeParen {
            return position > sentence.words.lowerBound
        }
        let next = position + 1
        if next < sentence.words.upperBound {
            let follower = document.words[next]
            if follower.before == ASCII.openParen { return true }
            if ["stands", "means", "is", "are", "denotes", "refers"].contains(follower.key),
                position == sentence.words.lowerBound
                    || follower.key == "stands" || follower.key == "means"
            {
                let after = next + 1 < sentence.words.upperBound ? document.words[next + 1].key : ""
                if follower.key == "stands" || follower.key == "means"
                    || ["a", "an", "the", "our", "short"].contains(after)
                {
                    return true
                }
            }
        }
        guard position == sentence.words.lowerBound else { return false }
        let block = context.block(of: sentence)
        if block.kind == .tableRow {
            return block.sentences.first.map { document.sentences[$0].words.lowerBound == position } ?? false
                && sentence.words.count == 1
        }
        let isTerm =
            word.after == ASCII.colon || word.after == ASCII.equals || dashFollows(word, document)
            || word.before == ASCII.star && word.after == ASCII.star
        return isTerm && sentence.words.count > 1
            && (block.isListItem || context.roles(of: sentence).contains(.glossary)
                || word.after != ASCII.colon)
    }

    private func dashFollows(_ word: Word, _ document: Document) -> Bool {
        var at = Int(word.end)
        while at < document.prose.count, document.prose[at] == ASCII.space || document.prose[at] == ASCII.star {
            at += 1
        }
        guard at + 2 < document.prose.count else { return false }
        if document.prose[at] == ASCII.equals { return true }
        if document.prose[at] == ASCII.dash && document.prose[at + 1].isBlank { return true }
        return document.prose[at] == 0xE2 && document.prose[at + 1] == 0x80
            && [0x93, 0x94].contains(document.prose[at + 2])
    }
}
