import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// A workflow that breaks the author's rule fails with the rule's name at its first execution, whatever it catches.
@Suite struct AuthorsRuleTests {
    /// The code that a script's run fails with.
    private func code<Output>(_ body: @escaping @Sendable (Context) async throws -> Output) async throws -> String?
    where Output: Codable & Sendable & Equatable {
        let script = Script(body)
        return try await withEngine([script]) { engine, _ in
            guard case .run(.failed, let cause) = try await engine.start(script).outcome else { return nil }
            return cause
        }
    }

    private func expect<Output>(
        _ expected: String, at location: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (Context) async throws -> Output
    ) async throws where Output: Codable & Sendable & Equatable {
        let found = try await code(body)
        #expect(found == expected, sourceLocation: location)
    }

    @Test func refusesOneNameInTwoOverlappingTasks() async throws {
        let found = try await code { ctx in
            async let one = ctx.step("same") { 1 }
            async let two = ctx.step("same") { 2 }
            return try await one + two
        }
        #expect(found == "ambiguous_step")
    }

    @Test func refusesOneNameInTwoTasksOneAfterTheOther() async throws {
        let found = try await code { ctx in
            async let one = ctx.step("same") { 1 }
            let first = try await one
            async let two = ctx.step("same") { 2 }
            return try await first + two
        }
        #expect(found == "ambiguous_step")
    }

    @Test func refusesTheNameOfAnotherTaskInItsParent() async throws {
        let found = try await code { ctx in
            async let one = ctx.step("same") { 1 }
            let first = try await one
            return try await ctx.step("same") { first }
        }
        #expect(found == "ambiguous_step")
    }

    @Test func refusesOneNameOfTwoKindsInTwoTasks() async throws {
        let found = try await code { ctx in
            async let one = ctx.step("same") { 1 }
            async let two = ctx.branch("same") { _ in 2 }
            return try await one + two
        }
        #expect(found == "ambiguous_step")
    }

    @Test func refusesTheOuterContextInABranch() async throws {
        let found = try await code { outer in
            try await outer.branch("inner") { _ in try await outer.step("s") { 1 } }
        }
        #expect(found == "wrong_scope")
    }

    @Test func refusesTheOuterContextInAnItem() async throws {
        for settles in [true, false] {
            let found = try await code { outer in
                if settles {
                    let results: [Result<Int, StepError>] = try await outer.allSettled("x", [1], key: { "\($0)" }) {
                        _, _ in
                        try await outer.step("s") { 1 }
                    }
                    return results.count
                }
                return try await outer.all("x", [1], key: { "\($0)" }) { _, _ in try await outer.step("s") { 1 } }.count
            }
            #expect(found == "wrong_scope")
        }
    }

    @Test func refusesAContextOfAScopeThatIsLeft() async throws {
        let found = try await code { outer in
            let leaked = Leak()
            _ = try await outer.branch("b") { ctx in
                leaked.keep(ctx)
                return 1
            }
            return try await leaked.context?.step("s") { 1 }
        }
        #expect(found == "wrong_scope")
    }

    @Test func refusesTheContextInAStepsClosure() async throws {
        let found = try await code { ctx in
            try await ctx.step("outer", StepOptions(retry: .never)) { try await ctx.step("inner") { 1 } }
        }
        #expect(found == "wrong_scope")
    }

    @Test func refusesTheContextInADetachedTask() async throws {
        let found = try await code { ctx in
            try await Task.detached { try await ctx.step("s") { 1 } }.value
        }
        #expect(found == "wrong_scope")
    }

    @Test("refuses bad names", arguments: ["", "a/b", "a#1", "50%", "a\nb", String(repeating: "x", count: 201)])
    func badNames(name: String) async throws {
        try await expect("bad_name") { try await $0.step(name) { 1 } }
        try await expect("bad_name") { try await $0.branch(name) { _ in 1 } }
        try await expect("bad_name") { try await $0.all(name, [1], key: { "\($0)" }) { _, _ in 1 } }
        try await expect("bad_name") { try await $0.now(name) }
    }

    @Test(
        "takes names of all scripts",
        arguments: ["x", "ünï cödé", "日本", "a.b:c-d_e", String(repeating: "x", count: 200)])
    func goodNames(name: String) async throws {
        let script = Script { ctx in try await ctx.step(name) { 1 } + ctx.step(name) { 2 } }
        let found = try await withEngine([script]) { engine, _ in try await engine.start(script).output }
        #expect(found == 3)
    }

    @Test func refusesItemsThatCannotBeToldApart() async throws {
        try await expect("duplicate_key") { try await $0.all("x", ["a", "a"], key: \.self) { _, _ in 1 } }
        try await expect("bad_name") { try await $0.all("x", [""], key: \.self) { _, _ in 1 } }
        let long = String(repeating: "/", count: 100)
        try await expect("bad_name") { try await $0.all("x", [long], key: \.self) { _, _ in 1 } }
    }

    @Test func refusesTooManyItems() async throws {
        let items = Array(0...10_000)
        try await expect("too_many_items") { try await $0.all("x", items, key: { "\($0)" }) { _, _ in 1 } }
    }

    @Test func tellsItemsApartWhoseKeysLookLikePaths() async throws {
        let script = Script { ctx in
            try await ctx.all("x", ["a/b", "a%2fb", "a", "#1"], key: \.self) { item, ctx in
                try await ctx.step("s") { item }
            }
        }
        let found = try await withEngine([script]) { engine, _ in try await engine.start(script).output }
        #expect(found == ["a/b", "a%2fb", "a", "#1"])
    }

    @Test func refusesScopesThatAreNestedTooDeeply() async throws {
        @Sendable func nest(_ ctx: Context, _ depth: Int) async throws -> Int {
            try await ctx.branch("a rather long name for a scope that repeats itself") { try await nest($0, depth + 1) }
        }
        try await expect("key_too_long") { try await nest($0, 0) }
    }

    @Test func refusesValuesThatCannotBeStored() async throws {
        let executed = Counter()
        let output = try await code { ctx in
            try await ctx.step("s") { () -> Double in
                executed.add("s")
                return .nan
            }
        }
        #expect(output == "not_encodable")
        #expect(executed["s"] == 1, "another attempt would end the same way")
        try await expect("not_encodable") { try await $0.step("s", Double.infinity) { $0 > 0 } }
        try await expect("not_encodable") { try await $0.branch("b") { _ in Double.nan } }
        try await expect("not_encodable") { _ in Double.nan }
    }

    @Test func refusesAnInputThatCannotBeStored() async throws {
        struct Measure: Workflow {
            func run(_ input: Double, _ ctx: Context) async throws -> Double { input }
        }
        try await withEngine([Measure()]) { engine, _ in
            let error = await #expect(throws: StepError.self) { try await engine.start(Measure(), .nan) }
            #expect(error?.code == "not_encodable")
            let runs = try await engine.store.runs(RunFilter(), tenant: "default")
            #expect(runs.isEmpty)
        }
    }

    @Test func isNotSilencedByACatchOfEverything() async throws {
        let found = try await code { outer in
            for _ in 0..<3 { _ = try? await outer.branch("b") { _ in try await outer.step("s") { 1 } } }
            return "all is well"
        }
        #expect(found == "wrong_scope")
    }

    @Test func letsAThrowEndItsRunningSiblings() async throws {
        let entered = Signal()
        let found = try await code { ctx -> Int in
            async let slow = ctx.step("slow") {
                entered.give()
                try await Signal().waitUnlessCancelled()
                return 1
            }
            await entered.wait()
            guard entered.isGiven else { return try await slow }
            throw Trouble(code: "gave up")
        }
        #expect(found == "gave up")
    }

    @Test func givesNoOneAContextAfterTheEnd() async throws {
        let (leaked, ended) = (Leak(), Signal())
        let late = Counter()
        let script = Script { ctx in
            leaked.run {
                await ended.wait()
                _ = try await ctx.step("late") {
                    late.add("late")
                    return 1
                }
            }
            return 1
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            #expect(try await run.output == 1)
            ended.give()
            await #expect(throws: CancellationError.self) { try await leaked.task?.value }
            #expect(late["late"] == 0)
            #expect(try await engine.store.steps(of: run.id).isEmpty)
        }
    }
}
