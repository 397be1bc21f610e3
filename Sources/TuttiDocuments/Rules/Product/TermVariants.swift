/// Finds the spellings of a term that a document mixes.
struct TermVariants {
    struct Place: Sendable {
        var word: Int
        var sentence: Int
        /// Plain prose, where a spelling may be changed without breaking a link, a name or a quotation.
        var isFree: Bool
    }

    struct Form: Sendable {
        var text: String
        var places: [Place]
    }

    struct Group: Sendable {
        var key: String
        /// The commonest first.
        var forms: [Form]
    }

    let groups: [Group]

    init(context: ReviewContext) {
        let document = context.document
        var bySpelling: [String: [String: [Place]]] = [:]
        var byCase: [String: [String: [Place]]] = [:]
        for (index, sentence) in document.sentences.enumerated() {
            let block = context.block(of: sentence)
            guard !block.isHidden, block.isProse || block.isHeading, !block.isQuoted else { continue }
            for position in sentence.words where document.words[position].kind == .word {
                let word = document.words[position]
                let isName = word.shape.contains(.linked) || word.before == ASCII.slash || word.before == ASCII.at
                if isName || word.shape.contains(.identifier) && word.key.contains(".") { continue }
                let place = Place(word: position, sentence: index, isFree: block.isProse && word.before != ASCII.quote)
                if let term = Spellings.term[word.key] {
                    bySpelling[term, default: [:]][Self.singular(word.key), default: []].append(place)
                } else if word.shape.contains(.capitalised), word.key.utf8.count > 4, !word.key.contains("_"),
                    !word.key.contains("-")
                {
                    byCase[word.key, default: [:]][context.text(position..<position + 1), default: []].append(place)
                }
            }
        }
        let cased = byCase.filter { _, forms in forms.count > 1 && Self.isMixedName(forms, document) }
        groups = (bySpelling.filter { $0.value.count > 1 }.map(Self.group) + cased.map(Self.group))
            .sorted { $0.key < $1.key }
    }

    private static func singular(_ key: String) -> String { key.hasSuffix("s") ? String(key.dropLast()) : key }

    private static func group(_ key: String, _ forms: [String: [Place]]) -> Group {
        let sorted = forms.map { Form(text: $0.key, places: $0.value) }.sorted { lhs, rhs in
            lhs.places.count == rhs.places.count ? lhs.text < rhs.text : lhs.places.count > rhs.places.count
        }
        return Group(key: key, forms: sorted)
    }

    /// `GitHub` and `Github`: one form has a capital inside; the forms differ in more than a sentence's start.
    private static func isMixedName(_ forms: [String: [Place]], _ document: Document) -> Bool {
        let inner = forms.keys.contains { form in
            let tail = form.dropFirst()
            return tail.contains(where: \.isUppercase) && tail.contains(where: \.isLowercase)
        }
        return inner && !forms.keys.contains { $0.allSatisfy { $0.isUppercase || !$0.isLetter } }
    }
}
