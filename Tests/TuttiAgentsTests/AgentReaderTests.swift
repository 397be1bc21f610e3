import Testing
import TuttiCore
import TuttiTools
import TuttiYAML

@testable import TuttiAgents

/// Files of agents.
struct AgentReaderTests {
    private let whole = """
        name: mender
        role: a senior engineer
        goal: All tests pass.
        model: ollama/qwen3:8b
        temperature: 0.2
        instructions: |
          Read before you write.
          Run the tests.
        tools: [read_file, edit_file, {run_command: ask}]
        helpers: [critic]
        limits: {turns: 12, tool_calls: 40, context_tokens: 50000}
        output:
          type: object
          properties: {passed: {type: boolean}}
          required: [passed]
        """

    @Test func allOfAFileIsRead() throws {
        let agent = try AgentDefinition.read(whole, file: "mender.yaml")
        #expect(
            agent
                == AgentDefinition(
                    name: "mender", role: "a senior engineer", goal: "All tests pass.",
                    instructions: "Read before you write.\nRun the tests.\n", model: "ollama/qwen3:8b",
                    tools: [
                        AgentTool("read_file"), AgentTool("edit_file"), AgentTool("run_command", permission: .ask),
                    ],
                    helpers: ["critic"], limits: AgentLimits(turns: 12, toolCalls: 40, contextTokens: 50_000),
                    output: [
                        "type": "object", "properties": ["passed": ["type": "boolean"]], "required": ["passed"],
                    ], temperature: 0.2))
        let stored = try CanonicalJSON.decode(AgentDefinition.self, from: CanonicalJSON.encode(agent))
        #expect(stored == agent)
    }

    @Test func allMistakesAreToldWithTheirPlaces() throws {
        let text = """
            name: Mender
            instructions: "   "
            tool: [a]
            tools: [read_file, read_file, {run_command: maybe}]
            model: "no model"
            temperature: hot
            limits: {turns: 0}
            output: {type: strin}
            helpers: [A]
            """
        do {
            _ = try AgentDefinition.read(text, file: "x.yaml")
            Issue.record("a bad file was read")
        } catch {
            let places = error.problems.map { "\($0.mark?.line ?? 0) \($0.path)" }
            #expect(
                places.sorted() == [
                    "1 name", "2 instructions", "3 tool", "4 tools[1]", "4 tools[2].run_command", "5 model",
                    "6 temperature", "7 limits.turns", "8 output", "9 helpers[0]",
                ])
            #expect(error.message.split(separator: "\n").allSatisfy { $0.hasPrefix("x.yaml:") })
            #expect(error.code == "bad_agent")
        }
    }

    @Test func whatHasToBeThereIsNamed() {
        for (text, missing) in [("role: a", ["'name'", "'instructions'"]), ("", ["name and instructions"])] {
            do {
                _ = try AgentDefinition.read(text, file: "x.yaml")
                Issue.record("a bad file was read")
            } catch {
                for word in missing { #expect(error.message.contains(word)) }
            }
        }
    }
}
