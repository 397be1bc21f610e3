/// A word, number or opaque piece (code, address) of the prose.
struct Word: Sendable {
    enum Kind: UInt8, Sendable { case word, number, code }

    struct Shape: OptionSet {
        let rawValue: UInt8
        /// The first letter is upper case.
        static let capitalised = Shape(rawValue: 1)
        /// Two or more letters and all upper case, but for a plural `s` at the end.
        static let acronym = Shape(rawValue: 2)
        /// Looks like a name from a program: `snake_case`, `camelCase`, `a.b`.
        static let identifier = Shape(rawValue: 4)
        /// Inside the text of a link.
        static let linked = Shape(rawValue: 8)
        /// An acronym with a plural `s`.
        static let pluralAcronym = Shape(rawValue: 32)
        /// The first word behind an end of sentence, or of its block.
        static let opensSentence = Shape(rawValue: 16)
    }

    /// Byte offsets in the text.
    var start: Int32
    var end: Int32
    /// Lower case, with a plain apostrophe; at most ``keyLimit`` bytes.
    var key: String
    var kind: Kind
    var shape: Shape
    /// The punctuation that touches the word on either side; 0 for none.
    var before: UInt8
    var after: UInt8

    /// Longer words are cut: no vocabulary holds one, and a hostile text must not make us hash megabytes.
    static let keyLimit = 48

    var bytes: Range<Int> { Int(start)..<Int(end) }
}
