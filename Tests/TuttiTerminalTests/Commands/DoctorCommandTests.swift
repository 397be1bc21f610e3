import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiStoreSQLite

@testable import TuttiTerminal

@Suite("tutti doctor")
struct DoctorCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    /// The checks by name.
    func examine(setting variables: [String: String] = [:]) async throws -> (
        code: ExitCode, checks: [String: JSONValue]
    ) {
        let answer = await desk.run("doctor", "--json", setting: variables)
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(json["ok"] == .bool(answer.code == .reached) && answer.progress == "")
        guard case .array(let checks) = json["checks"] else { return (answer.code, [:]) }
        return (answer.code, Dictionary(checks.map { ($0["name"]?.stringValue ?? "", $0) }) { first, _ in first })
    }

    @Test func aHomeThatIsAFileIsAProblem() async throws {
        _ = try desk.write("", to: "home")
        let (code, checks) = try await examine()
        #expect(code == .failed)
        #expect(checks["home"]?["state"] == "problem" && checks["database"] == nil)
        #expect(checks["home"]?["advice"]?.stringValue?.contains("--home") == true)
    }

    @Test func aConfigurationThatCannotBeReadIsAProblem() async throws {
        try FileManager.default.createDirectory(atPath: desk.home, withIntermediateDirectories: true)
        let path = try desk.write("roundtable:\n  critcs: [product]\n", to: "home/tutti.yaml")
        let (code, checks) = try await examine()
        #expect(code == .failed)
        #expect(checks["configuration"]?["state"] == "problem")
        #expect(checks["configuration"]?["found"]?.stringValue?.hasPrefix(path + ":2:") == true)
        #expect(checks["home"]?["state"] == "ok")
    }

    @Test func aDamagedDatabaseIsAProblem() async throws {
        _ = try await Oven.bake(180, in: desk)
        _ = try desk.write(String(repeating: "damage", count: 2000), to: "home/tutti.db")
        let (code, checks) = try await examine()
        #expect(code == .failed && checks["database"]?["state"] == "problem")
        #expect(await desk.run("doctor").output.contains("✕ database"))
    }

    @Test func aNewerDatabaseIsAProblem() async throws {
        _ = try await Oven.bake(180, in: desk)
        _ = try await DatabaseInspector(desk.homeFolder, migrations: .future).upgrade()
        let (code, checks) = try await examine()
        #expect(code == .failed && checks["database"]?["state"] == "problem" && checks["runs"] == nil)
    }

    @Test func aFreshMachineIsWellAndStaysFresh() async throws {
        let (code, checks) = try await examine()
        #expect(code == .reached)
        #expect(checks["home"]?["found"] == .string("\(desk.home) is not there yet; the first run makes it"))
        #expect(checks["database"]?["found"] == "there is none yet; the first run makes it")
        #expect(!FileManager.default.fileExists(atPath: desk.home))
        #expect(await desk.run("doctor").output.hasSuffix("\nEverything that tutti needs is there.\n"))
    }

    @Test func whatWasInterruptedIsANote() async throws {
        let run = try await StuckRun.leave(in: desk)
        let (code, checks) = try await examine()
        #expect(code == .reached)
        #expect(checks["integrity"]?["state"] == "ok" && checks["processes"]?["found"] == "none at work")
        #expect(checks["runs"]?["state"] == "note" && checks["runs"]?["found"] == "1 was interrupted")
        #expect(checks["runs"]?["advice"]?.stringValue?.contains("tutti runs resume \(run)") == true)
    }

    @Test func processesAtWorkAreCounted() async throws {
        let run = try await StuckRun.begin(in: desk)
        let (_, checks) = try await examine()
        await run.tutti.close()
        #expect(checks["processes"]?["found"] == "1 alive" && checks["runs"]?["found"] == "none is interrupted")
    }

    // MARK: Accounts and secrets

    @Test func accountsAndTheirKeyAreLookedAt() async throws {
        await desk.add("ada")
        _ = await desk.run("secrets", "set", "openai", piping: "a value")
        let (code, checks) = try await examine()
        #expect(code == .reached && checks["secrets"]?["state"] == "ok", "\(checks)")
        #expect(checks["accounts"]?["found"]?.stringValue?.hasPrefix("1 account; the audit log reaches to ") == true)
        let other = ["TUTTI_SECRET_KEY": String(repeating: "0123456789abcdef", count: 4)]
        let (_, wrong) = try await examine(setting: other)
        #expect(wrong["secrets"]?["state"] == "problem", "\(wrong)")
        #expect(wrong["secrets"]?["found"]?.stringValue?.contains("was sealed with the key ") == true)
    }

    @Test(arguments: ["garbage", nil] as [String?])
    func aKeyThatIsNoneIsAProblem(text: String?) async throws {
        await desk.add("ada")
        let file = desk.home + "/secrets.key"
        try FileManager.default.removeItem(atPath: file)
        if let text {
            _ = try desk.write(text, to: "home/secrets.key")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
        let (code, checks) = try await examine()
        #expect(code == .failed && checks["secrets"]?["state"] == "problem", "\(checks)")
        #expect(FileManager.default.fileExists(atPath: file) == (text != nil))
    }

    @Test func destroyedAccountsAreAProblem() async throws {
        await desk.add("ada")
        _ = try desk.write(String(repeating: "damage", count: 2000), to: "home/access.db")
        let (code, checks) = try await examine()
        #expect(code == .failed && checks["accounts"]?["state"] == "problem", "\(checks)")
    }

    // MARK: Whom the home is for

    private func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: desk.home + "/" + name)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    /// In a home that somebody else has made, such as a volume, others may look around.
    @Test func whatIsMadeInAnOpenHomeIsForItsOwnerOnly() async throws {
        try FileManager.default.createDirectory(
            atPath: desk.home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        let document = try desk.write("# Plan\n\nWe do it somehow.\n", to: "plan.md")
        let answer = await desk.run("roundtable", document)
        #expect([.reached, .failed].contains(answer.code), "\(answer)")
        let tutti = try await Tutti.open(home: desk.home)
        for name in ["tutti.db", "tutti.db-wal", "tutti.db-shm"] { #expect(try mode(name) == 0o600, "\(name)") }
        await tutti.close()
        #expect(try mode("runs") == 0o700)
        let runs = try FileManager.default.contentsOfDirectory(atPath: desk.home + "/runs")
        for run in runs {
            #expect(try mode("runs/\(run)") == 0o700 && mode("runs/\(run)/versions") == 0o700)
            #expect(try mode("runs/\(run)/document.md") == 0o600)
        }
        #expect(!runs.isEmpty)
        #expect(try await examine().checks["privacy"] == nil)
    }

    @Test func whatOthersMayReadIsANote() async throws {
        _ = try await Oven.bake(180, in: desk)
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: desk.home + "/tutti.db")
        #expect(try await examine().checks["privacy"] == nil)  // nobody comes in
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: desk.home)
        let (code, checks) = try await examine()
        #expect(code == .reached && checks["privacy"]?["state"] == "note")
        let found = checks["privacy"]?["found"]?.stringValue
        #expect(found?.hasPrefix("others of this machine may read tutti.db") == true)
    }

    @Test func keysAreNamedAndNeverShown() async throws {
        let variables = ["OPENAI_API_KEY": "sk-secret", "GEMINI_API_KEY": "", "MY_KEY": "x"]
        let answer = await desk.run("doctor", setting: variables)
        #expect(answer.output.contains("● models        OPENAI_API_KEY set; 'tutti models ls' lists what can be asked"))
        #expect(!answer.output.contains("sk-secret") && !answer.output.contains("GEMINI"))
    }

    @Test func checksLookTheSameEverywhere() {
        let checks = [
            DoctorCheck.ok("home", "a folder"), .note("log", "large", "wait"),
            .problem("disk space", "none", "free some"),
        ]
        #expect(
            checks.flatMap(\.lines).map(\.text) == [
                "● home          a folder", "◆ log           large", "                → wait", "✕ disk space    none",
                "                → free some",
            ])
    }
}
