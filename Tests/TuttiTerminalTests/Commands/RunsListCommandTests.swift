import FoundationEssentials
import Glibc
import Testing
import TuttiCore
import TuttiStoreSQLite

@testable import TuttiTerminal

@Suite("tutti runs ls")
struct RunsListCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func aStateThatDoesNotExistIsAUsageError() async {
        let answer = await desk.run("runs", "ls", "--state", "sleeping")
        #expect(answer.code == .usage)
        #expect(answer.progress.contains("it takes queued, running, waiting, blocked, completed, failed or cancelled"))
    }

    @Test func aHomeThatIsAFileIsRefused() async throws {
        _ = try desk.write("", to: "home")
        let answer = await desk.run("runs", "ls")
        #expect(answer.code == .failed && answer.output == "")
        #expect(
            answer.progress
                == "tutti: the home \(desk.home) is no folder; choose another with --home or TUTTI_HOME\n")
    }

    @Test func aDamagedDatabaseIsLeftAlone() async throws {
        _ = try await Oven.bake(180, in: desk)
        let damaged = String(repeating: "no database, ", count: 400)
        _ = try desk.write(damaged, to: "home/tutti.db")
        let answer = await desk.run("runs", "ls")
        #expect(answer.code == .failed && answer.output == "")
        #expect(answer.progress.hasPrefix("tutti: corrupt: ") && answer.progress.contains(".recover"))
        #expect(try desk.read(desk.homeFolder.databasePath) == damaged)
    }

    @Test func aNewerDatabaseNamesTheWayBack() async throws {
        _ = try await Oven.bake(180, in: desk)
        _ = try await DatabaseInspector(desk.homeFolder, migrations: .future).upgrade()
        let answer = await desk.run("runs", "ls")
        #expect(answer.code == .failed)
        #expect(answer.progress.contains("written by a newer release"))
        #expect(answer.progress.contains("tutti db downgrade --to \(DatabaseInspector.programVersion)"))
    }

    @Test func withoutADatabaseThereAreNoRuns() async {
        #expect(
            await desk.run("runs", "ls")
                == .init(code: .reached, output: "There are no runs yet in \(desk.home).\n", progress: ""))
        #expect(await desk.run("runs", "ls", "--json") == .init(code: .reached, output: "[]\n", progress: ""))
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    /// Root may write everywhere, so only others can find out.
    @Test(.enabled(if: geteuid() != 0)) func aHomeThatMayOnlyBeReadCanBeRead() async throws {
        let run = try await Oven.bake(180, in: desk)
        unsafe chmod(desk.home, 0o500)
        defer { unsafe chmod(desk.home, 0o700) }
        let answer = await desk.run("runs", "ls")
        #expect(answer.code == .reached && answer.output.contains(run.text.prefix(16)))
    }

    @Test func listsTheNewestFirstWithTitles() async throws {
        let baked = try await Oven.bake(180, in: desk)
        let left = try await StuckRun.leave(in: desk)
        let answer = await desk.run("runs", "ls")
        #expect(answer.code == .reached)
        let rows = answer.output.split(separator: "\n").dropFirst()
        #expect(rows.count == 2)
        #expect(rows.first?.contains("◇ waiting (interrupted)  roundtable  Tea dispatcher PRD") == true)
        #expect(rows.last?.contains("● done                   oven") == true)
        #expect(
            answer.progress == "1 of these was interrupted; go on with: tutti runs resume \(left.text.prefix(16))\n")
        let filtered = await desk.run("runs", "ls", "--state", "completed", "--state", "failed", "--json")
        let listed = try CanonicalJSON.decode([[String: JSONValue]].self, from: Data(filtered.output.utf8))
        #expect(listed.map { $0["id"] } == [.string(baked.text)])
    }

    @Test func aLimitSaysHowManyMoreThereAre() async throws {
        for degrees in [100, 150, 400] { _ = try await Oven.bake(degrees, in: desk) }
        #expect(await desk.run("runs", "ls", "--limit", "1").output.hasSuffix("… and 2 more; --limit 3 lists all\n"))
        let completed = await desk.run("runs", "ls", "--limit", "1", "--state", "completed")
        #expect(completed.output.hasSuffix("… and 1 more; --limit 2 lists all\n"))
        _ = try await StuckRun.leave(in: desk)
        _ = try await StuckRun.leave(in: desk)
        let waiting = await desk.run("runs", "ls", "--limit", "1", "--state", "waiting")
        #expect(waiting.output.hasSuffix("… and 1 more; --limit 2 lists all\n"))
    }
}

extension [Migration] {
    /// The history of a release to come.
    static var future: [Migration] {
        Migration.journal + [
            Migration(name: "tea", up: "create table tea(id text primary key) strict", down: "drop table tea")
        ]
    }
}
