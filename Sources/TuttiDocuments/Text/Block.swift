/// A piece of a document's structure: one paragraph, one list item, one row of a table.
struct Block: Sendable {
    enum Kind: Sendable, Equatable {
        case heading(level: Int)
        case paragraph
        case listItem(ordered: Bool)
        case tableHeader
        case tableRow
        case code
        case definition
        case rule
    }

    var kind: Kind
    /// Indices into ``Document/lines``.
    var lines: Range<Int>
    /// Bytes that hold prose, in the masked text; empty for code and the like.
    var prose: Range<Int>
    /// Columns before the text of a list item, or before a paragraph.
    var indent: Int = 0
    var isQuoted = false
    /// Continues a list item above it.
    var isInList = false
    /// Belongs to questions that are not answered: no rule sees it.
    var isHidden = false
    /// Index into ``Document/sections``.
    var section = 0
    /// Indices into ``Document/sentences``.
    var sentences: Range<Int> = 0..<0
    /// Position of the question marker it belongs to, in ``Document/questions``.
    var question: Int?

    var isHeading: Bool { if case .heading = kind { true } else { false } }
    var isListItem: Bool { if case .listItem = kind { true } else { false } }
    var isTable: Bool { kind == .tableRow || kind == .tableHeader }
    /// Holds sentences that a person wrote to be read as text.
    var isProse: Bool { kind == .paragraph || isListItem || kind == .tableRow }
}
