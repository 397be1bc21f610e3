public import TuttiCore

extension Workflow {
    /// What a run of it is started with, as a JSON Schema.
    ///
    /// - Throws: ``JSONSchemaError`` when the input's type can neither be probed nor says its schema.
    public static func inputSchema() throws(JSONSchemaError) -> JSONSchema { try JSONSchema.of(Input.self) }
}

extension Engine {
    /// The names of the workflows that runs can be started with by ``start(named:input:idempotencyKey:queue:budget:)``.
    public var workflowNamesKnown: [String] { workflowNames }

    /// What a workflow of this engine is started with, as a JSON Schema.
    ///
    /// - Throws: ``RunError`` `.unknownWorkflow`; ``JSONSchemaError``.
    public func inputSchema(of name: String) throws -> JSONSchema {
        guard let workflow = workflow(named: name) else { throw RunError.noWorkflow(name, among: workflowNames) }
        return try type(of: workflow).inputSchema()
    }

    /// Starts a run of a workflow that is known by its name only, on input that came as JSON.
    ///
    /// - Parameters:
    ///   - name: one of ``workflowNamesKnown``.
    ///   - input: checked against the schema of the workflow's input before anything is started.
    /// - Throws: ``RunError`` `.unknownWorkflow`; `.badInput`, which names each field, its rule and the way out; else
    ///   as ``start(_:_:idempotencyKey:queue:priority:deadline:budget:)``.
    public func start(
        named name: String, input: JSONValue, idempotencyKey: String? = nil, queue: String? = nil,
        budget: Budget? = nil
    ) async throws -> RunHandle<JSONValue> {
        guard let workflow = workflow(named: name) else { throw RunError.noWorkflow(name, among: workflowNames) }
        return try await start(
            decoding: workflow, input, idempotencyKey: idempotencyKey, queue: queue, budget: budget)
    }

    private func start<W: Workflow>(
        decoding workflow: W, _ input: JSONValue, idempotencyKey: String?, queue: String?, budget: Budget?
    ) async throws -> RunHandle<JSONValue> {
        let violations = try W.inputSchema().validate(input)
        guard violations.isEmpty else {
            throw RunError.badInput(W.name, violations.map(\.message))
        }
        let decoded: W.Input
        do {
            decoded = try CanonicalJSON.decode(W.Input.self, from: CanonicalJSON.encode(input))
        } catch {
            throw RunError.badInput(W.name, ["\(error)"])
        }
        let run = try await start(
            workflow, decoded, idempotencyKey: idempotencyKey, queue: queue, budget: budget)
        return handle(of: run.id, as: JSONValue.self)
    }
}

extension RunError {
    static func noWorkflow(_ name: String, among known: [String]) -> RunError {
        RunError(.unknownWorkflow, "there is no workflow '\(name)'; known are: \(known.joined(separator: ", "))")
    }

    static func badInput(_ workflow: String, _ problems: [String]) -> RunError {
        RunError(.badInput, "the input of '\(workflow)' does not fit: \(problems.joined(separator: "; "))")
    }
}
