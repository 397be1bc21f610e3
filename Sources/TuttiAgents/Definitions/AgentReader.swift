public import TuttiCore
import TuttiTools
package import TuttiYAML

extension AgentDefinition {
    /// Reads the file of an agent and checks all of it.
    ///
    /// - Parameter text: YAML.
    /// - Throws: ``AgentFileError`` with all that is wrong, each with its line and column.
    public static func read(_ text: String, file: String) throws(AgentFileError) -> AgentDefinition {
        do throws(FieldError) {
            return try AgentReader.agent(in: try FieldNode.read(text, whichHas: "name and instructions"))
        } catch {
            throw AgentFileError(file: file, problems: error.problems)
        }
    }
}

/// Makes an agent of the tree of its file.
struct AgentReader {
    private var fields = FieldReader(entriesMax: AgentLimits.toolsMax)

    private static let keys = [
        "name", "role", "goal", "instructions", "model", "tools", "helpers", "limits", "network", "output",
        "temperature",
    ]

    static func agent(in node: FieldNode) throws(FieldError) -> AgentDefinition {
        var reader = AgentReader()
        let agent = reader.agent(node)
        guard let agent, reader.fields.problems.isEmpty else { throw FieldError(reader.fields.problems) }
        return agent
    }

    private mutating func agent(_ node: FieldNode) -> AgentDefinition? {
        let members = fields.members(node, of: "an agent", known: Self.keys)
        for key in ["name", "instructions"] where members[key] == nil {
            fields.note(node, .missing, "has no '\(key)'; write one")
        }
        let name = fields.text(members["name"], max: AgentLimits.nameLengthMax)
        if let name, let field = members["name"], !AgentDefinition.isName(name) {
            fields.note(field, .value, "takes a lower-case letter, then lower-case letters, digits and '-'")
        }
        let instructions = fields.paragraphs(members["instructions"], max: AgentLimits.instructionsLengthMax)
        let role = fields.paragraphs(members["role"], max: AgentLimits.lineLengthMax)
        let goal = fields.paragraphs(members["goal"], max: AgentLimits.lineLengthMax)
        let tools = self.tools(members["tools"])
        let helpers = self.helpers(members["helpers"])
        let limits = self.limits(members["limits"])
        let network = fields.toggle(members["network"]) ?? false
        let model = self.model(members["model"])
        let output = schema(members["output"])
        let temperature = fields.number(members["temperature"], in: 0...2)
        guard let name, let instructions else { return nil }
        return AgentDefinition(
            name: name, role: role, goal: goal, instructions: instructions, model: model, tools: tools,
            helpers: helpers, limits: limits, network: network, output: output, temperature: temperature)
    }

    /// Names, or names with what is asked before: `[read_file, {run_command: ask}]`.
    private mutating func tools(_ node: FieldNode?) -> [AgentTool] {
        var tools: [AgentTool] = []
        for item in fields.items(node) ?? [] {
            let tool: AgentTool?
            if case .mapping(let members) = item.content, members.count == 1 {
                let permission = fields.choice(members[0].value, of: ToolPermission.self)
                tool = AgentTool(members[0].key, permission: permission)
            } else {
                tool = fields.text(item, max: AgentLimits.nameLengthMax).map { AgentTool($0) }
            }
            guard let tool else { continue }
            if tools.contains(where: { $0.name == tool.name }) {
                fields.note(
                    item, .taken, "'\(tool.name.prefix(AgentLimits.nameLengthMax))' stands twice; leave one out")
            }
            tools.append(tool)
        }
        return tools
    }

    private mutating func helpers(_ node: FieldNode?) -> [String] {
        var helpers: [String] = []
        for item in fields.items(node, max: AgentLimits.helpersMax) ?? [] {
            guard let name = fields.text(item, max: AgentLimits.nameLengthMax) else { continue }
            if !AgentDefinition.isName(name) { fields.note(item, .value, "is no name of an agent") }
            if helpers.contains(name) { fields.note(item, .taken, "'\(name)' stands twice; leave one out") }
            helpers.append(name)
        }
        return helpers
    }

    private mutating func limits(_ node: FieldNode?) -> AgentLimits {
        var limits = AgentLimits()
        guard let node else { return limits }
        let members = fields.members(node, of: "limits", known: ["turns", "tool_calls", "context_tokens"])
        limits.turns = fields.integer(members["turns"], in: AgentLimits.turnsRange) ?? limits.turns
        limits.toolCalls = fields.integer(members["tool_calls"], in: AgentLimits.toolCallsRange) ?? limits.toolCalls
        limits.contextTokens =
            fields.integer(members["context_tokens"], in: AgentLimits.contextTokensRange) ?? limits.contextTokens
        return limits
    }

    private mutating func model(_ node: FieldNode?) -> String? {
        guard let node, let text = fields.text(node, max: AgentLimits.lineLengthMax) else { return nil }
        if ModelReference(text) == nil { fields.note(node, .value, "takes \(ModelReference.expectation)") }
        return text
    }

    private mutating func schema(_ node: FieldNode?) -> JSONValue? {
        guard let node else { return nil }
        let json = node.json
        do throws(JSONSchemaReadingError) {
            _ = try JSONSchema(reading: json)
        } catch {
            fields.note(node, .value, error.message)
        }
        return json
    }
}

/// The file of an agent that cannot be used.
public struct AgentFileError: CodedError, Hashable, CustomStringConvertible {
    /// What the file is called.
    public let file: String
    package let problems: [FieldProblem]

    /// `bad_agent`
    public var code: String { "bad_agent" }
    /// A line for each problem, with the file and the place.
    public var message: String { problems.map { "\(file):\($0)" }.joined(separator: "\n") }
    /// Each problem in parts, for editors.
    public var data: JSONValue? {
        .array(
            problems.map { problem in
                [
                    "file": .string(file), "line": .number(problem.mark?.line), "column": .number(problem.mark?.column),
                    "field": .string(problem.path), "rule": .string(problem.rule.rawValue),
                    "message": .string(problem.message),
                ]
            })
    }
    /// Never: the file has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}
