import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiTeams

@testable import TuttiTerminal

@Suite("tutti runs replay")
struct RunsReplayCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    /// A roundtable of this program, and its export.
    private func review() async throws -> (run: String, file: String) {
        let document = try desk.write(Sample.document, to: "tea.md")
        _ = await desk.run("roundtable", document)
        let list = try CanonicalJSON.decode(
            JSONValue.self, from: Data(await desk.run("runs", "ls", "--json").output.utf8))
        guard case .array(let runs) = list, let run = runs.first?["id"]?.stringValue else { return ("", "") }
        let file = desk.folder + "/run.json"
        #expect(await desk.run("runs", "export", run, "-o", file).code == .reached)
        return (run, file)
    }

    @Test func aRunAndItsExportReplay() async throws {
        let (run, file) = try await review()
        for recording in [run, file] {
            let answer = await desk.run("runs", "replay", recording)
            #expect(answer.code == .reached && answer.progress == "")
            #expect(answer.output.hasPrefix("● replays to its end  \(run)  roundtable\nAgree:    "))
        }
        let json = try CanonicalJSON.decode(
            JSONValue.self, from: Data(await desk.run("runs", "replay", file, "--json").output.utf8))
        #expect(json["divergence"] == .null && json["removed"] == [] && json["next"] == [])
        #expect(json["run"] == .string(run) && json["workflow"] == "roundtable" && (json["checked"]?.intValue ?? 0) > 8)
    }

    @Test func theFirstContradictionIsShownWithBothSides() async throws {
        let (run, file) = try await review()
        let spoiled = try desk.read(file).replacingFirst("user-friendly", with: "friendly")
        let path = try desk.write(spoiled, to: "spoiled.json")
        let answer = await desk.run("runs", "replay", path)
        #expect(answer.code == .failed && answer.progress == "")
        #expect(answer.output.hasPrefix("✕ diverges at "))
        #expect(answer.output.contains("  \(run)  roundtable\nJournal:  ") && answer.output.contains("\nCode:     "))
        let json = try CanonicalJSON.decode(
            JSONValue.self, from: Data(await desk.run("runs", "replay", path, "--json").output.utf8))
        #expect(json["divergence"]?["reason"] == "other_input")
        #expect(json["divergence"]?["key"]?.stringValue?.hasPrefix("review#1/") == true)
        #expect(json["divergence"]?["recorded"] != json["divergence"]?["replayed"])
    }

    @Test func aRoundtableOfALibraryHasNothingToDeliver() async throws {
        let tutti = try await Tutti.open(home: desk.home)
        let run = try await tutti.start(Roundtable(), Sample.input)
        _ = try await run.output
        await tutti.close()
        #expect(await desk.run("runs", "replay", run.id.text).code == .reached)
    }

    @Test func anInterruptedRunReplaysAsFarAsItIsRecorded() async throws {
        let run = try await StuckRun.leave(in: desk)
        let answer = await desk.run("runs", "replay", run.text)
        #expect(answer.code == .reached)
        #expect(answer.output.contains("replays as far as it is recorded") && answer.output.contains("refine#1"))
        #expect(await desk.run("runs", "show", run.text).output.contains("interrupted"), "nothing was changed")
    }

    @Test(arguments: [
        ("none.json", "No such file", nil), ("folder.d", "is a folder", nil),
        ("cut.json", "may have been cut off", "{\"schema\": \"tutti.run/1\", \"run\": {"),
        ("newer.json", "use the release that wrote it", "{\"schema\": \"tutti.run/9\"}"),
        ("other.json", "it is no export of a run", "[{}]".replacing("[{}]", with: "{\"a\": 1}")),
    ])
    func whatIsNoExportIsAUsageError(name: String, words: String, text: String?) async throws {
        let path = desk.folder + "/" + name
        if let text { _ = try desk.write(text, to: name) }
        if name == "folder.d" {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let answer = await desk.run("runs", "replay", path)
        #expect(answer.code == .usage && answer.output == "" && answer.progress.contains(words))
    }

    @Test func aWorkflowOfAnotherProgramIsSaid() async throws {
        let run = try await Oven.bake(180, in: desk)
        let answer = await desk.run("runs", "replay", run.text)
        #expect(answer.code == .failed && answer.progress.contains("no workflow 'oven'"))
        #expect(await desk.run("runs", "replay", "01k9").code == .failed)
    }
}

extension String {
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        guard let range = firstRange(of: text) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
