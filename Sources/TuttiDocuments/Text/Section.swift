/// A heading and what stands under it; section 0 is the text before the first heading.
struct Section: Sendable {
    /// The heading's text without marks; empty for section 0.
    var title: String
    /// 1 to 6; 0 for section 0.
    var level: Int
    /// The heading's line, 1-based.
    var line: Int
    /// Indices into ``Document/lines``: the heading and all below it, subsections included.
    var lines: Range<Int>
    /// Indices into ``Document/blocks``: the blocks of its own, before the first subsection.
    var blocks: Range<Int>
    var parent: Int?
    var headingBlock: Int?
    /// What the heading and those above it say, for people: `Requirements › Upload`.
    var path: String
    var anchor: String
    /// The purposes its own heading names.
    var roles: Set<SectionRole>
    /// Made only of unanswered questions: for the rules it does not exist.
    var isHidden = false
    /// Has text, a list, a table or code of its own.
    var hasBody = false
    /// It or a section below has.
    var hasContent = false
}
