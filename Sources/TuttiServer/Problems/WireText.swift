/// What texts of requests are held to.
enum WireText {
    /// Whether there is nothing in a text but white space of ASCII.
    static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}
