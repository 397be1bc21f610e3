import FoundationEssentials
import Testing
import Tutti
import TuttiCore

@testable import TuttiTerminal

@Suite("tutti db prune")
struct DatabasePruneCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private func review() async throws -> String {
        let document = try desk.write(Sample.document, to: "tea.md")
        _ = await desk.run("roundtable", document)
        return try await runs().first ?? ""
    }

    /// The newest first.
    private func runs() async throws -> [String] {
        let json = try CanonicalJSON.decode(
            JSONValue.self, from: Data(await desk.run("runs", "ls", "--json").output.utf8))
        guard case .array(let runs) = json else { return [] }
        return runs.compactMap { $0["id"]?.stringValue }
    }

    private func prune(_ typed: String...) async throws -> JSONValue {
        var answer: Desk.Answer
        switch typed.count {
        case 2: answer = await desk.run("db", "prune", typed[0], typed[1], "--json")
        default: answer = await desk.run("db", "prune", typed[0], typed[1], typed[2], "--json")
        }
        #expect(answer.progress == "")
        return try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
    }

    @Test func saysFirstWhatMayGo() async throws {
        _ = try await Oven.bake(180, in: desk)
        let nothing = await desk.run("db", "prune", "--yes")
        #expect(nothing.code == .usage && nothing.progress.contains("say what may go: --older-than 90d"))
        let bad = await desk.run("db", "prune", "--older-than", "soon")
        #expect(bad.code == .usage && bad.progress.contains("--older-than"))
        let unasked = await desk.run("db", "prune", "--keep", "0")
        #expect(unasked.code == .usage && unasked.output == "" && unasked.progress.contains("add --yes"))
        #expect(try await runs().count == 1)
    }

    @Test func withoutADatabaseNothingIsMade() async throws {
        let answer = await desk.run("db", "prune", "--keep", "0", "--yes")
        #expect(answer.code == .reached && answer.output.hasPrefix("There is no database yet"))
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    @Test func aDryRunChangesNothing() async throws {
        let run = try await review()
        let answer = await desk.run("db", "prune", "--keep", "0", "--dry-run")
        #expect(answer.code == .reached && answer.output.hasPrefix("To remove: 1 run, "))
        let json = try await prune("--keep", "0", "--dry-run")
        #expect(json["removed"] == false && json["runs"] == 1 && (json["bytes"]?.intValue ?? 0) > 1000)
        #expect(json["size_after"] == .null)
        #expect(try await runs() == [run])
        #expect(FileManager.default.fileExists(atPath: "\(desk.home)/runs/\(run)/document.md"))
    }

    @Test func removesRunsWithTheirFilesAndNothingElse() async throws {
        let run = try await review()
        let stuck = try await StuckRun.leave(in: desk)
        let baked = try await Oven.bake(180, in: desk)
        for name in ["runs/run_foreign", "runs/notes"] {
            try FileManager.default.createDirectory(
                atPath: desk.home + "/" + name, withIntermediateDirectories: true)
        }
        let young = try await prune("--older-than", "1h", "--yes")
        #expect(young["runs"] == 0)
        let json = try await prune("--keep", "0", "--yes")
        #expect(json["removed"] == true && json["runs"] == 2 && json["left_behind"] == [])
        #expect(json["shrinking_postponed"] == false)
        #expect(json["size_after"]?.intValue ?? .max < json["size_before"]?.intValue ?? 0)
        #expect(try await runs() == [stuck.text])
        #expect(await desk.run("runs", "show", baked.text).code == .failed)
        let left = try FileManager.default.contentsOfDirectory(atPath: desk.home + "/runs").sorted()
        #expect(left == ["notes", "run_foreign"] && !left.contains(run))
        let again = await desk.run("db", "prune", "--keep", "0", "--yes")
        #expect(again.output.hasPrefix("There is nothing to remove.\n"))
    }

    @Test func aLinkIsRemovedAndNotWhatItLeadsTo() async throws {
        let run = try await Oven.bake(180, in: desk)
        let precious = try desk.write("precious", to: "precious.txt")
        try FileManager.default.createDirectory(atPath: desk.home + "/runs", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(desk.home)/runs/\(run)", withDestinationPath: desk.folder)
        #expect(try await prune("--keep", "0", "--yes")["runs"] == 1)
        #expect(try desk.read(precious) == "precious")
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.home + "/runs") == [])
    }

    @Test func theConfigurationSaysWhatMayGo() async throws {
        for _ in 1...3 { _ = try await Oven.bake(180, in: desk) }
        _ = try desk.write("retention:\n  keep: 2\n", to: "home/tutti.yaml")
        let newest = try await runs().prefix(2)
        #expect(await desk.run("db", "prune", "--yes").output.hasPrefix("Removed:   1 run, "))
        #expect(try await runs() == Array(newest))
        let more = await desk.run("db", "prune", "--yes", setting: ["TUTTI_RETENTION_KEEP": "1"])
        #expect(more.output.hasPrefix("Removed:   1 run, "))
        #expect(await desk.run("db", "prune", "--yes", "--workflow", "kettle", "--keep", "0").output.hasPrefix("There"))
        #expect(try await runs() == [newest[0]])
    }

    @Test func theLogSaysWithWhichEventItBegins() async throws {
        let run = try await Oven.bake(180, in: desk)
        #expect(try await prune("--events-older-than", "0s", "--yes")["events"] == 2)
        let log = await desk.run("runs", "logs", run.text)
        #expect(log.progress == "note: the log begins at 3; what came before has been pruned\n")
        #expect(log.output.contains("run.completed") && !log.output.contains("run.started"))
    }

    @Test func whileOthersWorkTheFileKeepsItsSize() async throws {
        _ = try await Oven.bake(180, in: desk)
        let run = try await StuckRun.begin(in: desk)
        let answer = await desk.run("db", "prune", "--keep", "0", "--yes")
        #expect(answer.code == .reached && answer.output.hasPrefix("Removed:   1 run, "))
        #expect(try await runs() == [run.handle.id.text])
        await run.tutti.close()
    }
}
