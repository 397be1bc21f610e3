import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore

@testable import TuttiTerminal

@Suite("tutti users")
struct UsersCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    // MARK: Making accounts

    @Test(arguments: [
        (["--email", "ada@example.org"], "short\n", "the password: a password has at least 8"),
        (["--email", "ada@example.org"], "", "the password is missing"),
        (["--email", "ada@example.org"], "\n", "the password is empty"),
        (["--email", "ada@example.org"], "one password\nand another\n", "the password has several lines"),
        (["--email", "ada@example.org"], String(repeating: "p", count: 5000), "more than 4096 bytes"),
        (["--email", "nowhere"], "long enough\n", "--email: an address of mail"),
        (["--email", "ada@example.org", "--role", "develper"], "long enough\n", "did you mean 'developer'?"),
        (["--email", "ada@example.org", "--name", "a\u{1B}[31m"], "long enough\n", "--name: a name has"),
        ([], "long enough\n", "--email is missing"),
    ])
    func whatDoesNotFitMakesNobody(flags: [String], piped: String, message: String) async throws {
        let answer = await desk.run(["users", "add", "ada"] + flags, piping: piped)
        #expect(answer.code == .usage && answer.output == "" && answer.progress.contains(message), "\(answer)")
        #expect(try await desk.json("users", "ls") == [])
        #expect(!answer.progress.contains("\u{1B}") && !answer.progress.contains("ppppp"))
    }

    @Test func aUsernameThatIsNoneNamesItsWord() async {
        let answer = await desk.run("users", "add", "a b", "--email", "a@example.org", piping: "long enough")
        #expect(answer.code == .usage && answer.progress.contains("USERNAME: a username has 3 to 50"))
    }

    @Test func theFirstIsTheOwnerAndLaterOnesAreNot() async throws {
        let first = await desk.add("Ada")
        #expect(first.code == .reached && first.output == "Made the account ada (owner).\n")
        #expect(first.progress.contains("from now on everybody has to log in"))
        let second = await desk.add("bob", "--role", "operator", "--role", "user", "--name", "Bob B.")
        #expect(second.output == "Made the account bob (operator, user).\n" && second.progress == "")
        #expect(await desk.add("eve").output == "Made the account eve (user).\n")
        let bob = try #require(try await desk.user("bob@example.org"))
        #expect(bob.roles == ["operator", "user"] && bob.name == "Bob B." && bob.password?.schemeName == "argon2id")
        let login = try await desk.withAccess { access in
            try await access.accounts.load()
            return try await access.accounts.login(
                name: "bob", password: SecretText(Desk.password), from: Visit(address: "::1", device: "test"))
        }
        #expect(login.user.id == bob.id)
        let entry = try #require(try await desk.audit().first)
        #expect(entry.draft.action == .userRegistered && entry.draft.actor.credential == .machine)
        #expect(entry.draft.actor.id == nil && entry.draft.details["roles"] == "owner")
    }

    @Test func theActorIsTheMachinesUser() async throws {
        _ = await desk.run(
            "users", "add", "ada", "--email", "ada@example.org", setting: ["USER": "maria"], piping: "long enough")
        #expect(try await desk.audit().first?.draft.actor.name == "maria")
    }

    @Test func takenNamesAreRefusedBeforeAPasswordIsTyped() async throws {
        await desk.add("ada")
        let same = await desk.run("users", "add", "ADA", "--email", "other@example.org")
        #expect(same.code == .failed && same.progress.contains("USERNAME: somebody has this username"))
        let mail = await desk.run("users", "add", "other", "--email", "ADA@example.org")
        #expect(mail.code == .failed && mail.progress.contains("--email: there is an account with this address"))
        #expect(try await desk.deeds() == ["user.registered done"])
    }

    @Test func aTerminalIsAskedTwice() async throws {
        let typed = ["users", "add", "ada", "--email", "ada@example.org"]
        let different = await desk.run(typed, saying: "correct horse\nanother horse\n")
        #expect(different.code == .usage && different.progress.contains("typed in two ways"))
        #expect(try await desk.user("ada") == nil)
        let same = await desk.run(typed, saying: "correct horse\ncorrect horse\n")
        #expect(same.code == .reached && same.progress.hasPrefix("Password: Password, again: "))
        #expect(!(same.output + same.progress).contains("correct horse"))
    }

    /// Both are of ``Desk/password``, made by Python's `crypt` and `hashlib`.
    @Test(arguments: [
        ("$2b$10$gFyn7a01rdDZzSFe0S/kJusKNQUhH23I46U3FWG4IpDE/xTNlQE7G", "bcrypt"),
        ("pbkdf2_sha256$260000$saltsalt12345678$P0F0+bOw4KC2eQ7wn7Wm8beoJaYjG1J9/XekCu/Fhvw=", "pbkdf2"),
    ])
    func aHashOfAnotherSystemIsTakenOver(hash: String, scheme: String) async throws {
        let file = try desk.write(hash + "\n", to: "bob.hash")
        let answer = await desk.run(
            "users", "add", "bob", "--email", "bob@example.org", "--hash-file", file, "--json")
        #expect(try await desk.json(answer)["password"] == .string(scheme))
        #expect(!(answer.output + answer.progress).contains(hash.suffix(20)))
        let entry = try #require(try await desk.audit().first)
        #expect(entry.draft.action == .userImported && entry.draft.details["scheme"] == scheme)
        try await desk.withAccess { access in
            try await access.accounts.load()
            _ = try await access.accounts.login(
                name: "bob", password: SecretText(Desk.password), from: Visit(address: "::1", device: "test"))
        }
        #expect(try await desk.json("users", "show", "bob")["password"] == "argon2id")
    }

    @Test func aHashComesThroughStandardInput() async throws {
        let hash = "$2b$10$gFyn7a01rdDZzSFe0S/kJusKNQUhH23I46U3FWG4IpDE/xTNlQE7G"
        let answer = await desk.run(
            "users", "add", "bob", "--email", "bob@example.org", "--hash-file", "-", piping: hash)
        #expect(answer.code == .reached)
        #expect(try await desk.user("bob")?.password?.stored == hash)
    }

    @Test(arguments: [
        "plain text", "$2b$12$short", "$2b$12$a\n$2b$12$b\n", "   \n", String(repeating: "x", count: 9000),
    ])
    func aHashThatIsNoneIsRefused(text: String) async throws {
        let file = try desk.write(text, to: "bad.hash")
        let answer = await desk.run("users", "add", "ada", "--email", "ada@example.org", "--hash-file", file)
        #expect(answer.code == .usage && answer.output == "")
        #expect(!answer.progress.contains("plain text") && !answer.progress.contains("$2b$12$"))
        #expect(try await desk.user("ada") == nil)
    }

    // MARK: Looking

    @Test func whoOnlyLooksMakesNothing() async throws {
        let list = await desk.run("users", "ls")
        #expect(list.code == .reached && list.output.hasPrefix("Nobody has an account yet"))
        for typed in [["show", "ada"], ["rm", "ada"], ["reset", "ada"], ["logout", "ada"], ["invite"]] {
            let answer = await desk.run(["users"] + typed)
            #expect(answer.code == .failed && answer.progress.contains("'tutti users add"))
        }
        #expect(!desk.hasAccess && !FileManager.default.fileExists(atPath: desk.home + "/secrets.key"))
    }

    @Test func listsAndShowsPeople() async throws {
        await desk.add("bob")
        await desk.add("ada", "--role", "admin")
        let table = await desk.run("users", "ls").output.split(separator: "\n")
        #expect(table.count == 3 && table[1].hasPrefix("ada ") && table[2].hasPrefix("bob "))
        let list = try await desk.json("users", "ls").listed
        #expect(
            list.first?.memberNames == [
                "id", "username", "email", "name", "roles", "active", "password", "created", "updated", "last_login",
            ])
        let bob = try #require(try await desk.user("bob"))
        for name in ["bob", "BOB@example.org", bob.id.text, String(bob.id.text.dropLast(2))] {
            let shown = try await desk.json("users", "show", name)
            #expect(shown["username"] == "bob" && shown["sessions"] == [] && shown["keys"] == [])
        }
        #expect(await desk.run("users", "show", "bob").output.hasPrefix("bob (owner)\nid          \(bob.id)\n"))
    }

    @Test func aNameThatMeansSeveralIsRefused() async throws {
        await desk.add("ada")
        await desk.add("bob")
        let answer = await desk.run("users", "rm", "usr_")
        #expect(answer.code == .failed && answer.progress.contains("means several people"))
        #expect(answer.progress.contains("ada") && answer.progress.contains("bob"))
        // Nobody can be mistaken for somebody else by a username that is the other's identifier.
        let ada = try #require(try await desk.user("ada"))
        await desk.add(ada.id.text)
        #expect(try await desk.json("users", "show", ada.id.text)["username"] == "ada")
        #expect(try await desk.json("users", "ls").listed.count == 3)
    }

    // MARK: Changing

    @Test func changesWhatIsSaid() async throws {
        await desk.add("ada")
        await desk.add("bob")
        let nothing = await desk.run("users", "change", "bob")
        #expect(nothing.code == .usage && nothing.progress.contains("give --role, --email"))
        let both = await desk.run("users", "change", "bob", "--disable", "--enable")
        #expect(both.code == .usage && both.progress.contains("contradict"))
        let changed = await desk.run(
            "users", "change", "bob", "--role", "admin", "--email", "Bob@Work.org", "--name", "Robert")
        #expect(changed.code == .reached && changed.output == "Changed bob (admin).\n")
        let bob = try #require(try await desk.user("bob"))
        #expect(bob.roles == ["admin"] && bob.email == "bob@work.org" && bob.name == "Robert")
        #expect(await desk.run("users", "change", "bob", "--role", "admin").output == "bob (admin) is so already.\n")
        #expect(await desk.run("users", "change", "bob", "--disable").output == "Changed bob (admin). Disabled.\n")
        #expect(try await desk.user("bob")?.isActive == false)
        #expect(try await desk.json("users", "change", "bob", "--enable")["active"] == true)
        #expect(
            try await desk.deeds().suffix(3) == [
                "user.roles_changed done", "user.disabled done", "user.enabled done",
            ])
    }

    @Test(arguments: [["change", "ada", "--disable"], ["change", "ada", "--role", "user"], ["rm", "ada"]])
    func theLastOwnerStays(typed: [String]) async throws {
        await desk.add("ada")
        await desk.add("bob", "--role", "admin")
        let answer = await desk.run(["users"] + typed)
        #expect(answer.code == .failed && answer.output == "" && answer.progress.contains("only active owner"))
        let ada = try #require(try await desk.user("ada"))
        #expect(ada.isActive && ada.roles == ["owner"])
        #expect(try await desk.deeds() == ["user.registered done", "user.registered done"])
    }

    @Test func removesPeopleWithSessionsAndKeys() async throws {
        await desk.add("ada")
        await desk.add("bob")
        _ = await desk.run("keys", "create", "ci", "--user", "bob")
        let answer = await desk.run("users", "rm", "bob@example.org")
        #expect(answer.code == .reached && answer.output == "Removed the account bob (user).\n")
        #expect(try await desk.user("bob") == nil)
        #expect(try await desk.json("keys", "ls") == [])
        #expect(try await desk.deeds().last == "user.deleted done")
        #expect(await desk.run("users", "rm", "bob").code == .failed)
    }

    @Test func endsSessions() async throws {
        await desk.add("ada")
        try await desk.withAccess { access in
            try await access.accounts.load()
            for device in ["one", "two"] {
                _ = try await access.accounts.login(
                    name: "ada", password: SecretText(Desk.password), from: Visit(address: "::1", device: device))
            }
        }
        let shown = try await desk.json("users", "show", "ada")["sessions"]?.listed ?? []
        #expect(Set(shown.map { $0["device"]?.stringValue }) == ["one", "two"])
        #expect(await desk.run("users", "show", "ada").output.contains("\nSessions:\n"))
        #expect(await desk.run("users", "logout", "ada").output == "Ended 2 sessions of ada.\n")
        #expect(try await desk.json("users", "logout", "ada")["ended"] == 0)
        #expect(try await desk.json("users", "show", "ada")["sessions"] == [])
        #expect(try await desk.deeds().contains("session.all_ended done"))
    }

    // MARK: Codes

    @Test func aResetCodeChoosesANewPasswordOnce() async throws {
        await desk.add("ada")
        let answer = await desk.run("users", "reset", "ada")
        let code = answer.output.filter { $0 != "\n" }
        #expect(answer.code == .reached && code.hasPrefix("ttp_") && answer.output == code + "\n")
        #expect(
            answer.progress.contains("ada chooses a new password, once, until 2") && !answer.progress.contains(code))
        try await desk.withAccess { access in
            let visit = Visit(address: "::1", device: "test")
            try await access.accounts.resetPassword(code: code, to: SecretText("another horse"), from: visit)
            await #expect(throws: AccountError.codeRefused) {
                try await access.accounts.resetPassword(code: code, to: SecretText("a third horse"), from: visit)
            }
        }
        let json = try await desk.json("users", "reset", "ada")
        #expect(json["code"]?.stringValue?.hasPrefix("ttp_") == true && json["username"] == "ada")
        #expect(!(try await desk.audit().map { "\($0)" }.joined()).contains(code))
    }

    @Test func anInvitationMakesAnAccountOfItsRoles() async throws {
        await desk.add("ada")
        let bad = await desk.run("users", "invite", "--role", "king")
        #expect(bad.code == .usage && bad.progress.contains("--role: there is no role 'king'"))
        let json = try await desk.json("users", "invite", "--role", "operator", "--email", "Bob@example.org")
        #expect(json["roles"] == ["operator"] && json["email"] == "bob@example.org")
        let bob = try await desk.withAccess { access in
            try await access.accounts.register(
                Registration(
                    username: "bob", email: "bob@example.org", password: SecretText("long enough"),
                    code: json["code"]?.stringValue),
                under: RegistrationRules(needsSetupCode: true), from: Visit(address: "::1", device: "test"))
        }
        #expect(bob.roles == ["operator"])
        let plain = await desk.run("users", "invite")
        #expect(plain.output.hasPrefix("tti_") && plain.progress.contains("makes an account (user), once"))
    }

    @Test func rolesAreThoseOfTheConfiguredPolicy() async throws {
        await desk.add("ada")
        let policy = try desk.write(
            "extends: built-in\nroles:\n  pilot:\n    permissions: [runs.start]\n", to: "own.yaml")
        let variables = ["TUTTI_AUTH_POLICY": policy]
        let answer = await desk.run("users", "change", "ada", "--role", "pilot", "--role", "owner", setting: variables)
        #expect(answer.code == .reached && answer.output.contains("owner, pilot"), "\(answer)")
        #expect(await desk.run("users", "change", "ada", "--role", "pilot").code == .usage)
    }

    @Test func aHomeWhoseKeyIsElsewhereIsNotGivenAnother() async throws {
        let key = ["TUTTI_SECRET_KEY": String(repeating: "0123456789abcdef", count: 4)]
        _ = await desk.run(
            "users", "add", "ada", "--email", "ada@example.org", setting: key, piping: "long enough")
        let answer = await desk.run("users", "ls")
        #expect(answer.code == .usage && answer.progress.contains("set the variable as the server has it"))
        #expect(!FileManager.default.fileExists(atPath: desk.home + "/secrets.key"))
        #expect(await desk.run("users", "ls", setting: key).output.contains("ada"))
        #expect(await desk.run("audit", "verify").code == .reached)
    }

    // MARK: Invitations

    @Test func invitationsAreListedAndWithdrawn() async throws {
        await desk.add("ada")
        #expect(await desk.run("users", "invitations").output.hasPrefix("There are no open invitations"))
        let made = await desk.run("users", "invite", "--role", "developer")
        #expect(made.progress.contains("typed in at the page /register of the server"), "\(made)")
        let served = await desk.run("users", "invite", setting: ["TUTTI_SERVER_PUBLIC_URL": "https://t.example.org"])
        #expect(served.progress.contains("typed in at https://t.example.org/register"), "\(served)")
        let open = try await desk.json("users", "invitations").listed
        #expect(open.count == 2 && open.contains { $0["roles"] == ["developer"] })
        let hint = String(made.output.prefix(8))
        #expect(open.contains { $0["hint"] == .string(hint) }, "\(open)")
        #expect(!(await desk.run("users", "invitations", "--json").output.contains(made.output.prefix(20))))
        #expect(await desk.run("users", "withdraw", hint).output == "Withdrew the invitation \(hint).\n")
        let again = await desk.run("users", "withdraw", hint)
        #expect(again.code == .failed && again.progress.contains("no invitation that begins with"))
        #expect(try await desk.deeds().last == "user.invitation_withdrawn done")
    }
}
