import TuttiCore

/// Texts of people and strangers as tables show them: on one line, and not longer than a line.
enum ShownText {
    static let bytesMax = 200

    static func line(_ text: String) -> String { CleanText.line(text, bytesMax: bytesMax) }

    /// A dash for what is not there.
    static func line(_ text: String?) -> String { text.map { line($0) } ?? "-" }

    /// Names in the order of the alphabet.
    static func list(_ names: some Sequence<String>) -> String { line(names.sorted().joined(separator: ", ")) }

    /// A moment to the minute, in UTC, such as `2026-11-20 13:25Z`.
    static func moment(_ time: Timestamp?) -> String {
        guard let time else { return "-" }
        return time.description.prefix(16).replacing("T", with: " ") + "Z"
    }
}
