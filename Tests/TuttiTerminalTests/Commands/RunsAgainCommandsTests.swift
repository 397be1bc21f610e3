import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiEngine
import TuttiTeams

@testable import TuttiTerminal

@Suite("tutti runs retry, resolve")
struct RunsRetryCommandTests {
    let desk: Desk
    let log = Assembling.Log()

    init() throws { desk = try Desk() }

    @Test func onlyAFailedRunIsRetried() async throws {
        let run = try await Assembling(log: log).finish(in: desk)
        let answer = await desk.run("runs", "retry", run.text, knowing: [Assembling(log: log)])
        #expect(answer.code == .failed && answer.output == "")
        #expect(answer.progress == "tutti: only a failed run is retried; \(run) is completed\n")
    }

    @Test func aRunOfAnotherProgramIsLeftToIt() async throws {
        log.isBroken = true
        let run = try await Assembling(log: log).finish(in: desk)
        let answer = await desk.run("runs", "retry", run.text)
        #expect(answer.code == .failed && answer.progress.contains("this program has no workflow 'assembling'"))
        #expect(await desk.run("runs", "show", run.text).output.hasPrefix("✕ failed"))
    }

    @Test func whatFailedIsCarriedOutAgain() async throws {
        log.isBroken = true
        let run = try await Assembling(log: log).finish(in: desk)
        let failed = await desk.run("runs", "show", run.text)
        #expect(failed.output.hasSuffix("Next:     tutti runs retry \(run)\n"))
        let again = await desk.run("runs", "retry", run.text, knowing: [Assembling(log: log)])
        #expect(again.code == .failed && again.progress.contains("the glue is dry"))
        log.isBroken = false
        let answer = await desk.run("runs", "retry", run.text, knowing: [Assembling(log: log)])
        #expect(answer.code == .reached && answer.output == "● done  \(run)  result: 25\n")
        #expect(answer.progress == "\(run): glue#1 is carried out again, 1 recorded step is not done again\n")
        #expect(log.steps == ["cut", "glue", "glue", "glue", "paint"])
        #expect(await desk.run("runs", "show", run.text).output.contains("Retried:  2 times\n"))
    }

    @Test func aStepOfUnknownOutcomeIsResolvedFirst() async throws {
        let mailing = Mailing(sent: log)
        let run = try await mailing.leave(in: desk)
        let answer = await desk.run("runs", "retry", run.text, knowing: [mailing])
        #expect(answer.code == .failed && answer.progress.contains("say so with `tutti runs resolve \(run)`"))
        let shown = await desk.run("runs", "show", run.text)
        let verbs = "Next:     tutti runs resolve \(run) --done\n          tutti runs resolve \(run) --again\n"
        #expect(shown.output.hasSuffix(verbs))
    }

    @Test(arguments: [[], ["--done", "--again"], ["5", "--again"], ["no json", "--done"]])
    func whatIsNoResolutionIsAUsageError(typed: [String]) async throws {
        let mailing = Mailing(sent: log)
        let run = try await mailing.leave(in: desk)
        let answer =
            switch typed.count {
            case 0: await desk.run("runs", "resolve", run.text, knowing: [mailing])
            default: await desk.run("runs", "resolve", run.text, typed[0], typed[1], knowing: [mailing])
            }
        #expect(answer.code == .usage && answer.output == "")
        #expect(log.steps == ["mail"])
    }

    @Test func whatHappenedIsNotDoneAgain() async throws {
        let mailing = Mailing(sent: log)
        let run = try await mailing.leave(in: desk)
        let answer = await desk.run("runs", "resolve", run.text, "--done", #"{"id":7}"#, knowing: [mailing])
        #expect(answer.code == .reached && answer.output == "● done  \(run)  result: {\"id\":7}\n")
        #expect(answer.progress == "\(run): 'mail#1' counts as done\n")
        #expect(log.steps == ["mail"])
    }

    @Test func whatDidNotHappenIsCarriedOutWithAWarning() async throws {
        let mailing = Mailing(sent: log)
        let run = try await mailing.leave(in: desk)
        let no = await desk.run("runs", "resolve", run.text, "--again", knowing: [mailing], saying: "n\n")
        #expect(no.code == .failed && log.steps == ["mail"])
        let answer = await desk.run("runs", "resolve", run.text, "--again", knowing: [mailing])
        #expect(answer.code == .reached && answer.progress.hasPrefix("'mail#1' may happen twice: "))
        #expect(log.steps == ["mail", "mail"])
    }

    @Test func aRunWithoutSuchAStepIsSaid() async throws {
        log.isBroken = true
        let run = try await Assembling(log: log).finish(in: desk)
        let answer = await desk.run("runs", "resolve", run.text, "--again", knowing: [Assembling(log: log)])
        #expect(answer.code == .failed)
        #expect(answer.progress == "tutti: \(run) did not fail for a step whose outcome is unknown\n")
    }
}

@Suite("tutti runs fork")
struct RunsForkCommandTests {
    let desk: Desk
    let log = Assembling.Log()

    init() throws { desk = try Desk() }

    private var assembling: Assembling { Assembling(log: log) }

    private static let plan = """
        1 recorded result is taken over.
        2 steps are carried out and paid again, with whatever follows from other results:
          glue#1  0.0 s
          paint#1  0.0 s

        """

    @Test func anUnknownKeyIsSaid() async throws {
        let run = try await assembling.finish(in: desk)
        let answer = await desk.run("runs", "fork", run.text, "--at", "saw#1", "--yes", knowing: [assembling])
        #expect(answer.code == .failed)
        #expect(
            answer.progress
                == "tutti: \(run) has recorded nothing under 'saw#1'; 'tutti runs show \(run)' lists the keys\n")
    }

    @Test func anEditNeedsItsKey() async throws {
        let run = try await assembling.finish(in: desk)
        let answer = await desk.run("runs", "fork", run.text, "--edit", "5", "--yes", knowing: [assembling])
        #expect(answer.code == .usage && answer.progress.contains("name its key with --at"))
    }

    @Test func whereNobodyCanBeAskedItNeedsAYes() async throws {
        let run = try await assembling.finish(in: desk)
        let answer = await desk.run("runs", "fork", run.text, "--at", "glue#1", knowing: [assembling])
        #expect(answer.code == .usage && answer.output == "")
        #expect(answer.progress == Self.plan + "tutti: nobody can be asked here whether this is meant; say --yes\n")
        #expect(log.steps.count == 3)
    }

    @Test func aPersonMayDecline() async throws {
        let run = try await assembling.finish(in: desk)
        let answer = await desk.run("runs", "fork", run.text, "--at", "glue#1", knowing: [assembling], saying: "n\n")
        #expect(answer.code == .failed && answer.progress.hasSuffix("Fork? [y/N] tutti: nothing was forked\n"))
        #expect(await desk.run("runs", "ls", "--json").output.contains(run.text))
        #expect(log.steps.count == 3)
    }

    @Test func theNewRunRepeatsWhatFollows() async throws {
        let run = try await assembling.finish(in: desk)
        let answer = await desk.run("runs", "fork", run.text, "--at", "glue#1", "--yes", knowing: [assembling])
        #expect(answer.code == .reached && answer.output.hasSuffix("result: 25\n"))
        #expect(answer.progress.hasPrefix(Self.plan) && answer.progress.hasSuffix(" is a fork of \(run)\n"))
        #expect(log.steps == ["cut", "glue", "paint", "glue", "paint"])
        let fork = answer.progress.split(separator: "\n").last?.split(separator: " ").first ?? ""
        #expect(await desk.run("runs", "show", String(fork)).output.contains("Fork of:  \(run)\n"))
    }

    @Test("an edited result takes the place of a step", arguments: ["word", "file", "at", "pipe"])
    func edited(place: String) async throws {
        let run = try await assembling.finish(in: desk)
        let file = try desk.write("7\n", to: "seven.json")
        let typed = ["word": "7", "file": file, "at": "@" + file][place] ?? "-"
        let answer = await desk.run(
            "runs", "fork", run.text, "--at", "glue#1", "--edit", typed, "--yes", knowing: [assembling], piping: "7")
        #expect(answer.code == .reached && answer.output.hasSuffix("result: 12\n"))
        #expect(answer.progress.contains("glue#1 has the result that is given.\n1 step is carried out"))
        #expect(log.steps == ["cut", "glue", "paint", "paint"])
    }

    @Test func aCancelledRunGoesOnAsAFork() async throws {
        let run = try await Publishing.leave(showing: "a draft", in: desk)
        #expect(await desk.run("runs", "cancel", run.text).code == .reached)
        #expect(await desk.run("runs", "show", run.text).output.hasSuffix("Next:     tutti runs fork \(run)\n"))
        let answer = await desk.run("runs", "fork", run.text, "--no-wait", knowing: [Publishing()], saying: "y\n")
        #expect(answer.code == .waiting)
        #expect(answer.progress.contains("0 recorded results are taken over.\nNo step that was done is done again.\n"))
    }
}

@Suite("tutti runs continue")
struct RunsContinueCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private func exhausted(_ flags: String...) async throws -> RunID {
        let document = try desk.write(Sample.document, to: "plan.md")
        let answer = await desk.run("roundtable", document, "--max-iterations", "1", "-o", desk.folder + "/refined.md")
        #expect(answer.code == .notReached && answer.output.contains("exhausted after 1 round"))
        let listed = try CanonicalJSON.decode(
            [[String: JSONValue]].self, from: Data(await desk.run("runs", "ls", "--json").output.utf8))
        return RunID(trusted: listed.first?["id"]?.stringValue ?? "")
    }

    @Test func moreRoundsMakeOneReport() async throws {
        let run = try await exhausted()
        let next = await desk.run("runs", "show", run.text)
        #expect(next.output.hasSuffix("Next:     tutti runs continue \(run) --max-iterations 2\n"))
        let answer = await desk.run("runs", "continue", run.text, "--max-iterations", "3", "--json")
        #expect(answer.code == .notReached)
        #expect(answer.progress.contains(" goes on behind 1 round of \(run), to at most 3\n"))
        let report = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        let path = try desk.write(Sample.document, to: "plan.md")
        let whole = await desk.run("roundtable", path, "--max-iterations", "3", "--json")
        let undisturbed = try CanonicalJSON.decode(JSONValue.self, from: Data(whole.output.utf8))
        for member in ["outcome", "reason", "rounds", "versions", "document", "max_iterations"] {
            #expect(report[member] == undisturbed[member], "\(member)")
        }
        #expect(try desk.read(desk.folder + "/refined.md") == report["document"]?.stringValue)
        let steps = await desk.run("runs", "show", run.text)
        #expect(steps.output.hasPrefix("● done"), "the first run stays as it is")
    }

    @Test func aLimitThatLeavesNoRoundIsSaid() async throws {
        let run = try await exhausted()
        let answer = await desk.run("runs", "continue", run.text, "--max-iterations", "1")
        #expect(answer.code == .failed && answer.output == "")
        #expect(
            answer.progress == "tutti: \(run) cannot be continued: it has had 1 round, and the new limit is 1; "
                + "use 2 to 10\n")
    }

    @Test func aGoalThatIsReachedIsSaid() async throws {
        let document = try desk.write(Sample.document, to: "plan.md")
        #expect(await desk.run("roundtable", document, "--fail-on", "critical").code == .reached)
        let answer = await desk.run("runs", "continue", "0", "--max-iterations", "5")
        #expect(answer.code == .failed && answer.progress.contains("it has converged, so there is nothing left to do"))
    }

    @Test func anEndByHandIsTakenBack() async throws {
        let run = try await StuckRun.leave(in: desk)
        #expect(await desk.run("runs", "finish", run.text, "--resume").code == .notReached)
        let answer = await desk.run("runs", "continue", run.text, "--max-iterations", "4")
        #expect(answer.code == .notReached && answer.output.contains("stable after 2 rounds"))
    }

    @Test func otherRunsAreLeftAlone() async throws {
        let oven = try await Oven.bake(180, in: desk)
        let answer = await desk.run("runs", "continue", oven.text, "--max-iterations", "5")
        #expect(answer.code == .failed && answer.progress.contains("is no roundtable but a run of 'oven'"))
        let parked = try await StuckRun.leave(in: desk)
        let waiting = await desk.run("runs", "continue", parked.text, "--max-iterations", "5")
        #expect(waiting.code == .failed && waiting.progress.contains("has no result, it is waiting"))
        #expect(await desk.run("runs", "continue", parked.text).code == .usage)
    }
}
