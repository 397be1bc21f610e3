/// A piece of another text that a participant is shown as evidence, and where it comes from.
package struct ContextPassage: Codable, Sendable, Hashable {
    /// The file, as people name it.
    package var source: String
    /// The line of the file at which it begins, counted from 1.
    package var firstLine: Int
    package var text: String

    package init(source: String, firstLine: Int, text: String) {
        self.source = source
        self.firstLine = firstLine
        self.text = text
    }
}
