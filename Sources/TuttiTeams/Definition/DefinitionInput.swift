public import TuttiCore

/// What a run of a definition is started with: everything that it depends on.
public struct DefinitionInput: Codable, Sendable, Hashable {
    /// What is done. No roundtable names a file any more: each holds the text that was there at the start.
    public var definition: WorkflowDefinition
    /// An object with every field of the definition's input.
    public var input: JSONValue
    /// The absolute path of the folder that commands run in.
    public var folder: String
}

extension DefinitionInput: JSONSchemaProviding {
    /// The definition as it is stored; whoever starts one over the API sends a workflow file instead.
    public static var jsonSchema: JSONSchema {
        var schema = JSONSchema.object([
            .required("definition", .object([]).describing("A definition as it is stored with a run.")),
            .required("input", .object([]).describing("Every field of the definition's input.")),
            .required("folder", .string().describing("The absolute path of the folder that commands run in.")),
        ])
        schema.examples = example.map { [$0] } ?? []
        return schema
    }

    private static var example: JSONValue? {
        let text = """
            name: example
            steps:
              - name: agree
                approval:
                  show: Shall it be done?
            """
        guard let definition = try? WorkflowDefinition.read(text, file: "example", critics: []) else { return nil }
        let input = DefinitionInput(definition: definition, input: [:], folder: "/")
        return try? CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(input))
    }
}

extension WorkflowDefinition {
    /// Makes the definition ready to run: checks the input, fills in defaults, reads the files.
    ///
    /// - Parameters:
    ///   - input: an object; `null` for nothing.
    ///   - folder: the absolute path of the folder that relative paths begin in, usually that of the workflow file.
    ///   - read: the text of the file at an absolute path.
    /// - Throws: `StepError` `bad_input` that names every field that does not fit, or the step whose document nobody
    ///   could review; what `read` throws.
    public func start(
        with input: JSONValue, in folder: String, read: (String) throws(StepError) -> String
    ) throws(StepError) -> DefinitionInput {
        let input = try complete(input)
        let values = TemplateValues(input: input)
        var definition = self
        for index in steps.indices {
            guard case .roundtable(var action) = steps[index].action, case .file(let template) = action.source else {
                continue
            }
            let path = try values.text(of: template)
            let text = try read(path.hasPrefix("/") ? path : folder + "/" + path)
            if let problem = RoundtableInput.problem(of: text) {
                throw StepError(
                    code: "bad_input", message: "the document '\(path)' of the step '\(steps[index].name)' \(problem)",
                    origin: "")
            }
            action.source = .text(Template(literal: text))
            definition.steps[index].action = .roundtable(action)
        }
        return DefinitionInput(definition: definition, input: input, folder: folder)
    }

    private func complete(_ given: JSONValue) throws(StepError) -> JSONValue {
        let given: JSONValue = given == .null ? [:] : given
        let violations = inputSchema.validate(given)
        guard violations.isEmpty, case .object(var members) = given else {
            let problems = violations.map(\.message).joined(separator: "; ")
            throw StepError(code: "bad_input", message: "the input of '\(name)': \(problems)", origin: "")
        }
        for field in input where members[field.name] == nil { members[field.name] = field.defaultValue ?? .null }
        return .object(members)
    }
}
