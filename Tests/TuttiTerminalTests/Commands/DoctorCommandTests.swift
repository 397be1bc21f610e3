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
