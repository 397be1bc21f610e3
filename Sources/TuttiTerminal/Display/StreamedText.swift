import TuttiReadings

/// Untrusted text of several lines that comes in pieces, made so that a terminal only shows it: line breaks and tabs
/// stay, escape sequences, other controls and marks that turn the direction of writing go, also where a sequence is
/// spread over pieces.
struct StreamedText: Sendable {
    /// The beginning of what may be an escape sequence, until more of it has come.
    private var held = String.UnicodeScalarView()

    /// Takes the next piece.
    ///
    /// - Returns: what can be shown now.
    mutating func take(_ piece: String) -> String {
        held.append(contentsOf: piece.unicodeScalars)
        return drain(isWhole: false)
    }

    /// Nothing more comes.
    ///
    /// - Returns: what is left to be shown.
    mutating func finish() -> String { drain(isWhole: true) }

    /// A text that is there as a whole.
    static func harmless(_ text: String) -> String {
        var stream = StreamedText()
        return stream.take(text) + stream.finish()
    }

    private mutating func drain(isWhole: Bool) -> String {
        var result = String.UnicodeScalarView()
        var rest = String(held).unicodeScalars[...]
        while let scalar = rest.first {
            if let sequence = EscapeSequence.length(at: rest) {
                if !isWhole, Self.mayGoOn(rest, taking: sequence) { break }
                rest = rest.dropFirst(sequence)
                continue
            }
            rest = rest.dropFirst()
            switch scalar {
            case "\n", "\t", " "..."~": result.append(scalar)
            case "\r": break  // of a line end; alone it would write over what stands there
            case "\u{2028}", "\u{2029}", "\u{B}", "\u{C}": result.append("\n")
            default: result.append(contentsOf: TerminalText.sanitized(String(scalar)).unicodeScalars)
            }
        }
        held = String.UnicodeScalarView(rest)
        return String(result)
    }

    /// Whether more text could make the sequence at the beginning longer. One that has no end within the limit of
    /// sequences, or is broken off by a line break, does not.
    private static func mayGoOn(_ rest: Substring.UnicodeScalarView, taking sequence: Int) -> Bool {
        let seen = rest.prefix(EscapeSequence.stringLengthMax + 3)
        if sequence >= seen.count { return seen.count <= EscapeSequence.stringLengthMax }
        // A string that has not ended: only its introducer is taken, and no control stands in it but the beginning of
        // its end.
        var body = seen.dropFirst(sequence)
        if body.last == "\u{1B}" { body.removeLast() }
        let isString = sequence <= 2 && !body.contains { $0.value < 0x20 || $0.value == 0x7F }
        return isString && isStringBegin(seen) && seen.count <= EscapeSequence.stringLengthMax
    }

    private static func isStringBegin(_ text: Substring.UnicodeScalarView) -> Bool {
        guard let first = text.first else { return false }
        let kind = first == "\u{1B}" ? text.dropFirst().first : Unicode.Scalar(first.value &- 0x40)
        return kind.map { "]PX^_".unicodeScalars.contains($0) } ?? false
    }
}
