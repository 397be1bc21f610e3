import Tutti
import TuttiCore
import TuttiEngine
import TuttiStore

@testable import TuttiTerminal

/// Calls that cost a dollar and a hundred thousand tokens each, in two rounds and a child.
struct Spending: Workflow {
    static let name = "spending"

    struct Child: Workflow {
        static let name = "spending-child"

        func run(_ input: Int, _ ctx: Context) async throws -> Int { try await Spending.call(ctx) }
    }

    /// - Parameter rounds: each has two calls.
    func run(_ rounds: Int, _ ctx: Context) async throws -> Int {
        var calls = 0
        for _ in 0..<rounds {
            calls += try await ctx.branch("round") { ctx in
                try await Spending.call(ctx) + Spending.call(ctx)
            }
        }
        try await ctx.step("sum") {}
        return try await calls + ctx.child(Child(), 0)
    }

    static func call(_ ctx: Context) async throws -> Int {
        let charge = Charge(tokens: 100_000, usdPerMillionTokens: .dollars(10))
        return try await ctx.step("call", StepOptions(retry: .never, charge: charge)) {
            StepContext.current?.spend(tokens: 100_000, usd: .dollars(1))
            return 1
        }
    }

    static let known: [any Workflow] = [Spending(), Child()]

    /// Carries one run as far as its budget allows; with one round that is three calls.
    static func spend(rounds: Int = 1, _ budget: Budget?, in desk: Desk) async throws -> RunID {
        let tutti = try await Tutti.open(home: desk.home, workflows: known)
        let handle = try await tutti.engine.start(Spending(), rounds, budget: budget)
        _ = try? await handle.output
        await tutti.close()
        return handle.id
    }

    /// The only child of a run.
    static func child(of run: RunID, in desk: Desk) async throws -> RunID? {
        let tutti = try await Tutti.open(home: desk.home)
        let child = try await tutti.engine.store.child(of: run, at: "spending-child#1", tenant: "default")
        await tutti.close()
        return child?.summary.id
    }
}
