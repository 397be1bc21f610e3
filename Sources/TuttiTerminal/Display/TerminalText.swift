/// Text as a terminal shows it.
package enum TerminalText {
    /// Untrusted text without anything that a terminal would obey.
    package static func sanitized(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
