/// A change of whole lines, as somebody asks for it who has seen the lines with their numbers.
package struct LineEdit: Sendable, Hashable {
    /// What is done.
    package enum Action: String, Codable, Sendable, Hashable, CaseIterable {
        /// ``LineEdit/text`` takes the place of the lines.
        case replace
        /// ``LineEdit/text`` comes behind the first line; 0 is the top of the document.
        case insertAfter = "insert_after"
        /// The lines go.
        case delete
    }

    package var action: Action
    /// Counted from 1.
    package var firstLine: Int
    /// Included; without meaning for an insertion.
    package var lastLine: Int
    /// How the first line begins, so that a wrong number is noticed.
    package var anchor: String
    /// The new lines.
    package var text: String

    package init(action: Action, firstLine: Int, lastLine: Int, anchor: String, text: String = "") {
        self.action = action
        self.firstLine = firstLine
        self.lastLine = lastLine
        self.anchor = anchor
        self.text = text
    }
}

/// An edit that does not fit the text.
package struct LineEditProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Rule: String, Sendable, Hashable {
        /// There are no such lines.
        case range
        /// The first line begins otherwise.
        case anchor
        /// Another edit changes the same lines.
        case overlap
        /// There are too many edits.
        case limit
    }

    /// Which edit of the list, counted from 0.
    package var index: Int
    package var rule: Rule
    /// What is wrong and what to do; it may hold words of the document.
    package var problem: String

    package var description: String { "edits[\(index)] \(problem)" }
}

/// What became of a list of edits.
package struct EditedText: Sendable, Hashable {
    /// The text after all edits that fit.
    package var text: String
    /// The edits that fit, by their place in the list, in the order of the text, with the line of the old text.
    package var applied: [Applied]
    /// Those that do not.
    package var problems: [LineEditProblem]

    package struct Applied: Sendable, Hashable {
        package var index: Int
        package var line: Int
    }
}
