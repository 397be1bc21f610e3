import FoundationEssentials
import Testing
import TuttiCore
import TuttiTeams

@testable import TuttiTerminal

@Suite("tutti runs export")
struct RunsExportCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    func export(_ run: RunID) async throws -> JSONValue {
        let answer = await desk.run("runs", "export", run.text)
        #expect(answer.code == .reached && answer.progress == "")
        return try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
    }

    @Test func aFolderIsNoFileToWrite() async throws {
        let run = try await Oven.bake(180, in: desk)
        let answer = await desk.run("runs", "export", run.text, "-o", desk.folder)
        #expect(answer.code == .usage && answer.progress.contains("is a folder; name a file in it"))
    }

    @Test func holdsEverythingThatIsStored() async throws {
        let run = try await Oven.bake(180, in: desk)
        let json = try await export(run)
        #expect(json["schema"] == "tutti.run/1")
        #expect(json["input"] == 180 && json["output"] == 90)
        #expect(json["run"]?["id"] == .string(run.text) && json["run"]?["state"] == "completed")
        guard case .array(let steps) = json["steps"], case .array(let events) = json["events"] else {
            Issue.record("steps or events are missing")
            return
        }
        #expect(steps.map { $0["key"] } == ["bake#1"] && steps.map { $0["result"] } == [90])
        #expect(events.map { $0["type"] } == ["run.started", "step.completed", "run.completed"])
    }

    /// The document of this run is larger than what a row holds.
    @Test func largePayloadsAreEmbeddedAsWhatTheyAre() async throws {
        let text = Sample.document + String(repeating: "The leaves are kept in a dry place.\n\n", count: 400)
        let run = try await StuckRun.leave(in: desk, input: RoundtableInput(document: text))
        let json = try await export(run)
        #expect(json["input"]?["document"] == .string(text))
        #expect(json["output"] == .null)
        #expect(json["run"]?["state"] == "waiting" && json["run"]?["reason"] == "interrupted")
    }

    @Test func writesTheSameToAFile() async throws {
        let run = try await Oven.bake(180, in: desk)
        let path = desk.folder + "/run.json"
        #expect(
            await desk.run("runs", "export", run.text, "-o", path)
                == .init(code: .reached, output: "", progress: "written to \(path)\n"))
        let written = try CanonicalJSON.decode(JSONValue.self, from: Data(desk.read(path).utf8))
        #expect(try await export(run) == written)
    }
}
