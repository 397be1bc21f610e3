/// A sentence of a paragraph or list item, a cell of a table, or the text of a heading.
struct Sentence: Sendable {
    /// Indices into ``Document/words``.
    var words: Range<Int>
    /// Byte offsets, from the first word to the end mark.
    var bytes: Range<Int>
    /// 1-based.
    var line: Int
    /// Index into ``Document/blocks``.
    var block: Int
    /// Indices into ``Document/marks``.
    var marks: Range<Int> = 0..<0
    /// The topics its words touch.
    var topics: TopicSet = []
    /// Ends with a question mark.
    var isQuestion: Bool
}

/// A place where the words of a ``Topic`` stand.
struct Mark: Sendable {
    var topic: Topic
    /// Indices into ``Document/words``.
    var words: Range<Int>
    var sentence: Int
}
