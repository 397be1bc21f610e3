/// Text from anywhere as HTML that shows it and does nothing else.
enum HTMLText {
    /// For the content of elements and for quoted attributes.
    ///
    /// What HTML does not allow is left out. Marks that turn the direction of writing, with which a text can show
    /// something else than it says, become a replacement character.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let entity = entities[scalar] {
                result.append(contentsOf: entity.unicodeScalars)
            } else if scalar == "\n" || scalar == "\t" {
                result.append(scalar)
            } else if turnsDirection(scalar) {
                result.append("\u{FFFD}")
            } else if scalar.properties.generalCategory != .control, !scalar.properties.isNoncharacterCodePoint {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static let entities: [Unicode.Scalar: String] = [
        "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
    ]

    /// Embeddings, overrides and isolates (UAX #9, section 2).
    private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}

extension String {
    /// An element around content that is HTML already.
    static func element(_ name: String, class kind: String = "", _ content: String) -> String {
        let attribute = kind.isEmpty ? "" : " class=\"\(kind)\""
        return "<\(name)\(attribute)>\(content)</\(name)>"
    }

    /// An element around text.
    static func element(_ name: String, class kind: String = "", text: String) -> String {
        element(name, class: kind, HTMLText.escaped(text))
    }
}
