/// The words of a question in the document, shared by the editor that writes them and the parser that finds them.
enum QuestionText {
    /// How a question begins, without the stars of bold type.
    static let lead = "Question:"
    static let boldLead = "**Question:**"

    /// What people write to say that they have not answered yet.
    static let emptyAnswers: Set<String> = [
        "", "tbd", "todo", "tbc", "fixme", "xxx", "to be decided", "to be determined", "to be defined",
        "to be confirmed", "n a", "na", "unknown", "pending", "open", "later", "answer", "tba",
    ]

    /// The comment that stands above the questions of a finding.
    static func marker(code: String, keys: [String], addsSection: Bool) -> String {
        let words = [QuestionMarker.prefix, code] + keys + (addsSection ? [QuestionMarker.addedSectionWord] : [])
        return "<!-- \(words.joined(separator: " ")) -->"
    }
}

extension QuestionText {
    /// A question on one line, with its only question mark at the end: that is how the parser finds where it stops.
    static func clean(_ question: String) -> String {
        let words = question.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var text = words.filter { $0 != "?" && $0 != "<" && $0 != ">" }
        while let last = text.last, last == " " || last == "." { text.removeLast() }
        return text + "?"
    }
}
