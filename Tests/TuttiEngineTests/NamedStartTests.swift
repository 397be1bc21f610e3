import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

private struct Salute: Workflow {
    static let name = "greeting"
    struct Input: Codable, Sendable {
        var name: String
        var times: Int?
    }

    func run(_ input: Input, _ ctx: Context) async throws -> String {
        Array(repeating: "hello \(input.name)", count: input.times ?? 1).joined(separator: ", ")
    }
}

@Suite struct NamedStartTests {
    @Test func startsAWorkflowOnJSON() async throws {
        try await withEngine([Salute()]) { engine, _ in
            let run = try await engine.start(named: "greeting", input: ["name": "ada", "times": 2])
            #expect(await run.outcome == .output("hello ada, hello ada"))
            let schema = try engine.inputSchema(of: "greeting")
            #expect(schema.validate(["name": "ada"]).isEmpty)
        }
    }

    @Test(
        "names what is wrong with an input, and starts nothing",
        arguments: [
            (["times": 2], "name"), (["name": 7], "/name"), (["name": "ada", "times": "often"], "/times"),
            ("ada", "the input"),
        ] as [(JSONValue, String)])
    func badInput(input: JSONValue, field: String) async throws {
        try await withEngine([Salute()]) { engine, _ in
            let error = await #expect(throws: RunError.self) {
                _ = try await engine.start(named: "greeting", input: input)
            }
            #expect(error?.reason == .badInput)
            #expect(error?.message.contains(field) == true)
            let runs = try await engine.store.runs(RunFilter(), tenant: "default")
            #expect(runs.isEmpty)
        }
    }

    @Test func namesTheWorkflowsThereAre() async throws {
        try await withEngine([Salute()]) { engine, _ in
            let error = await #expect(throws: RunError.self) {
                _ = try await engine.start(named: "greetings", input: .null)
            }
            #expect(error?.reason == .unknownWorkflow && error?.message.contains("greeting") == true)
        }
    }
}
