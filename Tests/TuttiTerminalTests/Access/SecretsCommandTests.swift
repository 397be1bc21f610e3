import FoundationEssentials
import Glibc
import Testing
import TuttiAccess
import TuttiCore

@testable import TuttiTerminal

@Suite("tutti secrets")
struct SecretsCommandTests {
    static let planted = "sk-planted-7f3a91c2d4e5b6"
    let desk: Desk

    init() throws { desk = try Desk() }

    private func value(_ name: String, person: String? = nil, setting variables: [String: String] = [:]) async throws
        -> String?
    {
        try await desk.withAccess(setting: variables) { access in
            try await access.secrets.value(
                of: SecretReference(try #require(SecretName(name))), tenant: HomeAccess.tenant, project: nil,
                person: person)?.revealed
        }
    }

    // MARK: Keeping

    @Test(arguments: [
        (["OpenAI"], "value", "NAME: the name of a secret has"), (["openai"], "", "the secret is missing"),
        (["openai"], "\n", "the secret is empty"),
        (["openai"], String(repeating: "s", count: 20_000), "more than 16384 bytes"),
        (["openai", "--scope", "everybody"], "value", "--scope: 'everybody' is no scope"),
        (["openai", "--scope", "project:web"], "value", "--scope: 'web' is no identifier"),
        (["openai", "--label", "a\nb"], "value", "label has a control character"),
    ])
    func whatDoesNotFitKeepsNothing(typed: [String], piped: String, message: String) async throws {
        let answer = await desk.run(["secrets", "set"] + typed, piping: piped)
        #expect(answer.code == .usage && answer.output == "" && answer.progress.contains(message), "\(answer)")
        #expect(try await desk.json("secrets", "ls") == [])
        #expect(try await desk.deeds() == [])
    }

    @Test func aSecretOfNobodyIsRefused() async {
        let answer = await desk.run("secrets", "set", "openai", "--scope", "person:ada", piping: "value")
        #expect(answer.code == .failed && answer.progress.contains("there is no account 'ada'"))
    }

    @Test func keepsReplacesListsAndRemoves() async throws {
        await desk.add("ada")
        let kept = await desk.run(
            "secrets", "set", "openai", "--provider", "openai", "--label", "main", piping: Self.planted + "\n")
        #expect(kept.code == .reached && kept.output == "Kept the secret openai.\n")
        #expect(kept.progress == "Runs refer to it as secret:tenant/openai.\n")
        _ = await desk.run("secrets", "set", "github", "--scope", "person:ada", piping: "line one\nline two\n")
        let ada = try #require(try await desk.user("ada"))
        #expect(try await value("openai") == Self.planted)
        #expect(try await value("github", person: ada.id.text) == "line one\nline two")
        let again = await desk.run("secrets", "set", "openai", piping: "another value")
        #expect(again.output == "Replaced the secret openai.\n")
        let listed = try await desk.json("secrets", "ls").listed
        #expect(
            listed.first?.memberNames == [
                "id", "name", "reference", "scope", "owner", "username", "label", "provider", "hint", "version", "key",
                "created", "updated", "created_by", "last_used",
            ])
        #expect(listed.map { $0["version"]?.intValue } == [1, 2])
        let own = try await desk.json("secrets", "ls", "--scope", "person:ada@example.org").listed
        #expect(own.map { $0["name"] } == ["github"] && own.first?["username"] == "ada")
        let table = await desk.run("secrets", "ls").output
        #expect(table.contains("person:ada") && table.contains("tenant"))
        let elsewhere = await desk.run("secrets", "rm", "github")
        #expect(elsewhere.code == .failed && elsewhere.progress.contains("no secret github in this scope"))
        #expect(
            await desk.run("secrets", "rm", "github", "--scope", "person:ada").output == "Removed the secret github.\n")
        #expect(try await desk.json("secrets", "ls", "--scope", "person:ada") == [])
        let deeds = try await desk.audit().filter { $0.draft.target?.kind == "secret" }
        #expect(deeds.map(\.draft.outcome) == [.begun, .done, .begun, .done, .begun, .done, .begun, .done])
        #expect(deeds.first?.draft.target?.id == "tenant/openai" && deeds.last?.draft.action == .secretDeleted)
    }

    @Test func aTerminalIsAsked() async throws {
        let answer = await desk.run("secrets", "set", "openai", saying: Self.planted + "\n")
        #expect(answer.code == .reached && answer.progress.hasPrefix("Secret: "))
        #expect(try await value("openai") == Self.planted)
        let long = await desk.run("secrets", "set", "long", saying: String(repeating: "s", count: 4095) + "\n")
        #expect(long.code == .usage && long.progress.contains("longer than the 4094 bytes that a terminal takes"))
    }

    @Test func whoOnlyLooksMakesNothing() async {
        #expect(await desk.run("secrets", "ls").output.hasPrefix("There are no secrets"))
        #expect(await desk.run("secrets", "rm", "openai").code == .failed)
        #expect(!desk.hasAccess)
    }

    @Test func whatIsKeptOfWhoIsGoneCanBeRemoved() async throws {
        await desk.add("ada")
        await desk.add("bob")
        let bob = try #require(try await desk.user("bob")).id.text
        _ = await desk.run("secrets", "set", "github", "--scope", "person:bob", piping: "value")
        _ = await desk.run("users", "rm", "bob")
        #expect(try await desk.json("secrets", "ls", "--scope", "person:\(bob)").listed.count == 1)
        #expect(await desk.run("secrets", "set", "more", "--scope", "person:\(bob)", piping: "value").code == .failed)
        #expect(await desk.run("secrets", "rm", "github", "--scope", "person:\(bob)").code == .reached)
    }

    @Test func whatItIsForHasToBeThere() async throws {
        let slip = await desk.run("secrets", "set", "openai", "--provider", "opnai", piping: "value")
        #expect(slip.code == .usage && slip.progress.contains("did you mean 'openai'?"))
        let nobody = await desk.run(
            "secrets", "set", "s", "--scope", "project:prj_nope", piping: "v", having: ["prj_a"])
        #expect(nobody.code == .failed && nobody.progress.contains("there is no project prj_nope"))
        let found = await desk.run("secrets", "set", "s", "--scope", "project:prj_a", piping: "v", having: ["prj_a"])
        #expect(found.code == .reached, "\(found)")
        #expect(try await desk.json("secrets", "ls").listed.count == 1)
    }

    @Test func whatWasReplacedIsTold() async throws {
        _ = await desk.run("secrets", "set", "openai", "--provider", "openai", "--label", "main", piping: "value")
        #expect(try await desk.audit().last?.draft.details["provider"] == "openai")
        let table = await desk.run("audit", "ls").output
        #expect(table.contains("label=main provider=openai version=1"), "\(table)")
    }

    @Test func aHomeInWhichNothingIsKeptIsNotMadeByRotating() async {
        let answer = await desk.run("secrets", "rotate")
        #expect(answer.code == .failed && answer.progress.contains("nothing is kept in \(desk.home)"))
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    // MARK: Another key

    private static let otherKey = ["TUTTI_SECRET_KEY": String(repeating: "0123456789abcdef", count: 4)]

    /// What it seals, nobody else could open, and what it takes the place of would be gone.
    @Test func aKeyThatDoesNotOpenWhatIsThereSealsNothing() async throws {
        _ = await desk.run("secrets", "set", "openai", piping: Self.planted)
        let key = try #require(try await desk.json("secrets", "ls").listed.first?["key"]?.stringValue)
        for name in ["openai", "another"] {
            let answer = await desk.run("secrets", "set", name, setting: Self.otherKey, piping: "lost")
            #expect(answer.code == .failed && answer.output == "", "\(answer)")
            #expect(answer.progress.contains("was sealed with the key \(key) (openai)"), "\(answer.progress)")
            #expect(answer.progress.contains("TUTTI_SECRET_KEY"))
        }
        #expect(try await value("openai") == Self.planted)
        #expect(try await desk.json("secrets", "ls").listed.count == 1)
        #expect(try await desk.deeds().last == "secret.written failed")
        // Behind the newest one, the missing key is enough.
        let lost = try desk.read(desk.home + "/secrets.key").split(separator: "\n").map(String.init)
        let both = ["TUTTI_SECRET_KEY": ([Self.otherKey.values.first ?? ""] + lost).joined(separator: ",")]
        let answer = await desk.run("secrets", "set", "another", setting: both, piping: "found")
        #expect(answer.code == .reached, "\(answer.progress)")
    }

    @Test func noServerMakesAKeyForWhatAnotherHasSealed() async throws {
        await desk.add("ada")
        try await desk.withAccess { try await $0.accounts.load() }
        let file = desk.home + "/secrets.key"
        try FileManager.default.moveItem(atPath: file, toPath: desk.folder + "/kept.key")
        for typed in [["serve", "--check"], ["secrets", "rotate"], ["users", "ls"]] {
            let answer = await desk.run(typed + (typed[0] == "serve" ? ["--listen", "127.0.0.1:0"] : []))
            #expect(answer.code == .usage && answer.progress.contains("put the file back"), "\(typed): \(answer)")
            #expect(!FileManager.default.fileExists(atPath: file), "\(typed)")
        }
    }

    /// The way out that the refusal tells, for a key that nobody has any more.
    @Test func aLostKeyIsGotOver() async throws {
        await desk.add("ada")
        try await desk.withAccess { try await $0.accounts.load() }
        _ = await desk.run("secrets", "set", "openai", piping: Self.planted)
        let file = desk.home + "/secrets.key"
        _ = try desk.write(String(repeating: "0123456789abcdef", count: 4) + "\n", to: "home/secrets.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let refused = await desk.run("secrets", "set", "github", piping: "new")
        #expect(refused.code == .failed && refused.progress.contains("secrets rotate --drop-old"), "\(refused)")
        #expect(await desk.run("secrets", "rm", "openai").code == .reached)
        let rotated = await desk.run("secrets", "rotate", "--drop-old")
        #expect(rotated.code == .reached, "\(rotated)")
        #expect(await desk.run("secrets", "set", "github", piping: "new").code == .reached)
        let well = await desk.run("serve", "--check", "--listen", "127.0.0.1:0")
        #expect(well.code == .reached, "\(well)")
    }

    /// What goes wrong is told in a sentence, whoever is at the end of it.
    @Test func aServerWithAnotherKeySaysWhichItNeeds() async throws {
        await desk.add("ada")
        try await desk.withAccess { try await $0.accounts.load() }
        let answer = await desk.run(["serve", "--check", "--listen", "127.0.0.1:0"], setting: Self.otherKey)
        #expect(answer.code == .failed && answer.progress.contains("was sealed with the secret key "), "\(answer)")
        #expect(!answer.progress.contains("AccountError(") && !answer.progress.contains("retryAfter"))
        _ = try desk.write(String(repeating: "damage", count: 2000), to: "home/access.db")
        let damaged = await desk.run("serve", "--check", "--listen", "127.0.0.1:0")
        #expect(damaged.code == .failed && !damaged.progress.contains("Error("), "\(damaged)")
    }

    // MARK: Nothing is told

    @Test func noOutputAndNoFileHoldsAValue() async throws {
        await desk.add("ada")
        var told = ""
        for scope in ["tenant", "person:ada"] {
            let answer = await desk.run(
                "secrets", "set", "openai", "--scope", scope, "--json", piping: Self.planted + "\n")
            told += answer.output + answer.progress
        }
        _ = await desk.run("secrets", "set", "openai", saying: Self.planted + "\n")
        let lines = [
            ["secrets", "ls"], ["secrets", "ls", "--json"], ["secrets", "rotate"], ["secrets", "rotate", "--json"],
            ["secrets", "rotate", "--drop-old"], ["audit", "ls", "--json"], ["users", "show", "ada", "--json"],
            ["audit", "export", desk.folder + "/audit.jsonl"], ["config", "--json"],
            ["secrets", "rm", "openai", "--json"],
        ]
        for typed in lines {
            let answer = await desk.run(typed)
            #expect(answer.code == .reached, "\(typed): \(answer.progress)")
            told += answer.output + answer.progress
        }
        told += try desk.read(desk.folder + "/audit.jsonl")
        #expect(!told.contains(Self.planted) && !told.contains(Self.planted.prefix(12)))
        for name in try FileManager.default.contentsOfDirectory(atPath: desk.home) {
            let bytes = (try? Data(contentsOf: URL(filePath: desk.home + "/" + name))) ?? Data()
            #expect(bytes.firstRange(of: Data(Self.planted.utf8)) == nil, "\(name)")
        }
    }

    // MARK: Rotating

    private func keys() throws -> Int { try desk.read(desk.home + "/secrets.key").split(separator: "\n").count }

    @Test func sealsAllWithANewKey() async throws {
        _ = await desk.run("secrets", "set", "openai", piping: Self.planted)
        let before = try await desk.json("secrets", "ls").listed.first?["key"]
        let answer = await desk.run("secrets", "rotate")
        #expect(answer.code == .reached && answer.output.hasPrefix("Sealed 1 secret with the key "))
        #expect(answer.progress.contains("--drop-old"))
        let after = try await desk.json("secrets", "ls").listed.first?["key"]
        #expect(before != after && answer.output.contains(after?.stringValue ?? "-"))
        #expect(try keys() == 2)
        let json = try await desk.json("secrets", "rotate", "--drop-old")
        #expect(json["dropped"] == 2 && json["resealed"] == 1 && json["left"] == 0 && json["unreadable"] == 0)
        #expect(try keys() == 1)
        #expect(try await value("openai") == Self.planted)
        #expect(try await desk.audit().last?.draft.details["dropped"] == "2")
    }

    @Test func whatSignsTokensSurvivesTheOldKeys() async throws {
        await desk.add("ada")
        try await desk.withAccess { try await $0.accounts.load() }
        #expect(await desk.run("secrets", "rotate", "--drop-old").code == .reached)
        let login = try await desk.withAccess { access in
            try await access.accounts.load()
            return try await access.accounts.login(
                name: "ada", password: SecretText(Desk.password), from: Visit(address: "::1", device: "test"))
        }
        #expect(login.user.username == "ada")
    }

    @Test func noKeyIsDroppedUnderARunningServer() async throws {
        _ = await desk.run("secrets", "set", "openai", piping: Self.planted)
        let lock = unsafe open(desk.home + "/server.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        let answer = await desk.run("secrets", "rotate", "--drop-old")
        #expect(answer.code == .failed && answer.progress.contains("a server of this home runs"))
        #expect(try keys() == 1)
        #expect(await desk.run("secrets", "rotate").code == .reached)
        #expect(flock(lock, LOCK_UN) == 0)
        let alone = await desk.run("secrets", "rotate", "--drop-old")
        #expect(alone.code == .reached, "\(alone)")
        #expect(try await value("openai") == Self.planted)
    }

    @Test func whatCannotBeOpenedKeepsTheOldKeys() async throws {
        _ = await desk.run("secrets", "set", "openai", piping: Self.planted)
        let file = desk.home + "/secrets.key"
        let lost = try desk.read(file)
        _ = try desk.write(String(repeating: "0123456789abcdef", count: 4) + "\n", to: "home/secrets.key")
        let answer = await desk.run("secrets", "rotate", "--drop-old")
        #expect(answer.code == .failed && answer.progress.contains("1 secret could not be sealed anew"))
        #expect(answer.progress.contains("not opened: tenant/openai (key "))
        #expect(try keys() == 2)
        let found = try desk.read(file)
        _ = try desk.write(found + lost, to: "home/secrets.key")
        #expect(await desk.run("secrets", "rotate", "--drop-old").code == .reached)
        #expect(try await value("openai") == Self.planted && keys() == 1)
    }

    @Test func keysOfTheEnvironmentAreRotatedThere() async throws {
        let (old, new) = (
            String(repeating: "0123456789abcdef", count: 4), String(repeating: "fedcba9876543210", count: 4)
        )
        let variables = ["TUTTI_SECRET_KEY": old]
        _ = await desk.run("secrets", "set", "openai", setting: variables, piping: Self.planted)
        let alone = await desk.run("secrets", "rotate", setting: variables)
        #expect(alone.code == .usage && alone.progress.contains("before the present one in TUTTI_SECRET_KEY"))
        let both = ["TUTTI_SECRET_KEY": new + "," + old]
        let drop = await desk.run("secrets", "rotate", "--drop-old", setting: both)
        #expect(drop.code == .usage && drop.progress.contains("take the others out of TUTTI_SECRET_KEY yourself"))
        let answer = await desk.run("secrets", "rotate", setting: both)
        #expect(answer.code == .reached && answer.progress.contains("can be taken out of TUTTI_SECRET_KEY now"))
        #expect(!(answer.output + answer.progress + alone.progress).contains("0123456789abcdef"))
        #expect(try await value("openai", setting: ["TUTTI_SECRET_KEY": new]) == Self.planted)
    }

    @Test func aVaultRotatesByItself() async {
        let answer = await desk.run(
            "secrets", "rotate", setting: ["VAULT_ADDR": "https://127.0.0.1:1", "VAULT_TOKEN": "hvs.planted"])
        #expect(answer.code == .usage && answer.progress.contains("vault.address"))
        #expect(!answer.progress.contains("hvs.planted"))
    }
}
