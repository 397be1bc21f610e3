import TuttiCore
import TuttiDocuments
import TuttiYAML

extension WorkflowDefinition {
    /// Reads a workflow file and checks all that can be known before a run: keys, names, values, references, order.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - file: what errors call the file.
    ///   - critics: the ids that a roundtable may name.
    /// - Throws: ``DefinitionError`` for the first mistake, with its line and column.
    public static func read(
        _ text: String, file: String, critics: [String] = Roundtable().criticIDs
    ) throws(DefinitionError) -> WorkflowDefinition {
        do throws(DefinitionError) {
            var reader = DefinitionReader(critics: critics)
            return try reader.definition(in: try DefinitionReader.tree(of: text))
        } catch {
            var error = error
            error.file = file
            throw error
        }
    }
}

/// Makes a definition of the tree of a file.
struct DefinitionReader {
    /// A reference and who uses it.
    struct Use {
        let reference: Reference
        let field: DefinitionField
        /// `nil` for the output of the workflow, which comes after all steps.
        let step: String?
    }

    let critics: [String]
    /// References are checked at the end, when all names are known.
    var uses: [Use] = []

    init(critics: [String]) { self.critics = critics }

    static func tree(
        of text: String, whatToWrite: String = "name and steps"
    ) throws(DefinitionError) -> DefinitionField {
        let tree: YAMLValue?
        do throws(YAMLError) {
            tree = try YAMLDocument.read(text)
        } catch {
            throw DefinitionError(
                file: "", line: error.mark.line, column: error.mark.column, field: "", rule: .syntax,
                problem: error.message)
        }
        if let tree { return DefinitionField(value: tree, path: "") }
        throw DefinitionError(
            file: "", line: 1, column: 1, field: "", rule: .missing,
            problem: "the file is empty; write \(whatToWrite)")
    }

    mutating func definition(in root: DefinitionField) throws(DefinitionError) -> WorkflowDefinition {
        let members = try root.members(DefinitionSchema.file.memberNames, of: "a workflow file")
        let name = try members.required("name", "what the workflow is called").name()
        let description = try members["description"]?.text()
        let input = try members["input"].map(inputFields) ?? []
        let steps = try steps(in: try members.required("steps", "a list of steps"))
        var output: JSONValue?
        if let field = members["output"] { output = try templates(in: field, step: nil) }
        try checkReferences(input: input.map(\.name), steps: steps)
        return WorkflowDefinition(name: name, description: description, input: input, steps: steps, output: output)
    }

    // MARK: The input

    private func inputFields(_ field: DefinitionField) throws(DefinitionError) -> [WorkflowDefinition.InputField] {
        let members = try field.anyMembers(of: "the input").all
        guard members.count <= DefinitionLimits.inputFieldsMax else {
            throw field.failure(
                .limit, "has \(members.count) fields, the limit is \(DefinitionLimits.inputFieldsMax); use fewer")
        }
        var fields: [WorkflowDefinition.InputField] = []
        for (name, field) in members {
            guard DefinitionField.isName(name) else {
                throw field.failure(.name, "is no name that references could use; take letters, digits, '-' and '_'")
            }
            fields.append(try inputField(name, field))
        }
        return fields
    }

    private func inputField(
        _ name: String, _ field: DefinitionField
    ) throws(DefinitionError) -> WorkflowDefinition.InputField {
        if case .scalar = field.value.content {
            let kind = try field.choice(of: WorkflowDefinition.InputField.Kind.self)
            return WorkflowDefinition.InputField(name: name, kind: kind, isRequired: true)
        }
        let members = try field.members(DefinitionSchema.inputField.memberNames, of: "an input")
        let kind = try members["type"]?.choice(of: WorkflowDefinition.InputField.Kind.self) ?? .any
        var defaultValue: JSONValue?
        if let field = members["default"] { defaultValue = try self.defaultValue(field, kind) }
        let isRequired = try members["required"]?.toggle()
        if isRequired == true, members["default"] != nil {
            throw members.failure(at: "required", .conflict, "cannot be true beside a default; leave one of them out")
        }
        return WorkflowDefinition.InputField(
            name: name, kind: kind, description: try members["description"]?.text(),
            isRequired: isRequired ?? (members["default"] == nil), defaultValue: defaultValue)
    }

    /// A text needs no quotes where only a text fits: `1.0` is then a version, not a number.
    private func defaultValue(
        _ field: DefinitionField, _ kind: WorkflowDefinition.InputField.Kind
    ) throws(DefinitionError) -> JSONValue? {
        if field.isEmpty { return nil }
        if kind == .string { return .string(try field.text(lengthMax: DefinitionLimits.textLengthMax)) }
        let value = field.value.json
        guard kind.schema.validate(value).isEmpty else {
            throw field.failure(.value, "does not fit the type; it takes \(kind.schema.expectation)")
        }
        return value
    }

    // MARK: References

    /// Reads a text that may hold references and remembers them.
    mutating func template(_ field: DefinitionField, step: String?) throws(DefinitionError) -> Template {
        let template = try field.template()
        uses += template.references.map { Use(reference: $0, field: field, step: step) }
        return template
    }

    /// The value of a field as it is, after its texts have been read as templates.
    private mutating func templates(
        in field: DefinitionField, step: String?
    ) throws(DefinitionError) -> JSONValue {
        switch field.value.content {
        case .scalar: if case .string = field.value.json { _ = try template(field, step: step) }
        case .sequence(let items):
            for (index, item) in items.enumerated() {
                _ = try templates(in: DefinitionField(value: item, path: "\(field.path)[\(index)]"), step: step)
            }
        case .mapping:
            for member in try field.anyMembers(of: "the output").all { _ = try templates(in: member.field, step: step) }
        }
        return field.value.json
    }

    private func checkReferences(input: [String], steps: [StepDefinition]) throws(DefinitionError) {
        let graph = StepGraph(steps)
        let names = steps.map(\.name)
        var upstream: [String: Set<String>] = [:]
        for use in uses {
            switch use.reference.origin {
            case .input:
                if let name = use.reference.path.first { try check(name, among: input, "input", use) }
            case .step(let name):
                try check(name, among: names, "step", use)
                guard let user = use.step else { continue }
                let before = upstream[user] ?? graph.upstream(of: user)
                upstream[user] = before
                if before.contains(name) { continue }
                let problem =
                    name == user
                    ? "refers to its own output; refer to a step that comes before"
                    : "refers to '\(name)', which does not come before; put it before this step, or into its 'needs'"
                throw use.field.failure(.order, problem)
            }
        }
    }

    private func check(_ name: String, among known: [String], _ what: String, _ use: Use) throws(DefinitionError) {
        guard !known.contains(name) else { return }
        let near = NearestName.find(name, among: known)
        let all = known.isEmpty ? "there is none at all" : "there is \(known.prefix(12).joined(separator: ", "))"
        let hint = near.map { "did you mean '\($0)'?" } ?? all
        throw use.field.failure(.reference, "refers to the \(what) '\(name)', which there is not; \(hint)")
    }
}
