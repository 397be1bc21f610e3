import FoundationEssentials
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

@testable import TuttiTerminal

@Suite("tutti audit")
struct AuditCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    /// A log with a few entries of this desk, by its own time.
    private func keep(_ count: Int, name: String = "somebody", at time: Timestamp = Timestamp(milliseconds: 1_000))
        async throws
    {
        try FileManager.default.createDirectory(atPath: desk.home, withIntermediateDirectories: true)
        let store = SQLiteAccessStore(home: desk.home)
        _ = try await store.append(
            (1...count).map { n in
                AuditDraft(
                    time: time + .seconds(n), tenant: "default", actor: .nobody(name, address: "192.0.2.7"),
                    action: .loginFailed, outcome: .refused)
            })
        await store.close()
    }

    /// Changes the exported file, or what is given in its place.
    private func replace(_ old: String, _ new: String, in path: String) throws -> String {
        try desk.write(try desk.read(path).replacing(old, with: new), to: "changed.jsonl")
    }

    // MARK: Showing

    @Test func showsTheNewestFirstAndNothingThatATerminalObeys() async throws {
        try await keep(3, name: "ada\u{1B}[2J\u{202E}\nroot")
        let table = await desk.run("audit", "ls", "--limit", "2")
        let rows = table.output.split(separator: "\n")
        #expect(table.code == .reached && rows.count == 3)
        #expect(rows[1].contains("3  1970-01-01T00:00:04.000Z  ada") && rows[1].contains("login.failed"))
        #expect(!table.output.contains("\u{1B}") && !table.output.contains("\u{202E}"))
        let entries = try await desk.json("audit", "ls").listed
        #expect(entries.map { $0["n"]?.intValue } == [3, 2, 1])
        #expect(entries.first?["action"] == "login.failed" && entries.first?["address"] == "192.0.2.7")
    }

    @Test func filtersByActionAndActor() async throws {
        await desk.add("ada")
        try await keep(2)
        #expect(try await desk.json("audit", "ls", "--action", "login").listed.count == 2)
        #expect(try await desk.json("audit", "ls", "--action", "user.registered").listed.count == 1)
        #expect(try await desk.json("audit", "ls", "--actor", "ada") == [])
        let slip = await desk.run("audit", "ls", "--action", "logn")
        #expect(slip.code == .usage && slip.progress.contains("did you mean 'login'?"))
        let nobody = await desk.run("audit", "ls", "--actor", "zoe")
        #expect(nobody.code == .failed && nobody.progress.contains("no account 'zoe'"))
        #expect(await desk.run("audit", "ls", "--limit", "1001").code == .usage)
    }

    @Test func withoutALogNothingIsMade() async throws {
        #expect(await desk.run("audit", "ls").output == "The audit log has no such entry.\n")
        let nothing = await desk.run("audit", "verify")
        #expect(nothing.code == .failed && nothing.progress.contains("there is no audit log in \(desk.home)"))
        let export = await desk.run("audit", "export", desk.folder + "/a.jsonl")
        #expect(export.code == .failed && !FileManager.default.fileExists(atPath: desk.folder + "/a.jsonl"))
        let head = "3:" + String(repeating: "a", count: 64)
        let cut = await desk.run("audit", "verify", "--head", head)
        #expect(cut.code == .failed && cut.output.contains("its end was cut off"))
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    @Test func showsWhatWasChangedAndThatAKeyHasDoneIt() async throws {
        await desk.add("ada")
        _ = await desk.run("users", "change", "ada", "--name", "Ada")
        await desk.add("bob")
        _ = await desk.run("users", "change", "bob", "--role", "admin")
        let table = await desk.run("audit", "ls").output
        #expect(table.contains("DETAIL") && table.contains("roles=admin roles_before=user"), "\(table)")
    }

    // MARK: Verifying

    /// Whoever has an account has made it, and that was told.
    @Test func aLogWithoutEntriesBesideAccountsIsBroken() async throws {
        await desk.add("ada")
        let connection = try SQLConnection(path: desk.home + "/access.db", access: .readWrite)
        let triggers = try connection.query("select name from sqlite_schema where type = 'trigger'") {
            row throws(StoreError) in row.text(0)
        }
        for trigger in triggers { try connection.execute("drop trigger \(trigger)") }
        try connection.execute("delete from audit")
        let answer = await desk.run("audit", "verify")
        #expect(answer.code == .failed && answer.output.contains("all of it was removed"), "\(answer)")
    }

    @Test func verifiesTheLogAgainstAHead() async throws {
        try await keep(3)
        let json = try await desk.json("audit", "verify")
        #expect(json["whole"] == true && json["entries"] == 3 && json["first"] == 1 && json["problem"] == .null)
        let head = try #require(json["head"]?.stringValue)
        try await keep(1)
        #expect(await desk.run("audit", "verify", "--head", head).output.hasPrefix("Whole: 4 entries, up to 4:"))
        let other = "3:" + String(repeating: "a", count: 64)
        let broken = await desk.run("audit", "verify", "--head", other)
        #expect(broken.code == .failed && broken.output.contains("Broken: entry 3 has another hash"))
        let typed = await desk.run("audit", "verify", "--head", "3")
        #expect(typed.code == .usage && typed.progress.contains("--head: '3' is no head"))
    }

    @Test func verifiesFiles() async throws {
        try await keep(3)
        let path = desk.folder + "/audit.jsonl"
        let export = await desk.run("audit", "export", path)
        #expect(export.code == .reached && export.output.hasPrefix("Wrote \(path). Whole: 3 entries, up to 3:"))
        #expect(await desk.run("audit", "verify", "--file", path).code == .reached)
        let changed = try replace("192.0.2.7", "192.0.2.8", in: path)
        let answer = await desk.run("audit", "verify", "--file", changed, "--json")
        let json = try await desk.json(answer)
        #expect(answer.code == .failed && json["whole"] == false)
        #expect(json["problem"]?["n"] == 1 && json["problem"]?["way"] == "changed")
        let none = await desk.run("audit", "verify", "--file", try desk.write("hello\n", to: "x.jsonl"))
        #expect(none.code == .usage && none.progress.contains("no header of an exported audit log"))
        #expect(await desk.run("audit", "verify", "--file", desk.folder + "/no").code == .usage)
    }

    // MARK: Exporting and pruning

    @Test func exportsAPartAndOverwritesNothing() async throws {
        try await keep(5)
        let path = desk.folder + "/part.jsonl"
        let part = await desk.run("audit", "export", path, "--from", "2", "--through", "4", "--json")
        let json = try await desk.json(part)
        #expect(json["entries"] == 3 && json["first"] == 2 && json["file"] == .string(path))
        #expect(try desk.read(path).split(separator: "\n").count == 4)
        let again = await desk.run("audit", "export", path)
        #expect(again.code == .usage && again.progress.contains("is there already"))
        let range = await desk.run("audit", "export", desk.folder + "/b.jsonl", "--from", "90")
        #expect(range.code == .usage && range.progress.contains("not what is asked for"))
        let entry = try #require(try await desk.audit().last)
        #expect(entry.draft.action == .auditExported && entry.draft.details == ["first": "2", "last": "4"])
        #expect(entry.draft.actor.credential == .machine)
    }

    @Test func removesWhatStandsInAFile() async throws {
        try await keep(5)
        let path = desk.folder + "/audit.jsonl"
        _ = await desk.run("audit", "export", path)
        let changed = try replace("192.0.2.7", "192.0.2.8", in: path)
        let refused = await desk.run("audit", "prune", "--before", "1d", "--exported", changed)
        #expect(refused.code == .failed && refused.progress.contains("--exported: "))
        #expect(try await desk.audit().count == 6)
        let json = try await desk.json("audit", "prune", "--before", "1d", "--exported", path)
        #expect(json["removed"] == 5 && json["first"] == 6)
        #expect(try await desk.deeds() == ["audit.exported done", "audit.pruned begun", "audit.pruned done"])
        let whole = await desk.run("audit", "verify")
        #expect(whole.code == .reached && whole.output.hasPrefix("Whole: 3 entries"))
        #expect(await desk.run("audit", "prune", "--before", "1d").code == .usage)
    }

    @Test func whatIsYoungStays() async throws {
        await desk.add("ada")
        let path = desk.folder + "/audit.jsonl"
        _ = await desk.run("audit", "export", path)
        let answer = await desk.run("audit", "prune", "--before", "1d", "--exported", path)
        #expect(answer.code == .reached && answer.output == "Removed 0 entries. The log begins with entry 1.\n")
        #expect(try await desk.deeds() == ["user.registered done", "audit.exported done"])
    }

    @Test func aFileOfAnotherLogRemovesNothing() async throws {
        let other = try Desk()
        try await keep(2)
        let path = desk.folder + "/audit.jsonl"
        _ = await desk.run("audit", "export", path)
        await other.add("ada")
        await other.add("bob")
        let answer = await other.run("audit", "prune", "--before", "1ms", "--exported", path)
        #expect(answer.code == .failed && answer.progress.contains("is it a file of another log?"))
        #expect(try await other.audit().count == 2)
    }
}
