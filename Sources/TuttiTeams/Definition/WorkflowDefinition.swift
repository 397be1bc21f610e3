public import TuttiCore

/// A workflow as data: what a workflow file says.
///
/// Everything is said outright: what the order of the file implies stands in ``StepDefinition/needs``. A definition is
/// part of the input of a run, so that a run does what the file said at its start, whatever becomes of the file.
public struct WorkflowDefinition: Codable, Sendable, Hashable {
    /// What people call the workflow.
    public var name: String
    /// What it is for.
    public var description: String?
    /// What it is started with, in the order of the file.
    public var input: [InputField]
    /// The steps in the order of the file; each stands behind those that it needs only if the file says so.
    public var steps: [StepDefinition]
    /// What a run results in: a value whose texts may hold references. Without it, the outputs of the steps that no
    /// other needs, by their names.
    public var output: JSONValue?

    /// A value that a run is started with.
    public struct InputField: Codable, Sendable, Hashable {
        /// What references call it.
        public var name: String
        /// What sort of value it takes.
        public var kind: Kind
        /// What it is for.
        public var description: String?
        /// Whether a start without it is refused. One that is neither given nor has a default is `null`.
        public var isRequired: Bool
        /// What stands for it when it is not given.
        public var defaultValue: JSONValue?

        /// What sort of value an input takes, in the words of JSON Schema.
        public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
            /// A text.
            case string
            /// A whole number.
            case integer
            /// A number.
            case number
            /// `true` or `false`
            case boolean
            /// A list.
            case array
            /// Members by name.
            case object
            /// Anything.
            case any
        }
    }

    /// What an input has to look like.
    public var inputSchema: JSONSchema {
        .object(
            input.map { field in
                var schema = field.isRequired ? field.kind.schema : field.kind.schema.orNull
                schema.description = field.description
                schema.defaultValue = field.defaultValue
                return JSONSchema.Property(name: field.name, schema: schema, isRequired: field.isRequired)
            }, others: .refused)
    }
}

extension WorkflowDefinition.InputField.Kind {
    /// What fits this kind.
    package var schema: JSONSchema {
        switch self {
        case .string: .string()
        case .integer: .integer()
        case .number: .number()
        case .boolean: .boolean
        case .array: .array(of: .any)
        case .object: .object([])
        case .any: .any
        }
    }
}
