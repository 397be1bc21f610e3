package import TuttiConfiguration

/// One line of the table of words: what stands on the command line without a dash, such as `FILE`.
package struct WordDefinition: Sendable, Hashable {
    /// In capitals, such as `FILE`.
    package let name: String
    package let kind: ValueKind
    package let isRequired: Bool
    /// Takes all words that are left.
    package let isRepeatable: Bool
    /// A flag that gives the same value, for those who like names.
    package let alias: FlagDefinition?
    /// Whole sentences for the page of the command.
    package let documentation: String

    /// As the usage line shows it: `FILE`, `[CODE]`, `ID...`.
    package var spelling: String {
        let name = isRepeatable ? name + "..." : name
        return isRequired ? name : "[\(name)]"
    }
}

/// A word of a command and the Swift type of its value.
package struct Word<Value: Sendable>: DeclaredWord {
    package let definition: WordDefinition
    let interpret: @Sendable ([PlainValue]) -> Value
}

/// A word of any type, to be listed by a command.
package protocol DeclaredWord: Sendable {
    var definition: WordDefinition { get }
}

extension Word where Value: PlainValueConvertible {
    /// A word that must be given; the parser sees to it.
    package init(
        _ name: String, _ kind: ValueKind, alias: (any DeclaredFlag)? = nil, _ documentation: String
    ) {
        definition = WordDefinition(
            name: name, kind: kind, isRequired: true, isRepeatable: false, alias: alias?.definition,
            documentation: documentation)
        interpret = { values in
            guard let value = values.last.flatMap(Value.init(plain:)) else {
                preconditionFailure("\(name) was read without having been parsed")
            }
            return value
        }
    }
}

extension Word {
    /// A word that may be left out.
    package init<Wrapped: PlainValueConvertible>(
        optional name: String, _ kind: ValueKind, _ documentation: String
    ) where Value == Wrapped? {
        definition = WordDefinition(
            name: name, kind: kind, isRequired: false, isRepeatable: false, alias: nil, documentation: documentation)
        interpret = { $0.last.flatMap(Wrapped.init(plain:)) }
    }

    /// Any number of words, also none.
    package init<Element: PlainValueConvertible>(
        optionalRepeatable name: String, _ kind: ValueKind, _ documentation: String
    ) where Value == [Element] {
        definition = WordDefinition(
            name: name, kind: kind, isRequired: false, isRepeatable: true, alias: nil, documentation: documentation)
        interpret = { $0.compactMap(Element.init(plain:)) }
    }

    /// One or more words.
    package init<Element: PlainValueConvertible>(
        repeatable name: String, _ kind: ValueKind, _ documentation: String
    ) where Value == [Element] {
        definition = WordDefinition(
            name: name, kind: kind, isRequired: true, isRepeatable: true, alias: nil, documentation: documentation)
        interpret = { $0.compactMap(Element.init(plain:)) }
    }
}
