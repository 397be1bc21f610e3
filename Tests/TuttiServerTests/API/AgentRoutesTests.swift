import FoundationEssentials
import Testing
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiModels
import TuttiStore
import TuttiTesting
import TuttiTools

@testable import TuttiServer

/// Agents over HTTP: as resources, as the services of older clients, and as models.
@Suite(.timeLimit(.minutes(2)))
struct AgentRoutesTests {
    /// Says what it was told.
    private struct EchoTool: Tool {
        let permission: ToolPermission
        var description: ToolDescription {
            ToolDescription(
                name: "echo", purpose: "a test", parameters: .object([.required("text", .string())]),
                permission: permission)
        }

        func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
            ToolOutput("heard \(arguments["text"]?.stringValue ?? "")")
        }
    }

    /// A model that calls the tool once, and then tells what it has heard and what it was asked.
    private static let models = ListedModels([
        Model(
            "lab/m",
            provider: TestProvider { request in
                let said = request.messages.map { message in
                    message.content.compactMap { part in
                        switch part {
                        case .text(let text): text
                        case .toolResult(let result): result.text
                        default: nil
                        }
                    }.joined(separator: " ")
                }
                if request.messages.last?.content.contains(where: { if case .toolResult = $0 { true } else { false } })
                    == true
                {
                    return .saying(said.filter { !$0.isEmpty }.joined(separator: " | "))
                }
                let call = ModelToolCall(id: "1", name: "echo", arguments: #"{"text":"hi"}"#)
                return ModelResponse(
                    content: [.toolCall(call)], usage: ModelUsage(uncachedInput: 10, output: 5), finish: .toolCalls)
            })
    ])

    private static func with(
        _ permission: ToolPermission = .always, _ body: @Sendable (ServerDesk) async throws -> Void
    ) async throws {
        try await ServerDesk.with(models: models, tools: [EchoTool(permission: permission)]) { desk in
            let folder = desk.home + "/agents"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let files = [
                "echoer.yaml":
                    "name: echoer\nrole: an echo\ngoal: Echo.\ninstructions: Echo.\nmodel: lab/m\ntools: [echo]\n",
                "broken.yaml": "name: broken\n",
                "greedy.yaml": "name: greedy\ninstructions: Take.\nmodel: lab/m\ntools: [shell]\n",
                "plain.yaml": "name: plain\ninstructions: Talk.\n",
            ]
            for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
            try await body(desk)
        }
    }

    @Test func theyAreListedWithWhatIsWrong() async throws {
        try await Self.with { desk in
            let list = try await desk.get("/api/v1/agents")
            #expect(list.json["total"] == 4)
            let agents = list.list("agents")
            #expect(agents.map { $0["id"] } == ["broken", "echoer", "greedy", "plain"])
            #expect(agents[0]["problem"]?.stringValue?.contains("instructions") == true)
            #expect(agents[1]["problem"] == .null && agents[1]["tools"] == ["echo"])
            let one = try await desk.get("/api/v1/agents/echoer")
            #expect(one.json["tools"] == [["name": "echo", "permission": "always"]] && one.json["role"] == "an echo")
            #expect(try await desk.get("/api/v1/agents/echo").status == 404)
            #expect(try await desk.get("/api/v1/agents/..%2Fechoer").status == 404)
            #expect(try await desk.get("/api/v1/agents/broken").code == "bad_agent")
        }
    }

    @Test func aTaskIsARun() async throws {
        try await Self.with { desk in
            let started = try await desk.post(
                "/api/v1/agents/echoer/runs", ["task": "say hi", "context": ["place": "here"]])
            #expect(started.status == 202, "\(started.text)")
            let id = try #require(started.json["id"]?.stringValue.flatMap { RunID($0) })
            let result = try await desk.engine.handle(of: id, as: AgentResult.self).output
            #expect(
                result.answer
                    == #"say hi  Context, as JSON: {"place":"here"} | heard hi"#.replacing("  ", with: "\n\n")
                    .replacing(": {", with: ":\n{"))
            let wrong: [(String, JSONValue, Int, String)] = [
                ("echoer", ["task": "  "], 422, "bad_input"), ("echoer", [:], 422, "bad_input"),
                ("none", ["task": "x"], 404, "unknown_agent"), ("greedy", ["task": "x"], 422, "unknown_tool"),
                ("plain", ["task": "x"], 422, "agent_without_model"), ("broken", ["task": "x"], 422, "bad_agent"),
            ]
            for (agent, body, status, code) in wrong {
                let answer = try await desk.post("/api/v1/agents/\(agent)/runs", body)
                #expect(answer.status == status && answer.code == code, "\(answer.text)")
            }
        }
    }

    @Test func nobodyHandsInADefinition() async throws {
        try await Self.with { desk in
            let input: JSONValue = ["agent": ["name": "mine", "instructions": "x"], "task": "x", "model": "lab/m"]
            let answer = try await desk.post("/api/v1/runs", ["workflow": "agent", "input": input])
            #expect(answer.status == 422 && answer.code == "agent_refused")
        }
    }

    @Test func olderClientsAreAnsweredInOneRequest() async throws {
        try await Self.with { desk in
            let answer = try await desk.post(
                "/agents/echoer/api/v1/execute", ["task_description": "say hi", "context": [:]])
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["result"]?.stringValue?.hasSuffix("| heard hi") == true)
            #expect(answer.json["metadata"]?["agent_id"] == "echoer" && answer.json["metadata"]?["model"] == "lab/m")
            #expect(answer.json["metadata"]?["tokens_used"] == 30 && answer.json["processing_time_ms"] != nil)
            let health = try await desk.get("/agents/echoer/health")
            #expect(health.json["status"] == "healthy" && health.json["agent_id"] == "echoer")
            let root = try await desk.get("/agents/echoer")
            #expect(root.json["agent_id"] == "echoer" && root.json["status"] == "active")
            let metrics = try await desk.get("/agents/echoer/metrics")
            #expect(
                metrics.text.contains("tutti_agent_executions_total{agent=\"echoer\",outcome=\"completed\"} 1\n"))
            #expect(try await desk.get("/agents/none/health").status == 404)
        }
    }

    @Test func whatWaitsForAPersonIsHandedOverAsARun() async throws {
        try await Self.with(.ask) { desk in
            let answer = try await desk.post("/agents/echoer/api/v1/execute", ["task_description": "say hi"])
            #expect(answer.status == 202, "\(answer.text)")
            let id = try #require(answer.json["id"]?.stringValue.flatMap { RunID($0) })
            let open = try #require(try await desk.engine.pendingApprovals(of: id).first)
            #expect(open.name == "echo-1-1")
            try await desk.engine.approve(id, open.name, hash: open.hash, by: "ada")
            let result = try await desk.engine.handle(of: id, as: AgentResult.self).output
            #expect(result.answer.hasSuffix("| heard hi"))
        }
    }

    @Test func theyAreModels() async throws {
        try await Self.with { desk in
            let key: HTTPHeaders = ["Authorization": "Bearer any"]
            let names = try await desk.get("/v1/models", headers: key).list("data").compactMap { $0["id"]?.stringValue }
            #expect(names.contains("agent/echoer"))
            let chat: JSONValue = [
                "model": "agent/echoer",
                "messages": [
                    ["role": "user", "content": "first"], ["role": "assistant", "content": "yes?"],
                    ["role": "user", "content": "say hi"],
                ],
            ]
            let answer = try await desk.post("/v1/chat/completions", chat, headers: key)
            guard case .array(let choices)? = answer.json["choices"] else {
                Issue.record("\(answer.text)")
                return
            }
            #expect(choices.first?["message"]?["content"] == "first | yes? | say hi | heard hi")
            let unknown = try await desk.post(
                "/v1/chat/completions", ["model": "agent/echo", "messages": [["role": "user", "content": "x"]]],
                headers: key)
            #expect(unknown.status == 404 && unknown.text.contains("did you mean 'agent/echoer'?"))
        }
    }
}
