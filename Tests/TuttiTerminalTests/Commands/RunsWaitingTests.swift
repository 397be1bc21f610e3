import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiEngine
import TuttiStore

@testable import TuttiTerminal

/// What the commands show of runs that wait, and how they end then.
@Suite("Runs that wait")
struct RunsWaitingTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private func json(_ text: String) throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    }

    // MARK: Code 4

    @Test func aRunThatIsNotToBeWaitedForIsParkedWithCode4() async throws {
        let run = try await Publishing.leave(showing: "a draft", in: desk)
        let answer = await desk.run("runs", "resume", run.text, "--no-wait", knowing: [Publishing()])
        #expect(answer.code == .waiting && answer.output == "")
        #expect(answer.progress.contains("  a draft\n  tutti runs approve \(run) publish\n"))
        #expect(
            answer.progress.hasSuffix(
                "The run is parked and waits for a person. Answer, and go on with:\n"
                    + "  tutti runs approve \(run) publish --resume\n"))
        #expect(await desk.run("runs", "ls").output.contains("◆ waiting (approval publish)  publishing"))
    }

    @Test func withoutThatItWaitsForTheAnswer() async throws {
        let run = try await Publishing.leave(showing: "a draft", in: desk)
        async let resumed = desk.run("runs", "resume", run.text, knowing: [Publishing()])
        while true {
            let shown = try json(await desk.run("runs", "show", run.text, "--json").output)
            if shown["unattended"] == false { break }
            await Task.yield()
        }
        #expect(await desk.run("runs", "approve", run.text).code == .reached)
        let answer = await resumed
        #expect(answer.code == .reached && answer.output == "● done  \(run)  result: \"a draft\"\n")
    }

    @Test func codesOfSeveralRunsAreWeighed() async throws {
        let asking = try await Publishing.leave(showing: "a draft", in: desk)
        let roundtable = try await StuckRun.leave(in: desk)
        let answer = await desk.run(
            "runs", "resume", "--no-wait", asking.text, roundtable.text, knowing: [Publishing()])
        #expect(answer.code == .waiting)
        #expect(await desk.run("runs", "show", roundtable.text).output.hasPrefix("● done"))
    }

    // MARK: show

    @Test func whatIsAskedIsShownWithItsCommands() async throws {
        let run = try await Publishing.leave(showing: "a draft", in: desk)
        let answer = await desk.run("runs", "show", run.text)
        let hash = Digest.sha256Hex(#""a draft""#).prefix(12)
        #expect(answer.output.hasPrefix("◆ waiting (approval publish)  \(run)  publishing\n"))
        #expect(answer.output.contains("◇ publish#1        waits for an answer to 'publish'\n"))
        #expect(
            answer.output.hasSuffix(
                """
                  a draft
                  tutti runs approve \(run) publish --shown \(hash)
                  tutti runs reject \(run) publish --shown \(hash)

                Next:     tutti runs resume \(run)

                """))
        let shown = try json(await desk.run("runs", "show", run.text, "--json").output)
        #expect(shown["asks"] == ["publish"] && shown["unattended"] == true && shown["reason"] == "approval")
        guard case .array(let approvals) = shown["approvals"], let approval = approvals.first else {
            Issue.record("no approvals in \(shown)")
            return
        }
        #expect(approval["shown"] == "a draft" && approval["name"] == "publish" && approval["expires"] == .null)
        #expect(approval["hash"]?.stringValue?.hasPrefix(hash) == true)
    }

    @Test func anApprovalThatIsNotOpenIsSaid() async throws {
        let run = try await Publishing.leave(showing: "a draft", in: desk)
        let answer = await desk.run("runs", "show", run.text, "--approval", "print")
        #expect(answer.code == .failed && answer.output == "")
        #expect(answer.progress == "tutti: \(run) has no open approval 'print'; open are:\n  publish#1@0\n")
    }

    @Test func whoHasAnsweredIsTold() async throws {
        let run = try await Publishing.leave(showing: "a draft", in: desk)
        _ = await desk.run("runs", "approve", run.text, "--by", "ada", "--resume", knowing: [Publishing()])
        #expect(await desk.run("runs", "show", run.text).output.contains("approved by ada\n"))
        guard case .array(let steps) = try json(await desk.run("runs", "show", run.text, "--json").output)["steps"]
        else { return }
        #expect(steps.first?["answer"]?["by"] == "ada" && steps.first?["answer"]?["verdict"] == "approved")
        #expect(steps.last?["answer"] == .null && steps.last?["child"] == .null)
    }

    @Test func childrenAreNamedWithTheirState() async throws {
        let (parent, child) = try await Delegating.leave(in: desk)
        let answer = await desk.run("runs", "show", parent.text)
        #expect(answer.output.contains("◆ waiting (approval publish)  tutti runs show \(child)\n"))
        #expect(await desk.run("runs", "show", child.text).output.contains("Parent:   \(parent)\n"))
        guard case .array(let steps) = try json(await desk.run("runs", "show", parent.text, "--json").output)["steps"]
        else { return }
        #expect(steps.first?["child"] == ["id": .string(child.text), "state": "waiting", "cost": .null])
    }

    @Test func theSidesOfADivergenceAreShownWithTheVerbs() async throws {
        let run = try await desk.leave(Changing(version: 1), 0) { store, run in
            try await store.steps(of: run).contains { $0.key == "go#1" }
        }
        let blocked = await desk.run("runs", "resume", run.text, knowing: [Changing(version: 2)])
        #expect(blocked.code == .failed)
        #expect(blocked.progress.hasSuffix("`tutti runs show \(run)` says how it can go on.\n"))
        let shown = await desk.run("runs", "show", run.text)
        #expect(shown.output.contains("Recorded: a step with the input \(Digest.sha256Hex("1").prefix(12))\n"))
        #expect(shown.output.contains("Asked:    a step with the input \(Digest.sha256Hex("2").prefix(12))\n"))
        #expect(
            shown.output.hasSuffix(
                "Next:     tutti runs resume \(run) --accept-recorded   keeps it\n"
                    + "          tutti runs fork \(run) --at 'make#1'   does it again\n"))
        #expect(await desk.run("runs", "signal", run.text, "go").code == .reached)
        let accepted = await desk.run(
            "runs", "resume", run.text, "--accept-recorded", knowing: [Changing(version: 2)])
        #expect(accepted.code == .reached && accepted.output.hasSuffix("result: 100\n"))
    }

    /// A workflow whose next release asks for the same step with another input.
    private struct Changing: Workflow {
        static let name = "changing"
        let version: Int

        func run(_ input: Int, _ ctx: Context) async throws -> Int {
            let made = try await ctx.step("make", version) { $0 * 100 }
            try await ctx.signal("go")
            return made
        }
    }

    // MARK: ls

    @Test func childrenAreCountedAndListedOnDemand() async throws {
        let (parent, child) = try await Delegating.leave(in: desk)
        let listed = await desk.run("runs", "ls")
        #expect(listed.output.contains(parent.text.prefix(16)))
        #expect(listed.output.hasSuffix("1 child is not shown; --children lists them\n"))
        let ids = try CanonicalJSON.decode(
            [[String: JSONValue]].self, from: Data(await desk.run("runs", "ls", "--children", "--json").output.utf8)
        ).map { $0["id"] }
        #expect(ids == [.string(child.text), .string(parent.text)])
        let own = await desk.run("runs", "ls", "--children", "--workflow", "publishing")
        #expect(own.output.contains("◆ waiting (approval publish)") && !own.output.contains("delegating"))
    }

    @Test func workflowAndAgeChoose() async throws {
        let baked = try await Oven.bake(180, in: desk)
        _ = try await Publishing.leave(showing: 1, in: desk)
        #expect(await desk.run("runs", "ls", "--workflow", "oven").output.contains(baked.text.prefix(16)))
        #expect(await desk.run("runs", "ls", "--workflow", "oven").output.contains("publishing") == false)
        #expect(await desk.run("runs", "ls", "--older-than", "1h").output == "There are no such runs.\n")
        let young = await desk.run("runs", "ls", "--newer-than", "2d", "--limit", "1")
        #expect(young.output.hasSuffix("… and 1 more; --limit 2 lists all\n"))
        #expect(await desk.run("runs", "ls", "--newer-than", "soon").code == .usage)
    }
}

@Suite("Steps that wait in the tree")
struct WaitingStepTests {
    private static func wait(_ key: String, _ kind: StepKind, until due: Timestamp? = nil) -> StoredStep {
        StoredStep(
            key: key, kind: kind, attempt: 0, fingerprint: nil, result: .waiting(due: due),
            started: Timestamp(milliseconds: 0), ended: nil)
    }

    @Test func sayWhatForAndUntilWhen() {
        let steps = [
            Self.wait("go#1", .signal, until: Timestamp(milliseconds: 60_000)), Self.wait("a#1/ok#2", .approval),
            Self.wait("sleep#1", .sleep, until: Timestamp(milliseconds: 1000)), Self.wait("first#1", .race),
            Self.wait("mail#1", .step), Self.wait("child#1", .child),
        ]
        #expect(
            StepTree(steps).lines.dropFirst().map(\.text) == [
                "◇ go#1           waits for the signal 'go' until 1970-01-01T00:01:00.000Z",
                "  a#1",
                "  ◇ ok#2         waits for an answer to 'ok'",
                "◇ sleep#1        sleeps until 1970-01-01T00:00:01.000Z",
                "◇ first#1        waits for the first of several things",
                "◇ mail#1         begun, its end is not recorded",
                "◇ child#1        waits for its child",
            ])
    }
}
