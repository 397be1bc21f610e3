/// A reference from one place of the document to another.
struct Link: Sendable {
    enum Target: Sendable, Hashable {
        /// `[text](#anchor)`.
        case anchor(String)
        /// `[text][label]`, folded.
        case label(String)
        /// `[^label]`, folded.
        case footnote(String)
    }

    var target: Target
    /// Offset of the opening bracket.
    var offset: Int
    var sentence: Int
}
