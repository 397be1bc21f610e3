import Testing
import TuttiTerminal

// Short names in the list of test cases.

extension Command: @retroactive CustomTestStringConvertible {
    public var testDescription: String { name }
}

extension FlagDefinition: @retroactive CustomTestStringConvertible {
    public var testDescription: String { spelling }
}
