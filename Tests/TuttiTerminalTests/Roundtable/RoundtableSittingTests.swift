import FoundationEssentials
import Glibc
import Synchronization
import Testing
import TuttiConfiguration
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiStoreSQLite

@testable import Tutti
@testable import TuttiTeams
@testable import TuttiTerminal

@Suite("One sitting", .serialized)
struct RoundtableSittingTests {
    /// A critic and a moderator that take their turns from a script.
    private struct Player: Critic, Moderator, StopRule {
        var id = "player"
        var findsInRounds = 1...10
        var versions: [String] = []
        var failsInRounds = 0...0
        var stop: StopDecision?

        func review(_ request: ReviewRequest) async throws -> Review {
            if failsInRounds.contains(request.round) {
                throw StepError(code: "absent", message: "nobody is there", origin: "")
            }
            guard findsInRounds.contains(request.round) else { return Review(critic: id, findings: []) }
            let finding = Finding(critic: id, code: "gap", severity: .high, subject: "gap", message: "There is a gap.")
            return Review(critic: id, findings: [finding])
        }

        func refine(_ request: RefineRequest) async -> Revision {
            Revision(text: request.round <= versions.count ? versions[request.round - 1] : request.document)
        }

        func decide(_ round: RoundState) async -> StopDecision? { stop }
    }

    /// A critic of the rulebook; the last of them never comes to an end.
    private struct Stuck: Critic {
        let critic: RulebookCritic
        var id: String { critic.id }

        func review(_ request: ReviewRequest) async throws -> Review {
            if id == "ai-risk" {
                let never = AsyncStream<Never> { _ in }
                for await _ in never {}
                try Task.checkCancellation()
            }
            return await critic.review(request)
        }
    }

    private struct Ran {
        var code: ExitCode
        var output: String
        var progress: String
    }

    private func sit(_ player: Player, bar: SeverityBar = .high, isJSON: Bool = false) async throws -> Ran {
        try await RoundtableScratch.with { scratch in
            let roundtable = Roundtable(
                critics: [player], moderator: player, stopRules: player.stop == nil ? [] : [player])
            let tutti = try await Tutti.open(home: scratch.home, workflows: [roundtable])
            var input = RoundtableInput(document: "one two three four five\n")
            input.critics = [player.id]
            input.bar = bar.loopSeverity
            let (output, progress) = (RecordingSink(), RecordingSink())
            let sitting = RoundtableSitting(
                tutti: tutti, handle: try await tutti.start(roundtable, input), input: input, source: "plan.md",
                bar: bar,
                options: ShowOptions(isJSON: isJSON, isColourDeclined: true),
                context: CommandContext(environment: [:], output: output, progress: progress))
            do {
                let code = try await sitting.follow()
                await tutti.close()
                return Ran(code: code, output: output.text, progress: progress.text)
            } catch {
                await tutti.close()
                throw error
            }
        }
    }

    @Test(
        "each outcome has its code",
        arguments: [
            (RoundtableOutcome.converged, ExitCode.reached), (.stable, .notReached), (.oscillating, .notReached),
            (.exhausted, .notReached),
        ])
    func codes(outcome: RoundtableOutcome, code: ExitCode) async throws {
        let first = "one two three four five\n"
        let player =
            switch outcome {
            case .converged: Player(findsInRounds: 2...3, versions: [])
            case .stable: Player()
            case .oscillating: Player(versions: ["six seven eight nine\n", first])
            default: Player(versions: ["six seven eight nine\n", "ten\n", "eleven\n"])
            }
        let ran = try await sit(player)
        #expect(ran.code == code)
        #expect(ran.output.contains("\(outcome.rawValue) after "))
        let lenient = try await sit(player, bar: .never)
        #expect(lenient.code == .reached)
        #expect(lenient.output.contains("\(outcome.rawValue) after "))
    }

    @Test("an own rule decides on the code, too", arguments: [true, false], [SeverityBar.high, .never])
    func custom(isGoalReached: Bool, bar: SeverityBar) async throws {
        let stop = StopDecision(reason: "the boss said so", isGoalReached: isGoalReached)
        let ran = try await sit(Player(stop: stop), bar: bar)
        #expect(ran.code == (isGoalReached ? .reached : .notReached))
        #expect(ran.output.contains("custom after 1 round: the boss said so"))
    }

    @Test func aFailureIsTold() async throws {
        let player = Player(failsInRounds: 1...1)
        let error = await #expect(throws: RunError.self) { try await sit(player) }
        #expect(error?.cause?.code == "quorum_missed")
    }

    @Test func theLastLinesAreNeverMissing() async throws {
        try await RoundtableScratch.with { scratch in
            let player = Player(findsInRounds: 2...3)
            let roundtable = Roundtable(critics: [player], moderator: player)
            let tutti = try await Tutti.open(home: scratch.home, workflows: [roundtable])
            var input = RoundtableInput(document: "one two three four five\n")
            input.critics = [player.id]
            let handle = try await tutti.start(roundtable, input)
            let sink = SlowSink()
            let sitting = RoundtableSitting(
                tutti: tutti, handle: handle, input: input, source: nil, bar: .high,
                options: ShowOptions(isJSON: false, isColourDeclined: true),
                context: CommandContext(environment: [:], output: RecordingSink(), progress: sink))
            let code = try await sitting.follow()
            #expect(code == .reached)
            let lines = sink.text.split(separator: "\n").map { String($0.prefix(11)) }
            #expect(lines == ["round 1 of ", "  ◐ player ", "  ● player:", "  no open f", "● converged"])
            await tutti.close()
        }
    }

    @Test("a parked run, and one whose engine shuts down, can go on", arguments: [true, false])
    func interruptedNow(isParked: Bool) async throws {
        try await RoundtableScratch.with { scratch in
            let roundtable = Roundtable(critics: RulebookCritic.all().map(Stuck.init))
            let tutti = try await Tutti.open(home: scratch.home, workflows: [roundtable])
            let input = RoundtableInput(document: RoundtableSample.poor)
            let handle = try await tutti.start(roundtable, input)
            let (output, progress) = (RecordingSink(), RecordingSink())
            let sitting = RoundtableSitting(
                tutti: tutti, handle: handle, input: input, source: nil, bar: .high,
                options: ShowOptions(isJSON: true, isColourDeclined: true),
                context: CommandContext(environment: [:], output: output, progress: progress))
            async let code = sitting.follow()
            for try await event in handle.events where event.type == "critic.completed" { break }
            if isParked { tutti.engine.park(handle.id) } else { tutti.engine.shutDown() }
            let ended = try await code
            #expect(ended == .interrupted)
            #expect(output.text == "", "no result, no JSON")
            #expect(progress.text.contains("■ interrupted\n"))
            let wayOut = "The run is parked and nothing is lost. Go on with:\n  tutti runs resume \(handle.id)\n"
            #expect(progress.text.hasSuffix(wayOut))
            await tutti.close()
        }
    }

    @Test func reachedWithChangesItSaysHowToSeeThem() async throws {
        let ran = try await sit(Player(findsInRounds: 1...1, versions: ["six seven eight nine\n"]))
        #expect(ran.code == .reached)
        #expect(ran.output.contains("Next:     diff plan.md /"))
    }

    // MARK: Interrupted before

    @Test("says which resumption would save what", arguments: [true, false])
    func interrupted(isParked: Bool) async throws {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("plan.md", RoundtableSample.poor)
            let run = try await interrupt(isParked: isParked, scratch)
            let note =
                "note: \(run) was interrupted on the same document; `tutti runs resume \(run)` would save 2 steps\n"
            #expect(await scratch.tutti("roundtable", path).progress.contains(note))
            let other = await scratch.tutti("roundtable", path, "--max-iterations", "2")
            #expect(!other.progress.contains("was interrupted"), "other work")
            let resumed = await scratch.tutti("runs", "resume", run.text)
            #expect(resumed.code == .notReached, "\(resumed.progress)")
            #expect(!(await scratch.tutti("roundtable", path).progress.contains("was interrupted")))
        }
    }

    /// Leaves a run of which two reviews of the first round are recorded.
    private func interrupt(isParked: Bool, _ scratch: RoundtableScratch) async throws -> RunID {
        let store = try await SQLiteJournalStore.open(HomeFolder(path: scratch.home))
        let roundtable = Roundtable(critics: RulebookCritic.all().map(Stuck.init))
        let engine = try await Engine.open(store: store, workflows: [roundtable])
        let work = Task { await engine.run() }
        let handle = try await engine.start(roundtable, RoundtableInput(document: RoundtableSample.poor))
        for try await event in handle.events {
            guard event.type == "critic.completed" else { continue }
            if try await store.steps(of: handle.id).count(where: { $0.kind == .step && $0.ended != nil }) == 2 { break }
        }
        if !isParked { store.abandonExecutor(engine.executor) }
        engine.shutDown()
        await work.value
        await store.close()
        return handle.id
    }
}

/// Somebody who reads slowly, so that the run is at its end long before the display is.
private final class SlowSink: TextSink {
    private let state = Mutex("")
    var terminalSize: TerminalSize? { nil }
    var text: String { state.withLock { $0 } }

    func write(_ text: String) {
        let end = ContinuousClock.now + .milliseconds(20)
        while ContinuousClock.now < end { sched_yield() }
        state.withLock { $0 += text }
    }
}
