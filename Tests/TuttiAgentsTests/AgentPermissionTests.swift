import Testing
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiStore
import TuttiTesting
import TuttiTools

@testable import TuttiAgents

/// What people permit, refuse and answer.
@Suite struct AgentPermissionTests {
    /// Starts an agent and answers each approval by name as it comes.
    private func run(
        _ world: AgentWorld, _ definition: AgentDefinition,
        _ answer: @escaping @Sendable (Engine, RunID, PendingApproval) async throws -> Void
    ) async throws -> (AgentResult, asked: [PendingApproval]) {
        let input = try AgentInput(agent: definition, task: "do it")
        return try await withEngine([world.agent]) { engine, clock in
            let run = try await engine.start(world.agent, input)
            var asked: [PendingApproval] = []
            for try await event in run.events where event.type == "approval.requested" {
                for pending in try await engine.pendingApprovals(of: run.id)
                where !asked.contains(where: { $0.name == pending.name }) {
                    asked.append(pending)
                    clock.advance(by: .seconds(1))  // no two answers are of the same moment
                    try await answer(engine, run.id, pending)
                }
            }
            return (try await run.output, asked)
        }
    }

    @Test("shows exactly what will be done, and does what was granted")
    func asking() async throws {
        let tool = TestTool("send", permission: .ask)
        let world = AgentWorld(
            [
                .calling(("send", #"{"text":"one"}"#)), .calling(("send", #"{"text":"two"}"#)),
                .calling(("send", #"{"text":"three"}"#)), .saying("ok"),
            ], tools: [tool])
        let (result, asked) = try await run(world, .test([AgentTool("send")])) { engine, run, pending in
            switch pending.name {
            case "send-1-1": try await engine.approve(run, pending.name, hash: pending.hash, by: "ada")
            case "send-2-1":
                try await engine.reject(run, pending.name, hash: pending.hash, by: "bob", reason: "not that")
            default:
                let edited: JSONValue = ["agent": "tester", "tool": "send", "arguments": ["text": "changed"]]
                try await engine.approve(run, pending.name, hash: pending.hash, edited: edited, by: "ada")
            }
        }
        #expect(result.end == .completed)
        #expect(asked.map(\.name) == ["send-1-1", "send-2-1", "send-3-1"])
        #expect(asked.first?.json == ["agent": "tester", "tool": "send", "arguments": ["text": "one"]])
        #expect(tool.calls == [["text": "one"], ["text": "changed"]])
        #expect(world.heard.map(\.text) == ["done", "bob has refused this call: not that", "done"])
    }

    @Test("holds what somebody has put in place of a call against the schema, too")
    func editedWrongly() async throws {
        let tool = TestTool("send", permission: .ask)
        let world = AgentWorld([.calling(("send", "{}")), .saying("ok")], tools: [tool])
        _ = try await run(world, .test([AgentTool("send")])) { engine, run, pending in
            let edited: JSONValue = ["agent": "tester", "tool": "send", "arguments": ["number": "x"]]
            try await engine.approve(run, pending.name, hash: pending.hash, edited: edited, by: "ada")
        }
        #expect(tool.calls.isEmpty)
        #expect(world.heard.first?.text.contains("/number") == true)
    }

    @Test("asks once in a run for what is permitted once")
    func once() async throws {
        let tool = TestTool("send")
        let world = AgentWorld([.calling(("send", "{}")), .calling(("send", "{}")), .saying("ok")], tools: [tool])
        let (_, asked) = try await run(world, .test([AgentTool("send", permission: .once)])) { engine, run, pending in
            try await engine.approve(run, pending.name, hash: pending.hash, by: "ada")
        }
        #expect(asked.count == 1 && tool.calls.count == 2)
    }

    @Test("takes the stricter of what holds for all and what an agent says")
    func stricter() async throws {
        let tool = TestTool("send")
        for (all, own, isAsked) in [
            (ToolPermission.ask, ToolPermission.always, true), (.always, .ask, true), (.always, .always, false),
        ] {
            let world = AgentWorld(
                [.calling(("send", "{}")), .saying("ok")], tools: [tool], permissions: ["send": all])
            let (_, asked) = try await run(world, .test([AgentTool("send", permission: own)])) { engine, run, pending in
                try await engine.approve(run, pending.name, hash: pending.hash, by: "ada")
            }
            #expect(asked.isEmpty == !isAsked)
        }
    }

    @Test("asks a person, and tells the model what was answered")
    func question() async throws {
        let world = AgentWorld([
            .calling(("ask_person", #"{"question":"Which port?","choices":["80","443"]}"#)), .saying("ok"),
        ])
        let (_, asked) = try await run(world, .test([AgentTool("ask_person")])) { engine, run, pending in
            try await engine.approve(run, pending.name, hash: pending.hash, by: "ada", reason: "443")
        }
        #expect(asked.first?.json["question"] == "Which port?" && asked.first?.json["choices"] == ["80", "443"])
        #expect(world.heard.map(\.text) == ["443"])
    }

    @Test("hands work to another agent, which knows only its task, up to a depth")
    func helpers() async throws {
        let provider = TestProvider { request in
            guard case .text(let task)? = request.messages.first?.content.first else { return .saying("?") }
            if request.system?.contains("'critic'") == true { return .saying("I read: \(task)") }
            return request.messages.count == 1
                ? .calling(("delegate", #"{"agent":"critic","task":"read this"}"#)) : .saying("ok")
        }
        let world = AgentWorld(provider)
        var critic = AgentDefinition.test()
        critic.name = "critic"
        var input = try AgentInput(agent: .test(helpers: ["critic"]), task: "do it")
        input.helpers = [critic]
        let result = try await withEngine([world.agent]) { [input] engine, _ in
            try await engine.start(world.agent, input).output
        }
        #expect(world.heard.map(\.text) == ["I read: read this"])
        #expect(result.spending.calls == 3)
        input.depth = AgentLimits.depthMax - 1
        let deep = AgentWorld(TestProvider { _ in .saying("ok") })
        _ = try await withEngine([deep.agent]) { [input] engine, _ in try await engine.start(deep.agent, input).output }
        #expect(deep.provider.requests.first?.tools.isEmpty == true)
    }
}

extension PendingApproval {
    /// What a person sees.
    fileprivate var json: JSONValue { .stored(shown) }
}
