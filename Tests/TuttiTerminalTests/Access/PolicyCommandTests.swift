import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore

@testable import TuttiTerminal

@Suite("tutti policy")
struct PolicyCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private static let cases: String = {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return "/\(root)/policies/cases.yaml"
    }()

    // MARK: Cases

    @Test func theShippedCasesComeOutAsExpected() async throws {
        let answer = await desk.run("policy", "test", Self.cases)
        #expect(answer.code == .reached && answer.output.hasSuffix(" cases as expected.\n") && answer.progress == "")
        let json = try await desk.json("policy", "test", Self.cases)
        #expect(json["cases"] == json["met"] && json["results"]?.listed.first?["difference"] == .null)
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    @Test func eachDifferenceIsToldWithItsRule() async throws {
        let file = try desk.write(
            """
            cases:
              - {name: right, roles: [user], permission: runs.read, expect: allow, user: ann}
              - {name: wrong, roles: [user], permission: runs.export, expect: "allow:all", user: ann}

            """, to: "cases.yaml")
        let answer = await desk.run("policy", "test", file)
        #expect(answer.code == .failed && answer.output.contains("wrong: expected allow:all, came deny by default"))
        #expect(answer.output.contains("1 of 2 cases as expected."))
        let json = try await desk.json("policy", "test", file)
        #expect(json["results"]?.listed.map { $0["met"] } == [true, false])
        let bad = await desk.run("policy", "test", try desk.write("cases:\n  - {permision: x}\n", to: "bad.yaml"))
        #expect(bad.code == .usage && bad.progress.contains("did you mean 'permission'?"))
        let both = await desk.run("policy", "test", file, "--role", "user")
        #expect(both.code == .usage && both.progress.contains("FILE and --role contradict"))
        #expect(await desk.run("policy", "test", desk.folder + "/no.yaml").code == .usage)
    }

    // MARK: Flags

    @Test(arguments: [
        (["--role", "user", "--permission", "runs.read"], "allow:own", "role:user"),
        (["--permission", "runs.read"], "deny", "default"),
        (["--role", "admin", "--permission", "runs.read", "--scope", "models.read"], "deny", "scope"),
        (["--role", "owner", "--permission", "settings.manage"], "allow:all", "role:owner"),
    ])
    func oneQuestionShowsWhatDecided(flags: [String], effect: String, rule: String) async throws {
        let json = try await desk.json(await desk.run(["policy", "test", "--json"] + flags))
        #expect(json["effect"] == .string(effect) && json["rule"] == .string(rule))
        #expect(json["allowed"] == .bool(effect.hasPrefix("allow")) && json["environment"] == "prod")
        let answer = await desk.run(["policy", "test"] + flags)
        #expect(answer.code == .reached && answer.output.hasPrefix(effect))
        #expect(answer.output.contains("rule    \(rule)\nreason  "))
    }

    @Test(arguments: [
        (["--role", "user"], "--permission is missing"),
        (["--permission", "runs.raed"], "--permission: there is no permission 'runs.raed'; did you mean 'runs.read'?"),
        (["--permission", "runs.read", "--role", "usr"], "--role: there is no role 'usr'; did you mean 'user'?"),
        (["--permission", "runs.read", "--scope", "run.*"], "--scope: there is no permission 'run.*'"),
        (["--permission", "runs.read", "--environment", "moon"], "--environment"),
        (["--permission", "runs.read", "--policy", "/nowhere.yaml"], "/nowhere.yaml is not there"),
    ])
    func whatDoesNotExistIsRefused(flags: [String], message: String) async {
        let answer = await desk.run(["policy", "test"] + flags)
        #expect(answer.code == .usage && answer.output == "" && answer.progress.contains(message), "\(answer)")
    }

    @Test func environmentCategoryAndPolicyCount() async throws {
        let policy = try desk.write(
            """
            extends: built-in
            rules:
              - id: no-security
                effect: deny
                permissions: [agents.execute]
                categories: [security]
                environment: [stage]

            """, to: "own.yaml")
        func ask(_ environment: String, _ flags: String...) async throws -> JSONValue? {
            try await desk.json(
                await desk.run(
                    ["policy", "test", "--role", "owner", "--permission", "agents.execute", "--json"]
                        + ["--category", "security", "--environment", environment] + flags))["rule"]
        }
        #expect(try await ask("stage", "--policy", policy) == "no-security")
        #expect(try await ask("dev", "--policy", policy) == "role:owner")
        #expect(try await ask("stage") == "role:owner")
    }

    // MARK: Showing

    @Test func whatIsShownIsAPolicy() async throws {
        let shown = await desk.run("policy", "show")
        #expect(shown.code == .reached && shown.progress == "This is the built-in policy.\n")
        let file = try desk.write(shown.output, to: "shown.yaml")
        let again = await desk.run("policy", "show", "--policy", file)
        #expect(again.output == shown.output && again.progress.contains(file))
        #expect(await desk.run("policy", "test", Self.cases, "--policy", file).code == .reached)
        let elsewhere = await desk.run("policy", "show", setting: ["OPA_URL": "http://127.0.0.1:1"])
        #expect(elsewhere.progress.contains("http://127.0.0.1:1 decides in its place"))
    }
}
