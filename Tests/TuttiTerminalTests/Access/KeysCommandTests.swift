import FoundationEssentials
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore

@testable import TuttiTerminal

@Suite("tutti keys")
struct KeysCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func whatItIsForHasToBeThereAndHowLongIsBounded() async throws {
        await desk.add("ada")
        let create = ["keys", "create", "ci", "--user", "ada"]
        let nobody = await desk.run(create + ["--project", "prj_nope"], having: ["prj_a"])
        #expect(nobody.code == .failed && nobody.progress.contains("there is no project prj_nope"))
        for typed in ["3651d", "0d", "soon", "-1d"] {
            let answer = await desk.run(create + ["--expires=\(typed)"])
            #expect(answer.code == .usage && answer.progress.contains("3650d at most"), "\(answer)")
        }
        #expect(await desk.run(create + ["--expires", "400d"]).code == .reached)
        #expect(try await desk.json("keys", "ls").listed.count == 1)
    }

    @Test(arguments: [
        (
            ["ci", "--user", "ada", "--scope", "rns.read"], ExitCode.usage,
            "--scope: no permission is called 'rns.read'"
        ),
        (["ci", "--user", "ada", "--expires", "0s"], .usage, "--expires: "),
        (["ci", "--user", "ada", "--expires", "4000d"], .usage, "--expires: '4000d' does not fit"),
        (["ci", "--user", "ada", "--expires", "soon"], .usage, "--expires"),
        (["ci", "--user", "ada", "--project", "web"], .usage, "--project: 'web' is no identifier"),
        (["a\u{7}b", "--user", "ada"], .usage, "NAME: the name of a key has 1 to 100"),
        (["ci", "--user", "zoe"], .failed, "there is no account 'zoe'"),
        (["ci"], .usage, "--user is missing"),
        (["ci", "--user", "ada", "--limits", "usd"], .usage, "--limits: 'usd' is no limit"),
        (["ci", "--user", "ada", "--limits", "usd_a_day=lots"], .usage, "--limits: 'usd_a_day=lots'"),
        (["ci", "--user", "ada", "--limits", "usd=0"], .usage, "'usd' is above 0 dollars"),
        (["ci", "--user", "ada", "--limits", "tokens=-5"], .usage, "--limits: 'tokens=-5'"),
        (["ci", "--user", "ada", "--limits", "weight=1"], .usage, "there is no limit 'weight'"),
        (["ci", "--user", "ada", "--model", "a b"], .usage, "'a b' is no name of a model"),
    ])
    func whatDoesNotFitMakesNoKey(typed: [String], code: ExitCode, message: String) async throws {
        await desk.add("ada")
        let answer = await desk.run(["keys", "create"] + typed)
        #expect(answer.code == code && answer.output == "" && answer.progress.contains(message), "\(answer)")
        #expect(try await desk.json("keys", "ls") == [])
        #expect(try await desk.deeds() == ["user.registered done"])
    }

    @Test func aKeyIsShownOnceAndOpensWhatItsScopesSay() async throws {
        await desk.add("ada")
        let made = await desk.run(
            "keys", "create", "ci", "--user", "ada", "--scope", "runs.*", "--project", "prj_01k9z3wq4e", "--expires",
            "90d")
        let key = made.output.filter { $0 != "\n" }
        #expect(made.code == .reached && key.hasPrefix("tutti_") && made.output == key + "\n")
        #expect(made.progress.contains("is shown this once only") && !made.progress.contains(key))
        let hash = try #require(OpaqueToken(.apiKey, key)).hash
        let found = try await desk.withAccess { access in try await access.store.key(hash: hash) }
        let (kept, user) = try #require(found)
        #expect(user.username == "ada" && kept.scopes == ["runs.*"] && kept.project == "prj_01k9z3wq4e")
        #expect(kept.expires.map { $0 - kept.created } == .seconds(90 * 86_400))
        for typed in [
            ["keys", "ls"], ["keys", "ls", "--json"], ["users", "show", "ada"], ["audit", "ls", "--json"],
        ] {
            let answer = await desk.run(typed)
            #expect(answer.code == .reached && !(answer.output + answer.progress).contains(key))
        }
        let listed = try await desk.json("keys", "ls").listed
        #expect(
            listed.first?.memberNames == [
                "id", "name", "hint", "user", "username", "project", "scopes", "limits", "created", "expires",
                "last_used",
            ])
        #expect(listed.first?["username"] == "ada" && listed.first?["id"] == .string(kept.id.text))
    }

    @Test func limitsOfAKeyArePutInPlaceOfItsOwn() async throws {
        await desk.add("ada")
        let create = ["keys", "create", "bot", "--user", "ada", "--limits", "usd_a_day=0.5,requests_a_minute=60"]
        let made = try await desk.json(await desk.run(create + ["--model", "fast", "--json"]))
        let limits: JSONValue = ["usd_a_day": 500_000, "requests_a_minute": 60, "models": ["fast"]]
        #expect(made["limits"] == limits)
        #expect(await desk.run("keys", "ls").output.contains("models fast, 60 requests a minute, $0.50 a day"))
        let id = try #require(made["id"]?.stringValue)
        let nothing = await desk.run("keys", "limit", id)
        #expect(nothing.code == .usage && nothing.progress.contains("--limits none"))
        let unknown = await desk.run("keys", "limit", "key_zzzz", "--limits", "none")
        #expect(unknown.code == .failed && unknown.progress.contains("there is no key"))
        let changed = try await desk.json("keys", "limit", id, "--limits", "tokens=1000")
        #expect(changed["limits"] == ["tokens": 1000])
        let told = await desk.run("keys", "limit", id, "--limits", "none")
        #expect(told.code == .reached && told.output.contains("is held to: nothing."))
        #expect(try await desk.json("keys", "ls").listed.first?["limits"] == .null)
        #expect(try await desk.deeds().filter { $0.hasPrefix("key.limited") }.count == 2)
    }

    @Test func asJSONTheKeyIsAMember() async throws {
        await desk.add("ada")
        let answer = await desk.run("keys", "create", "ci", "--user", "ada", "--json")
        let json = try await desk.json(answer)
        #expect(json["key"]?.stringValue.map { OpaqueToken(.apiKey, $0) != nil } == true)
        #expect(json["scopes"] == .null && json["expires"] == .null && answer.progress == "")
    }

    @Test func listsTheKeysOfOnePerson() async throws {
        #expect(await desk.run("keys", "ls").output.hasPrefix("There are no API keys"))
        #expect(await desk.run("keys", "ls", "--user", "ada").code == .failed)
        #expect(!desk.hasAccess)
        await desk.add("ada")
        await desk.add("bob")
        for (name, user) in [("one", "ada"), ("two", "bob"), ("three", "bob")] {
            _ = await desk.run("keys", "create", name, "--user", user)
        }
        #expect(try await desk.json("keys", "ls").listed.count == 3)
        let names = try await desk.json("keys", "ls", "--user", "bob").listed.map { $0["name"]?.stringValue }
        #expect(Set(names) == ["two", "three"])
        let table = await desk.run("keys", "ls").output
        #expect(table.contains("USER") && table.contains("all") && table.contains("never"))
    }

    @Test func revokesByTheBeginningOfAnIdentifier() async throws {
        await desk.add("ada")
        let key = try await desk.json("keys", "create", "one", "--user", "ada")
        let other = try await desk.json("keys", "create", "two", "--user", "ada")
        let id = try #require(key["id"]?.stringValue)
        let several = await desk.run("keys", "revoke", "key_0")
        #expect(several.code == .failed && several.progress.contains("beginning of several keys"))
        for (typed, code) in [("one", ExitCode.usage), ("key_", .usage), ("key_zzzz", .failed)] {
            let answer = await desk.run("keys", "revoke", typed)
            #expect(answer.code == code && answer.progress.contains("'tutti keys ls'"))
        }
        let whole = try #require(key["key"]?.stringValue)
        let secret = await desk.run("keys", "revoke", whole)
        #expect(secret.code == .usage && !secret.progress.contains(whole))
        let answer = await desk.run("keys", "revoke", id.uppercased())
        #expect(answer.code == .reached && answer.output == "Ended the key one.\n")
        #expect(try await desk.json("keys", "ls").listed.map { $0["id"] } == [other["id"]])
        #expect(try await desk.deeds().last == "key.revoked done")
    }
}
