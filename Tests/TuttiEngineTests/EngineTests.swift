import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

struct Greeting: Workflow {
    let executed: Counter

    func run(_ input: [String], _ ctx: Context) async throws -> String {
        let at = try await ctx.now()
        let greetings = try await ctx.all("greet", input, key: \.self) { name, ctx in
            try await ctx.step("hello") {
                executed.add(name)
                return "hello \(name)"
            }
        }
        let joined = try await ctx.branch("join") { ctx in
            try await ctx.step("join", greetings) { greetings in
                executed.add("join")
                return greetings.joined(separator: ", ")
            }
        }
        return "\(joined) at \(at.milliseconds > 0)"
    }
}

@Suite struct EngineTests {
    @Test func runsAWorkflowAndKeepsItsJournal() async throws {
        let counter = Counter()
        let store = MemoryJournalStore()
        try await withEngine(on: store, [Greeting(executed: counter)]) { engine in
            let run = try await engine.start(Greeting(executed: counter), ["ada", "bob"])
            #expect(try await run.output == "hello ada, hello bob at true")
            #expect(counter.all == ["ada": 1, "bob": 1, "join": 1])
            let keys = try await store.steps(of: run.id).map(\.key)
            #expect(
                Set(keys) == [
                    "now#1", "greet#1/ada/hello#1", "greet#1/bob/hello#1", "greet#1", "join#1/join#1", "join#1",
                ])
            var types: [String] = []
            for try await event in run.events { types.append(event.type) }
            #expect(types.first == "run.started")
            #expect(types.last == "run.completed")
            #expect(types.filter { $0 == "step.completed" }.count == 3)
        }
    }

    @Test func isOneLineForAUsersTest() async throws {
        let output = try await withEngine([Greeting(executed: Counter())]) { engine, _ in
            try await engine.start(Greeting(executed: Counter()), ["eve"]).output
        }
        #expect(output == "hello eve at true")
    }
}
