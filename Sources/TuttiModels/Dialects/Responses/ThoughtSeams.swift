/// Keeps parts of thoughts apart that come one after the other, as they would run together in one text.
struct ThoughtSeams: Sendable {
    /// A part of a `reasoning` item, by its number.
    enum Part: Sendable, Hashable {
        case summary(Int64?)
        case text(Int64?)
    }

    private struct Place: Sendable, Hashable {
        let item: Int
        let part: Part
    }

    private var last: Place?

    /// The text, with an empty line before it when it begins another part than the one that was told last.
    mutating func join(_ text: String, _ item: Int, _ part: Part) -> String {
        let place = Place(item: item, part: part)
        defer { last = place }
        return last == nil || last == place ? text : "\n\n" + text
    }

    /// Something else was told: the next thoughts begin a text of their own.
    mutating func close() { last = nil }
}
