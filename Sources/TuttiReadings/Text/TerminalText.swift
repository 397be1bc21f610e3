/// Text as a terminal shows it: how many columns it takes, and what must not reach it.
package enum TerminalText {
    /// Untrusted text as one line that a terminal only shows and does not obey.
    ///
    /// Escape sequences and control characters go, as do marks that turn the direction of writing; line breaks, tabs
    /// and the like become a space.
    package static func sanitized(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.first {
            if let sequence = EscapeSequence.length(at: rest) {
                rest = rest.dropFirst(sequence)
                continue
            }
            rest = rest.dropFirst()
            if scalar == " " {
                result.append(scalar)
            } else if scalar.properties.isWhitespace {
                if result.last != " " { result.append(" ") }
            } else if isHarmless(scalar) {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Of the format characters only the joiner of emoji and scripts is let through.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: false
        case .format: scalar == "\u{200D}"
        default: true
        }
    }

    /// The columns that a text takes on a line.
    package static func width(of text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + width(of: $1) }
    }

    /// The columns of one character as people see it, a cluster of scalars.
    ///
    /// Pictures take two, however many scalars they are joined from. Elsewhere the scalars' columns are added, as most
    /// terminals do.
    package static func width(of character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let base = scalars.first else { return 0 }
        guard scalars.count > 1 else { return width(of: base) }
        let isPicture = scalars.contains { scalar in
            scalar == "\u{FE0F}" || scalar.properties.isEmojiPresentation || scalar.properties.isEmojiModifier
        }
        return isPicture ? 2 : scalars.reduce(0) { $0 + width(of: $1) }
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return scalar.value < 32 || scalar.value == 127 ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .control, .format, .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        // Vowels and finals of Hangul syllables that are written in parts stand below their consonant.
        if (0x1160...0x11FF).contains(scalar.value) { return 0 }
        return WideScalars.contains(scalar) || scalar.properties.isEmojiPresentation ? 2 : 1
    }

    /// The beginning of a text in at most so many columns; when something is cut off, an ellipsis says so.
    package static func truncated(_ text: String, to columns: Int) -> String {
        var taken = 0
        var cut = text.startIndex
        for index in text.indices {
            let width = width(of: text[index])
            guard taken + width <= columns else { return columns > 0 ? text[..<cut] + "…" : "" }
            taken += width
            // Where to cut so that the ellipsis fits behind.
            if taken < columns { cut = text.index(after: index) }
        }
        return text
    }

    /// A text of exactly so many columns: cut, or filled with spaces behind it, or before it.
    package static func padded(_ text: String, to columns: Int, alignment: Alignment = .leading) -> String {
        let text = truncated(text, to: columns)
        let spaces = String(repeating: " ", count: max(0, columns - width(of: text)))
        return alignment == .leading ? text + spaces : spaces + text
    }

    /// The side on which a text stands in its column.
    package enum Alignment: Sendable, Hashable {
        case leading
        case trailing
    }
}
