import TuttiCore

/// One quantity, two values.
struct InconsistentNumberCheck: Check {
    let rule = Rule(
        "inconsistent-number", "One quantity with two values", .high, .engineering,
        reason: "Whoever builds it takes the number they read first; whoever tests it takes the other.",
        bad: "The session timeout is 30 minutes. … A session timeout of 60 minutes is fine.",
        good: "The session timeout is 30 minutes, here and everywhere.")

    private struct Fact {
        var quantity: Quantity
        var sentence: Int
        var name: String
    }

    func findings(in context: ReviewContext) -> [Finding] {
        var facts: [String: [Fact]] = [:]
        for (index, sentence) in context.document.sentences.enumerated() {
            guard context.isStatement(sentence), !context.isAside(sentence) else { continue }
            for fact in self.facts(in: sentence, index, context) { facts[fact.name, default: []].append(fact) }
        }
        return facts.sorted { $0.key < $1.key }.compactMap { judge($0.key, $0.value, context) } + counts(context)
            + lifetimes(context)
            + NumberedLinks.mismatches(in: context).map { link($0, context) }
            + NumberedLinks.ranges(in: context).map { range($0, context) }
    }

    // MARK: - Counts, links, ranges

    private func counts(_ context: ReviewContext) -> [Finding] {
        CountedThings(context).clashes.map { clash in
            context.finding(
                rule, at: clash.other.sentence, subject: "count of \(clash.noun)",
                message:
                    "\"\(clash.first.text)\" in line \(clash.first.sentence.line), but \"\(clash.other.text)\" here",
                suggestion: "Keep one value, or say what distinguishes the two.",
                questions: [
                    "Which holds: \"\(context.quote(clash.first.sentence))\" or "
                        + "\"\(context.quote(clash.other.sentence))\""
                ]
            ).also(at: [clash.first.sentence])
        }
    }

    private func lifetimes(_ context: ReviewContext) -> [Finding] {
        Lifetimes(context).clashes.map { clash in
            let values = [clash.first, clash.other].map { context.text($0.quantity.words) }
            return context.finding(
                rule, at: clash.other.sentence, subject: "lifetime of \(clash.thing)",
                message: "It ends after \(values[0]) in line \(clash.first.sentence.line), "
                    + "but after \(values[1]) here",
                suggestion: "Keep one value, or say what distinguishes the two.",
                questions: [
                    "Which holds: \"\(context.quote(clash.first.sentence))\" or "
                        + "\"\(context.quote(clash.other.sentence))\""
                ]
            ).also(at: [clash.first.sentence])
        }
    }

    private func link(_ mismatch: NumberedLinks.Mismatch, _ context: ReviewContext) -> Finding {
        context.finding(
            rule, atLine: mismatch.line, subject: "link \(mismatch.said) \(mismatch.meant)",
            message: "The link says \(mismatch.said), but its address leads to \(mismatch.meant)",
            suggestion: "Open both and keep the right one.",
            questions: ["Which is meant: \(mismatch.said) or \(mismatch.meant)"])
    }

    private func range(_ mismatch: NumberedLinks.Mismatch, _ context: ReviewContext) -> Finding {
        context.finding(
            rule, atLine: mismatch.line, severity: .medium, subject: "range \(mismatch.said) \(mismatch.meant)",
            message: "The count is \(mismatch.said), but the range beside it holds \(mismatch.meant)",
            suggestion: "Mend the count or the range.",
            questions: ["Are there \(mismatch.said) or \(mismatch.meant) of them"])
    }

    /// Two values for a name, from two sentences neither of which compares anything.
    private func judge(_ name: String, _ facts: [Fact], _ context: ReviewContext) -> Finding? {
        let single = Dictionary(grouping: facts, by: \.sentence).values.filter { $0.count == 1 }.flatMap { $0 }
            .filter { !compares($0, context) }.sorted { $0.sentence < $1.sentence }
        guard let first = single.first,
            let other = single.first(where: { fact in
                fact.quantity.dimension == first.quantity.dimension && fact.quantity.value != first.quantity.value
                    && (name.contains(" ") || speakOfTheSame(first, fact, context))
            }),
            single.filter({ $0.quantity.dimension == first.quantity.dimension })
                .reduce(into: Set<Double>(), { $0.insert($1.quantity.value) }).count == 2
        else { return nil }
        let before = context.document.sentences[first.sentence]
        let here = context.document.sentences[other.sentence]
        let values = [first, other].map { context.text($0.quantity.words) }
        let noun = String(name.split(separator: "/")[0])
        return context.finding(
            rule, at: here, subject: name,
            message: "The \(noun) is \(values[0]) in line \(before.line), but \(values[1]) here",
            suggestion: "Keep one value, or say what distinguishes the two.",
            questions: [
                "Which \(noun) holds: \(values[0]) (\"\(context.quote(before))\") or \(values[1]) "
                    + "(\"\(context.quote(here))\")"
            ])
    }

    /// A name of one word, such as "timeout", may belong to two things: the sentences must share a section or a word.
    private func speakOfTheSame(_ first: Fact, _ other: Fact, _ context: ReviewContext) -> Bool {
        let document = context.document
        let places = [first, other].map { document.sentences[$0.sentence] }
        if context.block(of: places[0]).section == context.block(of: places[1]).section { return true }
        let words = places.map { place in
            Set(place.words.map { document.words[$0].key }.filter { $0.count > 3 && !Self.nouns.contains($0) })
                .subtracting(Self.empty).subtracting(Self.links)
        }
        return !words[0].intersection(words[1]).isEmpty
    }

    /// Words such as "instead of" or "premium" say that two values are meant.
    private func compares(_ fact: Fact, _ context: ReviewContext) -> Bool {
        context.document.sentences[fact.sentence].topics.has(.contrast)
    }

    // MARK: - Reading

    /// Nouns that name a quantity.
    private static let nouns: Set<String> = [
        "timeout", "limit", "retention", "quota", "ttl", "deadline", "uptime", "availability", "capacity", "interval",
        "expiry", "lifetime", "budget", "period", "delay", "size", "latency", "window", "rpo", "rto", "duration",
        "threshold", "sla",
    ]
    /// These alone name one thing only; the others need a word before them.
    private static let sufficient: Set<String> = ["retention", "uptime", "availability", "rpo", "rto", "timeout"]
    /// Words that say nothing about which quantity is meant.
    private static let empty: Set<String> = [
        "the", "a", "an", "of", "with", "for", "our", "its", "this", "that", "is", "are", "be", "has", "have", "and",
        "or",
        "in", "on", "to", "by", "after", "within", "no", "their", "each", "every", "any", "must", "shall", "should",
        "at",
        "same", "maximum", "max", "total", "new", "longer", "default", "minimum", "overall", "target", "hard",
        "current",
        "under", "over", "than", "all", "short", "long", "low", "set", "when", "if", "exceeds", "below", "above", "as",
    ]
    /// Between the noun and its value.
    private static let links: Set<String> = [
        "of", "is", "are", "to", "be", "at", "must", "shall", "should", "will", "set", "most", "stays", "under",
        "exactly",
        "was", "for", "currently", "about", "least", "limited", "up", "a", "below", "within", "maximum",
    ]

    private func facts(in sentence: Sentence, _ index: Int, _ context: ReviewContext) -> [Fact] {
        let words = context.document.words
        return sentence.words.compactMap { position in
            guard words[position].kind == .number,
                let quantity = Quantity.read(position, in: sentence, words, context.document.prose)
            else { return nil }
            let name = nameAfter(quantity, sentence, words) ?? nameBefore(quantity, sentence, words)
            return name.map { Fact(quantity: quantity, sentence: index, name: $0 + "/" + quantity.dimension) }
        }
    }

    /// "30-second session timeout", "90 days retention".
    private func nameAfter(_ quantity: Quantity, _ sentence: Sentence, _ words: [Word]) -> String? {
        var position = quantity.words.upperBound
        guard words[position - 1].after == 0 || words[position - 1].after == ASCII.percent else { return nil }
        var modifiers: [String] = []
        while position < sentence.words.upperBound && modifiers.count < 3 {
            let key = words[position].key
            if Self.nouns.contains(key) { return name(key, modifiers) }
            guard words[position].kind == .word, words[position].after == 0, !Self.empty.contains(key) else {
                return nil
            }
            modifiers.append(key)
            position += 1
        }
        return nil
    }

    /// "session timeout of 30 s", "the timeout for sessions is 30 s" is left alone.
    private func nameBefore(_ quantity: Quantity, _ sentence: Sentence, _ words: [Word]) -> String? {
        var position = quantity.words.lowerBound - 1
        var skipped = 0
        while position >= sentence.words.lowerBound && skipped < 4 {
            let key = words[position].key
            let isOpen = words[position].after == 0 || words[position].after == ASCII.colon
            if Self.nouns.contains(key) { return isOpen ? modified(key, position, sentence, words) : nil }
            guard Self.links.contains(key), words[position].after == 0 else { return nil }
            position -= 1
            skipped += 1
        }
        return nil
    }

    private func modified(_ noun: String, _ position: Int, _ sentence: Sentence, _ words: [Word]) -> String? {
        var modifiers: [String] = []
        var at = position - 1
        while at >= sentence.words.lowerBound && modifiers.count < 2 {
            let word = words[at]
            guard word.kind == .word, word.after == 0, !Self.empty.contains(word.key) else { break }
            modifiers.insert(word.key, at: 0)
            at -= 1
        }
        return name(noun, modifiers)
    }

    private func name(_ noun: String, _ modifiers: [String]) -> String? {
        guard let last = modifiers.last else { return Self.sufficient.contains(noun) ? noun : nil }
        return (last.hasSuffix("s") && last.count > 4 ? String(last.dropLast()) : last) + " " + noun
    }
}
