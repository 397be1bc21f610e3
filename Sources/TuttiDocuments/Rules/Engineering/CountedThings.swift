/// Numbers that say how many there are of something, how often it happens, or up to where it goes, without a unit.
struct CountedThings {
    struct Fact {
        var value: Double
        var sentence: Sentence
        /// The number with its noun, as the author wrote it.
        var text: String
    }

    /// Two facts that cannot both hold.
    struct Clash {
        var noun: String
        var first: Fact
        var other: Fact
    }

    private let context: ReviewContext
    private var totals: [String: [(fact: Fact, isWhole: Bool)]] = [:]
    private var rates: [String: [Fact]] = [:]
    private var limits: [(fact: Fact, words: Set<String>, noun: String)] = []

    private static let limitsMost = 60

    init(_ context: ReviewContext) {
        self.context = context
        for sentence in context.document.sentences where context.isStatement(sentence) && isDescriptive(sentence) {
            read(sentence)
        }
    }

    /// History, alternatives and open questions speak of other states than the one described.
    private func isDescriptive(_ sentence: Sentence) -> Bool {
        context.roles(of: sentence).isDisjoint(with: [.alternatives, .openQuestions, .motivation, .nonGoals])
    }

    var clashes: [Clash] { totalClashes + rateClashes + limitClashes }

    // MARK: - How many there are

    /// Words before a number that say that all of them are meant.
    private static let whole: Set<String> = ["all", "our", "the", "these", "every", "across"]
    /// Words that leave it open whether there are more.
    private static let loose: Set<String> = [
        "least", "most", "than", "to", "over", "under", "last", "first", "next", "top", "another", "other", "past",
        "every", "per", "within", "after", "of", "by", "only", "until", "past", "new", "below", "above", "max",
        "maximum", "minimum", "exceeds", "exceed", "about", "some",
    ]
    /// What is counted in these is time, money or a measure.
    private static let units: Set<String> = [
        "days", "hours", "minutes", "seconds", "weeks", "months", "years", "ms", "percent", "times", "bytes", "euros",
        "dollars", "points", "steps", "lines", "words", "characters", "tokens", "pages", "items", "requests", "calls",
        "people", "events", "messages", "attempts", "retries", "copies", "others", "cases", "tickets", "replicas",
        "pods", "cores", "stages", "phases", "ports", "types", "kinds", "tests", "questions", "examples",
        "things", "ways", "parts", "sessions", "records", "rows", "files", "checks", "batches", "clients",
        "options", "reasons", "values", "changes", "runs", "jobs", "alternatives", "series",
    ]

    private mutating func read(_ sentence: Sentence) {
        let words = context.document.words
        let isHistory = speaksOfThePast(sentence)
        for position in sentence.words where words[position].kind == .number {
            guard let value = Self.value(words[position]), position + 1 < sentence.words.upperBound else { continue }
            let next = words[position + 1]
            guard words[position].after == 0, words[position].before != ASCII.slash, next.kind == .word else {
                continue
            }
            if let unit = rate(behind: position, sentence) {
                if !isHistory {
                    rates["\(next.key) \(unit)", default: []].append(fact(value, sentence, position..<position + 4))
                }
                continue
            }
            guard !isHistory, Self.isCountable(next), value >= 2, !isPartOf(position, sentence) else { continue }
            let before = position > sentence.words.lowerBound ? words[position - 1].key : ""
            guard !Self.loose.contains(before) else { continue }
            let isWhole = Self.whole.contains(before)
            totals[next.key, default: []].append((fact(value, sentence, position..<position + 2), isWhole))
        }
        if let limit = limit(of: sentence), limits.count < Self.limitsMost { limits.append(limit) }
    }

    private func fact(_ value: Double, _ sentence: Sentence, _ words: Range<Int>) -> Fact {
        Fact(value: value, sentence: sentence, text: context.text(words.clamped(to: sentence.words)))
    }

    /// A plain number: no year, version, port or clock time.
    private static func value(_ word: Word) -> Double? {
        guard word.key.utf8.allSatisfy({ $0.isASCIIDigit || $0 == ASCII.comma }), word.before != ASCII.hash,
            word.before != ASCII.dash, let value = Double(word.key.filter { $0 != "," })
        else { return nil }
        return (1_900...2_100).contains(value) && word.key.count == 4 ? nil : value
    }

    private static func isCountable(_ word: Word) -> Bool {
        word.key.hasSuffix("s") && word.key.count > 4 && !word.key.hasSuffix("ss") && !units.contains(word.key)
            && word.key.utf8.allSatisfy(\.isASCIILower)
    }

    /// "3 suppliers of", "the 3 suppliers that": some of them only.
    private func isPartOf(_ position: Int, _ sentence: Sentence) -> Bool {
        let behind = position + 2
        return behind < sentence.words.upperBound
            && ["of", "that", "who", "which", "whose", "with", "without"].contains(context.document.words[behind].key)
    }

    private func speaksOfThePast(_ sentence: Sentence) -> Bool {
        context.holds(
            sentence,
            [
                "was", "were", "had", "previously", "formerly", "last", "ago", "earlier", "used", "until", "instead",
                "tried", "survey", "interviewed", "example", "pilot", "beta", "phase", "stage", "if", "when", "unless",
                "staging", "test", "legacy", "planned", "later", "expect",
            ])
    }

    private var totalClashes: [Clash] {
        totals.sorted { $0.key < $1.key }.compactMap { noun, facts in
            guard let whole = facts.first(where: \.isWhole), Set(facts.map(\.fact.value)).count == 2,
                let other = facts.first(where: { $0.fact.value != whole.fact.value }),
                whole.fact.sentence.words != other.fact.sentence.words,
                other.isWhole || other.fact.value * 2 > whole.fact.value && whole.fact.value * 2 > other.fact.value
            else { return nil }
            return Self.inOrder(noun, whole.fact, other.fact)
        }
    }

    private static func inOrder(_ noun: String, _ one: Fact, _ two: Fact) -> Clash {
        one.sentence.words.lowerBound < two.sentence.words.lowerBound
            ? Clash(noun: noun, first: one, other: two) : Clash(noun: noun, first: two, other: one)
    }

    // MARK: - How often

    /// "3 attacks per day": the unit of time, where nothing more is said of it.
    private func rate(behind position: Int, _ sentence: Sentence) -> String? {
        let words = context.document.words
        guard position + 3 < sentence.words.upperBound, ["per", "a", "each"].contains(words[position + 2].key),
            ["day", "week", "month", "hour", "user", "member", "customer", "account"].contains(words[position + 3].key),
            position + 4 >= sentence.words.upperBound || words[position + 4].key != "per"
        else { return nil }
        return words[position + 3].key
    }

    private var rateClashes: [Clash] {
        rates.sorted { $0.key < $1.key }.compactMap { noun, facts in
            let plain = facts.filter { !compares($0.sentence) }
            guard let first = plain.first, let other = plain.first(where: { $0.value != first.value }),
                Set(plain.map(\.value)).count == 2, first.sentence.words != other.sentence.words
            else { return nil }
            return Clash(noun: noun.replacingLast(" ", with: " per "), first: first, other: other)
        }
    }

    /// A measured value, an estimate, a limit and a mean may differ.
    private func compares(_ sentence: Sentence) -> Bool {
        context.holds(
            sentence,
            [
                "about", "around", "average", "mean", "median", "peak", "up", "least", "most", "than", "max", "maximum",
                "limit", "limited", "expect", "expects", "expected", "estimate", "estimated", "currently", "today",
                "free", "premium", "basic", "pro", "enterprise", "night", "weekend", "target", "goal", "now", "roughly",
                "approx", "some", "another", "additional", "extra",
            ])
    }

    // MARK: - Up to where

    /// By the last byte of a currency's sign.
    private static let signs: [UInt8: String] = [0xAC: "€", 0xA3: "£", ASCII.dollar: "$"]
    private static let bounds: Set<String> = ["max", "maximum", "most"]

    /// "up to 30 members", "max. 50 players", "up to €25": one number only, with the words around it.
    private func limit(of sentence: Sentence) -> (fact: Fact, words: Set<String>, noun: String)? {
        let words = context.document.words
        let numbers = sentence.words.filter { words[$0].kind == .number && Self.value(words[$0]) != nil }
        guard numbers.count == 1, let at = numbers.first, let value = Self.value(words[at]),
            at > sentence.words.lowerBound, isBounded(at, sentence), rate(behind: at, sentence) == nil
        else { return nil }
        let isMoney = Self.signs[words[at].before] != nil
        let next = at + 1 < sentence.words.upperBound ? words[at + 1].key : ""
        if !isMoney && (next.isEmpty || Quantity.isUnit(next)) { return nil }
        let content = ContentWords(sentence, context.document).set
        var fact = fact(value, sentence, at..<(isMoney ? at + 1 : at + 2))
        if isMoney { fact.text = Self.signs[words[at].before, default: ""] + fact.text }
        return (fact, content, isMoney ? "amount" : next)
    }

    private func isBounded(_ at: Int, _ sentence: Sentence) -> Bool {
        let words = context.document.words
        if Self.bounds.contains(words[at - 1].key) { return true }
        return at - 2 >= sentence.words.lowerBound && words[at - 2].key == "up" && words[at - 1].key == "to"
    }

    private var limitClashes: [Clash] {
        var clashes: [Clash] = []
        for (index, one) in limits.enumerated() where clashes.count < 3 {
            let other = limits[(index + 1)...].first { other in
                other.fact.value != one.fact.value && (other.noun == "amount") == (one.noun == "amount")
                    && other.words.intersection(one.words).subtracting(Self.bounds).count >= 3
                    && !isSpecial(one.fact.sentence, other.fact.sentence)
            }
            if let other { clashes.append(Clash(noun: "limit", first: one.fact, other: other.fact)) }
        }
        return clashes
    }

    /// One of them is for a plan, a role or a case of its own.
    private func isSpecial(_ one: Sentence, _ other: Sentence) -> Bool {
        let special: Set<String> = [
            "free", "premium", "basic", "pro", "enterprise", "trial", "guest", "guests", "admin", "admins", "staging",
            "production", "default", "hard", "soft", "when", "unless", "except", "old", "new",
        ]
        return context.holds(one, special) != context.holds(other, special)
    }
}

extension String {
    fileprivate func replacingLast(_ mark: Character, with text: String) -> String {
        guard let at = lastIndex(of: mark) else { return self }
        return self[..<at] + text + self[index(after: at)...]
    }
}
