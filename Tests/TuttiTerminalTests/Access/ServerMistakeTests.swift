import FoundationEssentials
import Testing

@testable import TuttiTerminal

@Suite("Mistakes in the configuration of a server")
struct ServerMistakeTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private func check(_ yaml: String, listening place: String = "127.0.0.1:0") async throws -> Desk.Answer {
        try FileManager.default.createDirectory(atPath: desk.home, withIntermediateDirectories: true)
        _ = try desk.write(yaml, to: "home/tutti.yaml")
        return await desk.run("serve", "--check", "--listen", place)
    }

    @Test(arguments: [
        ("login:\n  google:\n    client_id: x\n", "login.google needs its client_secret"),
        ("login:\n  company:\n    client_secret: x\n", "login.company needs an issuer and a client_id"),
        ("issuers:\n  c:\n    audience: tutti\n", "issuers.c needs a url"),
        ("server:\n  trusted_proxies: 0.0.0.0/0\n", "that is everybody"),
        ("server:\n  trusted_proxies: ::/0\n", "that is everybody"),
    ])
    func doNotPassForWell(yaml: String, message: String) async throws {
        let answer = try await check(yaml)
        #expect(answer.code == .usage && answer.progress.contains(message), "\(answer)")
        #expect(!answer.progress.contains("All is well"))
    }

    @Test func aLoginOnANetworkNeedsToKnowWhereItIs() async throws {
        let yaml = """
            server:
              trusted_proxies: 10.0.0.5
            login:
              company:
                issuer: https://id.example.org
                client_id: tutti

            """
        let answer = try await check(yaml, listening: "0.0.0.0:0")
        #expect(answer.code == .usage && answer.progress.contains("login.company needs server.public_url"), "\(answer)")
        let named = yaml.replacing("server:\n", with: "server:\n  public_url: https://tutti.example.org\n")
        let well = try await check(named, listening: "0.0.0.0:0")
        #expect(well.code == .reached, "\(well)")
    }

    /// A policy is meant from where the file lies that names it, wherever the program was started.
    @Test func aPolicyLiesBesideTheFileThatNamesIt() async throws {
        _ = try await check("auth:\n  policy: p.yaml\n")
        let answer = try await check("auth:\n  policy: p.yaml\n")
        #expect(answer.code == .usage && answer.progress.contains("the policy \(desk.home)/p.yaml is not there"))
        _ = try desk.write("extends: built-in\n", to: "home/p.yaml")
        let found = try await check("auth:\n  policy: p.yaml\n")
        #expect(found.code == .reached, "\(found)")
    }
}
