/// The words of a text as a search index takes them: letters and digits, in lower case.
///
/// Names are found by their parts as well (`maxRetryCount` by `retry`), and scripts that have no blanks between words
/// by pairs of neighbouring characters.
package enum SearchTerms {
    /// The different words of a question, in their order; a name is followed by its parts.
    package static func ofQuery(_ text: String, max: Int) -> [String] {
        var terms: [String] = []
        var known: Set<String> = []
        forEachWord(of: text) { word in
            for term in parts(of: word, withWhole: true) where terms.count < max && known.insert(term).inserted {
                terms.append(term)
            }
            return terms.count < max
        }
        return terms
    }

    /// What has to be indexed beside the text itself, so that its names are found by their parts; empty for most prose.
    package static func hidden(in text: String) -> String {
        var terms: [String] = []
        forEachWord(of: text) { word in
            terms += parts(of: word, withWhole: false)
            return true
        }
        return terms.joined(separator: " ")
    }

    /// Words above this are no words; their beginning is enough.
    private static let wordLengthMax = 64

    /// Hands over each run of letters, marks and digits until `body` returns `false`.
    private static func forEachWord(of text: String, _ body: ([Unicode.Scalar]) -> Bool) {
        var word: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if isOfWord(scalar) {
                if word.count < wordLengthMax { word.append(scalar) }
            } else if !word.isEmpty {
                if !body(word) { return }
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { _ = body(word) }
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark:
            return true
        default:
            return false
        }
    }

    private static func parts(of word: [Unicode.Scalar], withWhole: Bool) -> [String] {
        if let first = word.first(where: { !$0.isASCII }), isWithoutBlanks(first) { return pairs(of: word) }
        let whole = withWhole ? [text(word[...])] : []
        let humps = humps(of: word)
        return whole + (humps.count > 1 ? humps.map(text) : [])
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view).lowercased()
    }

    /// `HTTPClient2` as `HTTP`, `Client2`.
    private static func humps(of word: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        func isUpper(_ at: Int) -> Bool { word[at].properties.isUppercase }
        var humps: [ArraySlice<Unicode.Scalar>] = []
        var start = 0
        for at in word.indices.dropFirst() where isUpper(at) {
            let endsAbbreviation = at + 1 < word.count && word[at + 1].properties.isLowercase
            guard !isUpper(at - 1) || endsAbbreviation else { continue }
            humps.append(word[start..<at])
            start = at
        }
        humps.append(word[start...])
        return humps
    }

    // MARK: Scripts without blanks

    /// Han, kana, hangul, Thai and their neighbours.
    private static func isWithoutBlanks(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    private static func pairs(of word: [Unicode.Scalar]) -> [String] {
        guard word.count > 1 else { return [text(word[...])] }
        return (0..<word.count - 1).map { text(word[$0...$0 + 1]) }
    }
}
