public import TuttiCore

/// A file that people write, of a workflow or of a panel, that cannot be used. Nothing was done.
public struct DefinitionError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of mistake it is.
    public enum Rule: String, Sendable, Hashable {
        /// The file is no YAML, or none that is read here.
        case syntax
        /// A key has no meaning where it stands.
        case unknownKey = "unknown_key"
        /// Something that has to be there is not.
        case missing
        /// A value is of the wrong sort, or out of its range.
        case value
        /// A name is no name, or stands twice.
        case name
        /// There is more than a limit allows.
        case limit
        /// Two things exclude each other.
        case conflict
        /// A reference is none, or there is nothing of its name.
        case reference
        /// A reference, or a need, does not come before the step that has it.
        case order
    }

    /// The file, as it was named to the reader.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column, from 1.
    public var column: Int
    /// Where it stands, such as `steps[2].wait.for`, counted from 0; empty for the file itself.
    public var field: String
    /// What kind of mistake it is.
    public var rule: Rule
    /// What is wrong and what to do.
    public var problem: String

    /// `bad_definition`
    public var code: String { "bad_definition" }
    /// `FILE:LINE:COLUMN: FIELD PROBLEM`
    public var message: String { "\(file):\(line):\(column): " + (field.isEmpty ? problem : "\(field) \(problem)") }
    /// The same in parts, for editors.
    public var data: JSONValue? {
        [
            "file": .string(file), "line": .int(Int64(line)), "column": .int(Int64(column)), "field": .string(field),
            "rule": .string(rule.rawValue), "problem": .string(problem),
        ]
    }
    /// Never: the file has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}
