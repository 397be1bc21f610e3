import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiEngine

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("tutti runs approve, reject")
struct RunsAnswerCommandsTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private static let draft: JSONValue = ["title": "Tea", "price": 12]
    private static let hash = (try? Digest.sha256Hex(CanonicalJSON.encode(draft))) ?? ""

    private func resume(_ run: RunID) async -> Desk.Answer {
        await desk.run("runs", "resume", run.text, "--no-wait", knowing: [Publishing()])
    }

    // MARK: Refused

    @Test(arguments: ["approve", "reject"]) func aRunThatAsksForNothingSaysSo(verb: String) async throws {
        let run = try await StuckRun.leave(in: desk)
        let answer = await desk.run("runs", verb, run.text)
        #expect(answer.code == .failed && answer.output == "")
        #expect(
            answer.progress == "tutti: \(run) asks for nothing, it is waiting; see 'tutti runs show \(run)'\n")
    }

    @Test(arguments: ["approve", "reject"]) func anUnknownApprovalIsSaid(verb: String) async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", verb, run.text, "print")
        #expect(answer.code == .failed && answer.output == "")
        #expect(answer.progress.contains("\(run) has asked for no approval 'print'"))
    }

    @Test func anEndedRunIsSaid() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        #expect(await desk.run("runs", "cancel", run.text).code == .reached)
        let answer = await desk.run("runs", "approve", run.text, "publish")
        #expect(answer.code == .failed && answer.progress == "tutti: the run \(run) has ended: it is cancelled\n")
    }

    @Test func whoWasFasterIsSaid() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        #expect(await desk.run("runs", "approve", run.text, "--by", "ada").code == .reached)
        let second = await desk.run("runs", "reject", run.text, "publish", "--by", "bob")
        #expect(second.code == .failed)
        #expect(second.progress.contains("the approval 'publish' is approved by ada since "))
        #expect(await resume(run).code == .reached)
        #expect(try await desk.end(of: run).output == Self.draft)
    }

    @Test(arguments: ["1234567", "xyzxyzxyz", String(repeating: "a", count: 65)])
    func whatIsNoHashIsAUsageError(typed: String) async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", "approve", run.text, "--shown", typed)
        #expect(answer.code == .usage && answer.progress.contains("is no hash; give 8 to 64 of its digits"))
    }

    @Test func anotherHashAnswersNothing() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", "approve", run.text, "--shown", "00000000")
        #expect(answer.code == .failed && answer.output == "")
        #expect(answer.progress.contains("has the hash \(Self.hash.prefix(12)), not 00000000; look at it again"))
        #expect(await resume(run).code == .waiting, "it still waits")
    }

    @Test func severalOfOneNameAreListed() async throws {
        let run = try await Voting.leave(in: desk)
        let unnamed = await desk.run("runs", "approve", run.text)
        #expect(unnamed.code == .failed && unnamed.progress.contains("asks for several answers; name one:"))
        let named = await desk.run("runs", "approve", run.text, "vote")
        #expect(named.code == .failed && named.progress.contains("\n  voters#1/1/vote#1@0\n"))
        #expect(await desk.run("runs", "approve", run.text, "voters#1/1/vote#1@0").code == .reached)
        #expect(await desk.run("runs", "approve", run.text).code == .reached, "one is left")
        #expect(await desk.run("runs", "resume", run.text, knowing: [Voting()]).code == .reached)
        #expect(try await desk.end(of: run).output == [10, 20])
    }

    // MARK: Taken

    @Test func withoutATerminalTheAnswerIsForWhatIsOpen() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", "approve", run.text, "--by", "ada", "--reason", "fine")
        #expect(answer.code == .reached)
        #expect(answer.output == "● approved  publish  by ada  \(run)\n")
        #expect(answer.progress.hasPrefix("◆ publish  asked "))
        #expect(answer.progress.contains("hash \(Self.hash.prefix(12))\n  {\n    \"price\" : 12,\n"))
        #expect(answer.progress.hasSuffix("Nobody works on it. Go on with:\n  tutti runs resume \(run)\n"))
        #expect(await resume(run).code == .reached)
        let shown = await desk.run("runs", "show", run.text)
        #expect(shown.output.contains("approved by ada: fine"))
    }

    @Test func theBeginningOfTheHashIsEnough() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run(
            "runs", "approve", run.text, "publish", "--shown", String(Self.hash.prefix(8)).uppercased())
        #expect(answer.code == .reached)
    }

    @Test func theLoginNameStandsForNobody() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", "approve", run.text, "--json")
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(
            json == [
                "run": .string(run.text), "name": "publish", "id": "publish#1@0", "hash": .string(Self.hash),
                "verdict": "approved", "by": .string(ProcessInfo.processInfo.userName), "reason": .null,
                "edited": false,
            ])
    }

    @Test func aRefusalReachesTheWorkflow() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run(
            "runs", "reject", run.text, "--by", "bob", "--reason", "early", "--resume", knowing: [Publishing()])
        #expect(answer.code == .failed)
        #expect(answer.progress.contains("'publish' is rejected by bob\n"))
        #expect(answer.progress.contains("failed at publish#1: bob rejected 'publish': early"))
        let shown = await desk.run("runs", "show", run.text)
        #expect(shown.output.contains("✕ publish#1") && shown.output.hasSuffix("Next:     tutti runs retry \(run)\n"))
    }

    @Test func itGoesOnAtOnceWhenAsked() async throws {
        let run = try await Publishing.leave(showing: "a draft", in: desk)
        let answer = await desk.run("runs", "approve", run.text, "--resume", knowing: [Publishing()])
        #expect(answer.code == .reached && answer.output == "● done  \(run)  result: \"a draft\"\n")
    }

    @Test func aRunAtWorkHearsOfIt() async throws {
        let tutti = try await Tutti.open(home: desk.home, workflows: [Publishing()])
        let handle = try await tutti.start(Publishing(), "a draft")
        while try await ApprovalQuestion.open(of: handle.id, in: tutti.engine.store).isEmpty { await Task.yield() }
        let answer = await desk.run("runs", "approve", handle.id.text)
        #expect(answer.code == .reached && !answer.progress.contains("Nobody works on it"))
        #expect(try await handle.output == "a draft")
        await tutti.close()
    }

    @Test func aChildGoesOnWithItsParent() async throws {
        let (parent, child) = try await Delegating.leave(in: desk)
        let answer = await desk.run("runs", "approve", child.text)
        #expect(answer.code == .reached && answer.progress.hasSuffix("  tutti runs resume \(parent)\n"))
        let resumed = await desk.run("runs", "resume", parent.text, knowing: [Publishing(), Delegating()])
        #expect(resumed.code == .reached && resumed.output.hasSuffix("result: \"a draft\"\n"))
    }

    // MARK: On a terminal

    @Test(arguments: ["y\n", "YES\n", " y \n"]) func aPersonIsAskedAndAgrees(said: String) async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", "approve", run.text, saying: said)
        #expect(answer.code == .reached && answer.progress.contains("Approve? [y/N] "))
    }

    @Test(arguments: ["n\n", "\n", "", "yeah\n"]) func everythingElseIsANo(said: String) async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", "reject", run.text, saying: said)
        #expect(answer.code == .failed && answer.output == "")
        #expect(answer.progress.hasSuffix("tutti: nothing was answered\n"))
        #expect(await resume(run).code == .waiting)
    }

    @Test func whoQuotesIsNotAsked() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", "approve", run.text, "--shown", String(Self.hash.prefix(12)), saying: "")
        #expect(answer.code == .reached && !answer.progress.contains("[y/N]"))
    }

    @Test func aLongQuestionIsCutOnATerminalOnly() async throws {
        let lines = (1...40).map { "line \($0)" }.joined(separator: "\n")
        let run = try await Publishing.leave(showing: .string(lines), in: desk)
        let asked = await desk.run("runs", "approve", run.text, saying: "n\n")
        #expect(asked.progress.contains("  line 30\n"))
        #expect(asked.progress.contains("  … 10 more lines: tutti runs show \(run) --approval publish\n"))
        let shown = await desk.run("runs", "show", run.text, "--approval", "publish")
        #expect(shown.output == lines + "\n")
        #expect(await desk.run("runs", "approve", run.text).progress.contains("  line 40\n"))
    }

    // MARK: Edited

    @Test func aTextIsReplacedByAFile() async throws {
        let run = try await Publishing.leave(showing: "a draft", in: desk)
        let file = try desk.write("a better draft\n", to: "better.md")
        let answer = await desk.run("runs", "approve", run.text, "--edit", file, "--by", "ada")
        #expect(answer.output == "● approved with changes  publish  by ada  \(run)\n")
        #expect(await resume(run).code == .reached)
        #expect(try await desk.end(of: run).output == "a better draft\n")
    }

    @Test func anObjectIsReplacedByJSON() async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        #expect(
            await desk.run("runs", "approve", run.text, "--edit", "-", piping: #"{"title":"Milk"}"#).code == .reached)
        #expect(await resume(run).code == .reached)
        #expect(try await desk.end(of: run).output == ["title": "Milk"])
    }

    @Test(arguments: [
        ("{", "is no JSON"), ("[1]", "holds a list, and 'publish' shows an object"), ("", "is empty"),
    ])
    func anEditThatDoesNotFitIsAUsageError(text: String, reason: String) async throws {
        let run = try await Publishing.leave(showing: Self.draft, in: desk)
        let answer = await desk.run("runs", "approve", run.text, "--edit", "-", piping: text)
        #expect(answer.code == .usage && answer.output == "" && answer.progress.contains(reason))
        #expect(await resume(run).code == .waiting)
    }
}
