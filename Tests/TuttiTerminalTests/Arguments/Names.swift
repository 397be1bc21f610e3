import Testing
import TuttiTerminal

// Short names in the list of test cases.

extension Command: CustomTestStringConvertible {
    /// The name.
    public var testDescription: String { name }
}

extension FlagDefinition: CustomTestStringConvertible {
    /// The name.
    public var testDescription: String { spelling }
}
