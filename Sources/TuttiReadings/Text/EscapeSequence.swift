/// Recognises what a terminal would take as an order (ECMA-48).
package enum EscapeSequence {
    /// Strings that are longer are no strings that we know; then only their introducer is dropped, in scalars.
    package static let stringLengthMax = 4096

    /// How many scalars the sequence at the beginning takes, or `nil` when there is none.
    package static func length(at text: Substring.UnicodeScalarView) -> Int? {
        guard let first = text.first else { return nil }
        if first == "\u{1B}" {
            guard let second = text.dropFirst().first else { return 1 }
            return length(introducer: 2, kind: second, in: text)
        }
        // The same introducers as one scalar: C1 controls are the second scalar plus 0x40.
        guard (0x80...0x9F).contains(first.value), let kind = Unicode.Scalar(first.value - 0x40) else { return nil }
        return length(introducer: 1, kind: kind, in: text)
    }

    private static func length(
        introducer: Int, kind: Unicode.Scalar, in text: Substring.UnicodeScalarView
    ) -> Int {
        let body = text.dropFirst(introducer)
        switch kind {
        case "[": return introducer + controlLength(body)
        case "]", "P", "X", "^", "_": return introducer + stringLength(body)
        case "\u{20}"..."\u{2F}":
            // Intermediate scalars and a final one, such as the choice of a character set.
            return introducer + body.prefix { (0x20...0x2F).contains($0.value) }.count + 1
        case "\u{30}"..."\u{7E}": return introducer
        default: return 1
        }
    }

    /// Parameters, intermediates, one final scalar.
    private static func controlLength(_ body: Substring.UnicodeScalarView) -> Int {
        let parameters = body.prefix { (0x20...0x3F).contains($0.value) }.count
        let final = body.dropFirst(parameters).first
        return parameters + (final.map { (0x40...0x7E).contains($0.value) } == true ? 1 : 0)
    }

    /// Up to the bell or the string terminator; nothing when there is neither, so that no text is swallowed.
    private static func stringLength(_ body: Substring.UnicodeScalarView) -> Int {
        var rest = body
        for offset in 0..<stringLengthMax {
            guard let scalar = rest.popFirst() else { return 0 }
            if scalar == "\u{7}" || scalar == "\u{9C}" { return offset + 1 }
            if scalar == "\u{1B}" { return rest.first == "\\" ? offset + 2 : 0 }
            // Any other control ends the string unfinished. That also keeps the search for ends linear.
            if scalar.properties.generalCategory == .control { return 0 }
        }
        return 0
    }
}
