import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

/// A definition that loses its process at each commit comes to the output of an undisturbed one.
@Suite struct DefinedCrashTests {
    private static let text = """
        name: w
        steps:
          - {name: top, command: [top]}
          - {name: left, needs: [top], command: [left, "${{ steps.top.did }}"]}
          - {name: right, needs: [top], command: [right]}
          - {name: review, needs: [left], roundtable: {document: "${{ steps.left.text }}", critics: [product]}}
          - {name: go, needs: [review, right], approval: {show: "${{ steps.review.outcome }}"}}
          - {name: send, needs: [go], command: [send, "${{ steps.go.by }}"]}
        output: {review: "${{ steps.review }}", sent: "${{ steps.send }}", left: "${{ steps.left.text }}"}
        """

    private var options: EngineOptions {
        var options = EngineOptions()
        options.batchMax = 1  // each command is a point to die at
        options.poll = .milliseconds(2)
        return options
    }

    private func commands() -> ScriptedCommands {
        ScriptedCommands(["left": { _ in ["text": .string("# Tea\n\nWe sell tea in the shop.\n")] }])
    }

    @Test("survives a death at every commit", arguments: CrashingStore.Moment.allCases)
    func sweep(moment: CrashingStore.Moment) async throws {
        let undisturbed = try await finish(MemoryJournalStore(), commands())
        var deaths = 0
        for apply in 1...120 {
            let store = MemoryJournalStore()
            let (before, after) = (commands(), commands())
            guard try await die(at: apply, moment, store, before) else { break }
            deaths += 1
            let recorded = try await recordedPrograms(store)
            #expect(try await finish(store, after) == undisturbed, "after death \(apply)")
            #expect(Set(after.programs).isDisjoint(with: recorded), "run again after death \(apply)")
            for program in ["top", "left", "right", "send"] {
                let count = (before.programs + after.programs).count { $0 == program }
                #expect((1...2).contains(count), "\(program) ran \(count) times, after death \(apply)")
            }
        }
        #expect(deaths > 15)
        #expect(deaths < 120, "the sweep did not come to the end of the run")
    }

    @Test("a command that must not be repeated is not", arguments: CrashingStore.Moment.allCases)
    func atMostOnce(moment: CrashingStore.Moment) async throws {
        let input = try DefinitionInput("name: w\nsteps: [{name: a, command: [a], at_most_once: true}]")
        var unknown = 0
        for apply in 1...20 {
            let store = MemoryJournalStore()
            let (before, after) = (ScriptedCommands(), ScriptedCommands())
            let crashing = CrashingStore(store, at: apply, moment) { store.kill($0) }
            _ = try? await withEngine(on: crashing, [DefinedWorkflow(commands: before)], options: options) { engine in
                try await engine.start(DefinedWorkflow(commands: before), input).output
            }
            guard crashing.isDead else { break }
            let workflow = DefinedWorkflow(commands: after)
            let ended = try await withEngine(on: store, [workflow], options: options) { engine in
                do {
                    return try await self.run(engine, store, workflow, input).output["a"]?["did"]?.stringValue ?? ""
                } catch let error as RunError {
                    return error.cause?.code ?? ""
                }
            }
            #expect((before.calls + after.calls).count <= 1, "after death \(apply)")
            if ended == StepError.outcomeUnknown { unknown += 1 } else { #expect(ended == "a") }
        }
        #expect(unknown > 0)
    }

    // MARK: Life and death

    private func die(
        at apply: Int, _ moment: CrashingStore.Moment, _ store: MemoryJournalStore, _ commands: ScriptedCommands
    ) async throws -> Bool {
        let crashing = CrashingStore(store, at: apply, moment) { store.kill($0) }
        let workflow = DefinedWorkflow(commands: commands)
        let input = try DefinitionInput(Self.text)
        try? await withEngine(on: crashing, [workflow, Roundtable()], options: options) { engine in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    guard let run = try? await engine.start(workflow, input, idempotencyKey: "w") else { return }
                    try? await self.approve(run.id, engine)
                    _ = try? await run.output
                }
                // A process that died while its run waited does nothing more, which would be waited for in vain.
                group.addTask { while !crashing.isDead, !Task.isCancelled { await Task.yield() } }
                await group.next()
                group.cancelAll()
            }
        }
        return crashing.isDead
    }

    private func finish(_ store: MemoryJournalStore, _ commands: ScriptedCommands) async throws -> JSONValue {
        let workflow = DefinedWorkflow(commands: commands)
        let input = try DefinitionInput(Self.text)
        return try await withEngine(on: store, [workflow, Roundtable()], options: options) { engine in
            let run = try await self.run(engine, store, workflow, input)
            try await self.approve(run.id, engine)
            return try await run.output
        }
    }

    private func run(
        _ engine: Engine, _ store: MemoryJournalStore, _ workflow: DefinedWorkflow, _ input: DefinitionInput
    ) async throws -> RunHandle<JSONValue> {
        let known = try await store.runs(RunFilter(), tenant: "default").first { $0.parent == nil }
        if let known, !known.status.isFinal { return try await engine.resume(known.id, as: JSONValue.self) }
        if let known { return engine.handle(of: known.id) }
        return try await engine.start(workflow, input, idempotencyKey: "w")
    }

    /// Agrees as soon as it is asked, unless somebody has agreed before.
    private func approve(_ run: RunID, _ engine: Engine) async throws {
        for try await event in engine.handle(of: run, as: JSONValue.self).events {
            if event.type == "approval.answered" { return }
            guard event.type == "approval.requested" else { continue }
            guard let asked = try await engine.pendingApprovals(of: run).first else { return }
            try await engine.approve(run, "go", hash: asked.hash, by: "ada")
            return
        }
    }

    /// The programs whose results a dead process has left in the journal.
    private func recordedPrograms(_ store: MemoryJournalStore) async throws -> Set<String> {
        guard let run = try await store.runs(RunFilter(), tenant: "default").first(where: { $0.parent == nil }) else {
            return []
        }
        let steps = try await store.steps(of: run.id).filter { $0.kind == .step && $0.ended != nil }
        return Set(steps.compactMap { $0.key.split(separator: "/").dropFirst().first.map { String($0) } })
    }
}
