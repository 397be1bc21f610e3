import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiEngine
import TuttiTeams

@testable import TuttiTerminal

@Suite("tutti runs signal, finish")
struct RunsSignalCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    // MARK: signal

    @Test(arguments: ["{", "yes", "[1,"]) func whatIsNoJSONIsAUsageError(typed: String) async throws {
        let run = try await Listening.leave(in: desk)
        let answer = await desk.run("runs", "signal", run.text, "word", typed)
        #expect(answer.code == .usage && answer.output == "")
        #expect(answer.progress.contains("JSON is no JSON; write a text in quotes"))
    }

    @Test func aFileThatIsNotThereIsAUsageError() async throws {
        let run = try await Listening.leave(in: desk)
        let answer = await desk.run("runs", "signal", run.text, "word", "@\(desk.folder)/nothing.json")
        #expect(answer.code == .usage && answer.progress.contains("check the path"))
    }

    @Test func anEndedRunIsSaid() async throws {
        let run = try await Oven.bake(180, in: desk)
        let answer = await desk.run("runs", "signal", run.text, "word")
        #expect(answer.code == .failed && answer.progress == "tutti: the run \(run) has ended: it is completed\n")
    }

    @Test("brings JSON from wherever it stands", arguments: ["word", "file", "pipe", "nothing"])
    func content(place: String) async throws {
        let run = try await Listening.leave(in: desk)
        let file = try desk.write(#"{"n": 1}"#, to: "value.json")
        let answer =
            switch place {
            case "word": await desk.run("runs", "signal", run.text, "word", #"{"n":1}"#)
            case "file": await desk.run("runs", "signal", run.text, "word", "@" + file)
            case "pipe": await desk.run("runs", "signal", run.text, "word", "-", piping: #"{"n":1}"#)
            default: await desk.run("runs", "signal", run.text, "word")
            }
        #expect(answer.code == .reached && answer.output == "● sent  word  \(run)\n")
        #expect(answer.progress == "Nobody works on it. Go on with:\n  tutti runs resume \(run)\n")
        #expect(await desk.run("runs", "resume", run.text, knowing: [Listening()]).code == .reached)
        #expect(try await desk.end(of: run).output == (place == "nothing" ? .null : ["n": 1]))
    }

    @Test func oneIdIsOneSignal() async throws {
        let run = try await Listening.leave(in: desk)
        for _ in 1...2 {
            #expect(await desk.run("runs", "signal", run.text, "word", "1", "--id", "a").code == .reached)
        }
        let other = await desk.run("runs", "signal", run.text, "word", "2", "--id", "a")
        #expect(other.code == .failed && other.progress.contains("a signal with the id 'a' and other content"))
        let answer = await desk.run("runs", "signal", run.text, "word", "3", "--resume", knowing: [Listening()])
        #expect(answer.code == .reached && answer.output == "● done  \(run)  result: 1\n")
    }

    @Test func jsonNamesWhatWasSent() async throws {
        let run = try await Listening.leave(in: desk)
        let answer = await desk.run("runs", "signal", run.text, "word", "1", "--id", "a", "--json")
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(json == ["run": .string(run.text), "name": "word", "id": "a"])
    }

    // MARK: finish

    @Test func onlyARoundtableHasRounds() async throws {
        let run = try await Listening.leave(in: desk)
        let answer = await desk.run("runs", "finish", run.text)
        #expect(answer.code == .failed && answer.output == "")
        #expect(
            answer.progress == "tutti: \(run) is no roundtable but a run of 'listening', which has no rounds; "
                + "'tutti runs cancel \(run)' ends it\n")
    }

    @Test func aParkedRoundtableEndsWhenItGoesOn() async throws {
        let run = try await StuckRun.leave(in: desk)
        let asked = await desk.run("runs", "finish", run.text, "--by", "ada", "--reason", "good enough")
        #expect(asked.code == .reached && asked.output == "● asked  \(run) ends after its present round\n")
        #expect(asked.progress.hasSuffix("  tutti runs resume \(run)\n"))
        let answer = await desk.run("runs", "resume", run.text)
        #expect(answer.code == .notReached)
        #expect(answer.output.contains("custom after 1 round: ada ended it: good enough"))
        let report = try desk.read("\(desk.home)/runs/\(run)/report.json")
        #expect(report.contains(#""outcome" : "custom""#) && report.contains(#""document_version" : 1"#))
    }

    @Test func aRoundtableAtWorkHearsOfIt() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let (go, opener) = AsyncStream.makeStream(of: Void.self)
        let roundtable = Roundtable(moderator: GatedModerator(begun: continuation, go: go))
        let tutti = try await Tutti.open(home: desk.home, workflows: [roundtable])
        let handle = try await tutti.start(roundtable, Sample.input)
        for await _ in stream { break }
        let asked = await desk.run("runs", "finish", handle.id.text, "--by", "ada")
        #expect(asked.code == .reached && asked.progress == "")
        opener.yield()
        let result = try await handle.output
        await tutti.close()
        #expect(result.outcome == .custom && result.reason == "ada ended it" && result.rounds.count == 1)
    }

    /// Changes the document when it is let.
    private struct GatedModerator: Moderator {
        let id = "gated"
        let begun: AsyncStream<Void>.Continuation
        let go: AsyncStream<Void>

        func refine(_ request: RefineRequest) async throws -> Revision {
            begun.yield()
            for await _ in go { break }
            return Revision(text: request.document + "\nMore of it.\n")
        }
    }
}
