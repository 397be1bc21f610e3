import FoundationEssentials
import Synchronization
import Tutti
import TuttiCore
import TuttiEngine
import TuttiStore

@testable import TuttiReadings
@testable import TuttiTerminal

/// Shows what it was started with, and sends what was agreed to.
struct Publishing: Workflow {
    static let name = "publishing"

    func run(_ draft: JSONValue, _ ctx: Context) async throws -> JSONValue {
        let agreed = try await ctx.approval("publish", showing: draft)
        return try await ctx.step("send", agreed) { $0 }
    }

    /// Leaves a run that asks, as a process that was interrupted does.
    static func leave(showing draft: JSONValue, in desk: Desk) async throws -> RunID {
        try await desk.leave(Publishing(), draft) { store, run in
            try await !ApprovalQuestion.open(of: run, in: store).isEmpty
        }
    }
}

/// Asks two people for the same thing.
struct Voting: Workflow {
    static let name = "voting"

    func run(_ input: Int, _ ctx: Context) async throws -> [Int] {
        try await ctx.all("voters", [1, 2], key: { "\($0)" }) { voter, ctx in
            try await ctx.approval("vote", showing: voter * 10)
        }
    }

    static func leave(in desk: Desk) async throws -> RunID {
        try await desk.leave(Voting(), 0) { store, run in
            try await ApprovalQuestion.open(of: run, in: store).count == 2
        }
    }
}

/// Waits for a signal and gives what it brings.
struct Listening: Workflow {
    static let name = "listening"

    func run(_ input: Int, _ ctx: Context) async throws -> JSONValue {
        try await ctx.signal("word", as: JSONValue.self)
    }

    static func leave(in desk: Desk) async throws -> RunID {
        try await desk.leave(Listening(), 0) { store, run in
            try await store.steps(of: run).contains { $0.key == "word#1" }
        }
    }
}

/// Starts a child that asks.
struct Delegating: Workflow {
    static let name = "delegating"

    func run(_ draft: JSONValue, _ ctx: Context) async throws -> JSONValue {
        try await ctx.child(Publishing(), draft)
    }

    /// Leaves a parent whose child asks, and names both.
    static func leave(in desk: Desk) async throws -> (parent: RunID, child: RunID) {
        let parent = try await desk.leave(Delegating(), "a draft", knowing: [Publishing()]) { store, run in
            guard let child = try await store.child(of: run, at: "publishing#1", tenant: "default") else {
                return false
            }
            return try await !ApprovalQuestion.open(of: child.summary.id, in: store).isEmpty
        }
        let tutti = try await Tutti.open(home: desk.home)
        let child = try await tutti.engine.store.child(of: parent, at: "publishing#1", tenant: "default")
        await tutti.close()
        return (parent, child?.summary.id ?? parent)
    }
}

/// Three steps, of which the second can be broken.
struct Assembling: Workflow {
    static let name = "assembling"
    let log: Log

    /// What was carried out, and what is broken.
    final class Log: Sendable {
        private let state = Mutex((steps: [String](), isBroken: false))
        var steps: [String] { state.withLock { $0.steps } }
        func add(_ step: String) { state.withLock { $0.steps.append(step) } }
        var isBroken: Bool {
            get { state.withLock { $0.isBroken } }
            set { state.withLock { $0.isBroken = newValue } }
        }
    }

    func run(_ parts: Int, _ ctx: Context) async throws -> Int {
        let log = self.log
        let cut = try await ctx.step("cut") {
            log.add("cut")
            return parts + 1
        }
        let glued = try await ctx.step("glue", cut, StepOptions(retry: .never)) { cut in
            log.add("glue")
            if log.isBroken { throw StepError(code: "dry", message: "the glue is dry", origin: "glue#1") }
            return cut * 10
        }
        return try await ctx.step("paint") {
            log.add("paint")
            return glued + 5
        }
    }

    /// Carries one run to its end.
    func finish(in desk: Desk) async throws -> RunID {
        let tutti = try await Tutti.open(home: desk.home)
        let handle = try await tutti.start(self, 1)
        _ = try? await handle.output
        await tutti.close()
        return handle.id
    }
}

/// Sends a letter that must not be sent twice.
struct Mailing: Workflow {
    static let name = "mailing"
    let sent: Assembling.Log

    func run(_ input: Int, _ ctx: Context) async throws -> JSONValue {
        let sent = self.sent
        return try await ctx.step("mail", .atMostOnce) {
            sent.add("mail")
            if sent.steps.count == 1 {
                let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
                for await _ in stream {}
                continuation.finish()
                throw CancellationError()
            }
            return ["id": 8]
        }
    }

    /// Leaves a failed run of which nobody knows whether its letter was sent.
    func leave(in desk: Desk) async throws -> RunID {
        let run = try await desk.leave(self, 0) { _, _ in !sent.steps.isEmpty }
        let tutti = try await Tutti.open(home: desk.home, workflows: [self])
        _ = try? await tutti.engine.resume(run, as: JSONValue.self).output
        await tutti.close()
        return run
    }
}

extension Desk {
    /// Starts a run and leaves it as a process that was interrupted does, as soon as a condition holds.
    func leave<W: Workflow>(
        _ workflow: W, _ input: W.Input, knowing others: [any Workflow] = [],
        when isReached: (any JournalStore, RunID) async throws -> Bool
    ) async throws -> RunID {
        let tutti = try await Tutti.open(home: home, workflows: [workflow] + others)
        let handle = try await tutti.start(workflow, input)
        while try await !isReached(tutti.engine.store, handle.id) { await Task.yield() }
        await tutti.close()
        return handle.id
    }

    /// The state of a run and its result, from its export.
    func end(of run: RunID) async throws -> (state: JSONValue?, output: JSONValue?) {
        let text = await self.run("runs", "export", run.text).output
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
        return (json["run"]?["state"], json["output"])
    }
}
