import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiStoreSQLite

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("tutti db")
struct DatabaseCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test(arguments: ["status", "upgrade", "downgrade"]) func withoutADatabaseNothingIsMade(verb: String) async throws {
        let text = "There is no database yet in \(desk.home); the first run makes it.\n"
        #expect(await desk.run("db", verb) == .init(code: .reached, output: text, progress: ""))
        let json = await desk.run("db", verb, "--json")
        #expect(
            try CanonicalJSON.decode(JSONValue.self, from: Data(json.output.utf8))
                == ["path": .string(desk.homeFolder.databasePath), "state": "none"])
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    @Test func theDatabaseOfAnotherProgramIsLeftAlone() async throws {
        try FileManager.default.createDirectory(atPath: desk.home, withIntermediateDirectories: true)
        _ = try desk.write("a diary", to: "home/tutti.db")
        for verb in ["status", "upgrade", "downgrade"] {
            let answer = await desk.run("db", verb)
            #expect(answer.code == .failed && answer.output == "", "db \(verb)")
        }
        #expect(try desk.read(desk.homeFolder.databasePath) == "a diary")
    }

    @Test func statusCountsRows() async throws {
        _ = try await Oven.bake(180, in: desk)
        let answer = await desk.run("db", "status", "--json")
        guard case .object(var json) = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8)) else {
            Issue.record("\(answer.output) is no object")
            return
        }
        #expect((json.removeValue(forKey: "size_bytes")?.intValue ?? 0) > 4096)
        #expect(json.removeValue(forKey: "wal_bytes")?.intValue != nil)
        let version = JSONValue.number(DatabaseInspector.programVersion)
        #expect(
            json == [
                "path": .string(desk.homeFolder.databasePath), "state": "current", "version": version,
                "program_version": version, "runs": 1, "steps": 1, "events": 3,
            ])
        #expect(await desk.run("db", "status").output.contains("Rows:     1 run, 1 step, 3 events\n"))
    }

    @Test func goingDownBelowTheRunsIsRefused() async throws {
        _ = try await Oven.bake(180, in: desk)
        let answer = await desk.run("db", "downgrade", "--to", "0")
        #expect(answer.code == .failed && answer.output == "")
        #expect(answer.progress.hasPrefix("tutti: schema 0 is an empty database: 1 run would be lost."))
        #expect(answer.progress.contains("tutti runs export ID -o FILE"))
        #expect(await desk.run("runs", "ls", "--json").output.contains("oven"))
    }

    @Test func anEmptyDatabaseGoesDownAndUpAgain() async throws {
        try await Tutti.open(home: desk.home).close()
        let newest = Migration.journal.count
        let names = Migration.journal.map(\.name)
        let down = await desk.run("db", "downgrade", "--to", "0")
        let undone = names.reversed().map { "took back the migration '\($0)'\n" }.joined()
        #expect(
            down
                == .init(
                    code: .reached, output: undone + "The database went from schema \(newest) to 0.\n", progress: ""))
        let up = await desk.run("db", "upgrade", "--json")
        #expect(
            try CanonicalJSON.decode(JSONValue.self, from: Data(up.output.utf8))
                == [
                    "from": 0, "to": .int(Int64(newest)), "migrations": .array(names.map(JSONValue.string)),
                ])
        let again = await desk.run("db", "upgrade").output
        #expect(again == "The database has schema \(newest) already; nothing was done.\n")
    }

    @Test func goingUpwardsIsNoDowngrade() async throws {
        _ = try await Oven.bake(180, in: desk)
        let above = Migration.journal.count + 1
        let answer = await desk.run("db", "downgrade", "--to", "\(above)")
        #expect(
            answer.code == .failed && answer.progress.contains("which is older than \(above); see `tutti db upgrade`"))
    }

    @Test func nothingIsChangedWhileAProcessWorks() async throws {
        let run = try await StuckRun.begin(in: desk)
        for verb in ["upgrade", "downgrade"] {
            let answer = await desk.run("db", verb)
            #expect(answer.code == .failed && answer.output == "")
            #expect(verb == "downgrade" || answer.progress.contains("another process works with \(desk.home)"))
        }
        await run.tutti.close()
    }

    @Test func aNewerDatabaseGoesBackByTheNewerProgramOnly() async throws {
        _ = try await Oven.bake(180, in: desk)
        let known = Migration.journal.count
        let newer = DatabaseInspector(desk.homeFolder, migrations: .future)
        #expect(try await newer.upgrade().names == ["tea"])
        let status = await desk.run("db", "status")
        #expect(status.code == .reached)
        #expect(status.output.contains("Schema:   \(known + 1), this program works with \(known)\n"))
        #expect(status.output.contains("tutti db downgrade --to \(known)"))
        let upgrade = await desk.run("db", "upgrade")
        #expect(upgrade.code == .failed && upgrade.progress.contains("written by a newer release"))
        #expect(try await newer.downgrade(to: nil).to == known)
        #expect(await desk.run("runs", "ls").code == .reached)
    }
}

@Suite("Sizes and counts")
struct ByteTextTests {
    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1536, "1.5 KiB"),
        (1 << 20, "1.0 MiB"), (3 << 30, "3.0 GiB"), (Int.max, "8388607.9 TiB"),
    ])
    func sizesAreShort(bytes: Int, text: String) { #expect(ByteText.text(bytes) == text) }

    @Test(arguments: [(0, "0 runs"), (1, "1 run"), (2, "2 runs")])
    func countsHaveTheirNumber(count: Int, text: String) { #expect(CountText.text(count, "run") == text) }
}
