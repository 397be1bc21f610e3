import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiObservability
import TuttiStore

@testable import TuttiServer

@Suite("Secrets that were planted", .timeLimit(.minutes(1)))
struct PlantedSecretTests {
    /// Every file below a folder, as bytes.
    private func files(below path: String) throws -> [(name: String, bytes: [UInt8])] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path)
        return names.compactMap { name in
            FileManager.default.contents(atPath: path + "/" + name).map { (name, Array($0)) }
        }
    }

    /// Which of the texts stand somewhere in bytes: looked for by how they begin, all at once.
    private static func found(_ texts: [String], in bytes: [UInt8]) -> [String] {
        let byHead = Dictionary(grouping: texts) { Array($0.utf8.prefix(headLength)) }
        let firsts = Set(byHead.keys.compactMap(\.first))
        var found: Set<String> = []
        for place in bytes.indices where firsts.contains(bytes[place]) {
            let rest = bytes[place...]
            for text in byHead[Array(rest.prefix(headLength))] ?? [] where rest.starts(with: text.utf8) {
                found.insert(text)
            }
        }
        return found.sorted()
    }

    private static let headLength = 6

    @Test func theSearchFindsWhatIsThere() {
        let bytes = Array("xxplanted-1-yy planted-22".utf8)
        #expect(
            Self.found(["planted-1-yy", "planted-2", "planted-3", "plante"], in: bytes) == [
                "plante", "planted-1-yy", "planted-2",
            ])
    }

    @Test func areFoundNowhere() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let run = try await desk.start("listening", 1, as: owner)
            var planter = SecretPlanter(desk: desk, owner: owner)
            try await planter.plant()
            let (secrets, refusals) = (planter.secrets, planter.refusals)
            #expect(secrets.count > 150 && Set(secrets).count == secrets.count)
            await desk.access.accounts.gate.writeUses()
            let audit = try await desk.audit().map { "\($0)" }
            let metrics = desk.metrics.scrape(accept: nil).text
            let places: [(String, [String])] = [
                ("a log line", desk.log.all), ("a span", desk.spans.all.map { "\($0)" }), ("the numbers", [metrics]),
                ("the audit log", audit), ("a refusal", refusals),
                ("the run", [try await desk.get("/api/v1/runs/\(run)", headers: owner.token).text]),
                ("the settings", [try await desk.get("/api/v1/settings", headers: owner.token).text]),
            ]
            #expect(desk.log.all.count > 150 && desk.spans.all.count > 150)
            #expect(audit.count > 20 && refusals.count > 100)
            for (place, texts) in places {
                let whole = texts.joined(separator: "\n")
                for secret in secrets where whole.contains(secret) {
                    Issue.record(
                        "\(place) tells \(secret.prefix(24)): \(texts.first { $0.contains(secret) }?.prefix(300) ?? "")"
                    )
                }
            }
            let files = try files(below: desk.home)
            #expect(Set(files.map(\.name)).isSuperset(of: ["access.db", "server.db"]))
            for (name, bytes) in files {
                for secret in Self.found(secrets, in: bytes) {
                    Issue.record("\(name) holds \(secret.prefix(24))")
                }
            }
        }
    }

    @Test func anAnswerThatHeldASecretIsNotGivenTwice() async throws {
        try await ServerDesk.withOwner { desk, owner in
            for (path, body): (String, JSONValue?) in [
                ("/api/v1/keys", ["name": "k"]), ("/api/v1/invitations", [:]), ("/auth/ws-token", nil),
                ("/api/v1/users/\(owner.id)/reset-code", nil),
            ] {
                var headers = owner.token
                headers.add("Idempotency-Key", "once")
                let first = try await desk.post(path, body, headers: headers)
                let again = try await desk.post(path, body, headers: headers)
                #expect((200..<300).contains(first.status) && first.headers["Cache-Control"] == "no-store", "\(path)")
                #expect(again.status == 409 && again.code == "already_done", "\(path)")
            }
            // What was refused may be tried again with a better body under the same key.
            var headers = owner.token
            headers.add("Idempotency-Key", "twice")
            #expect(try await desk.post("/api/v1/keys", ["name": ""], headers: headers).status == 422)
            #expect(try await desk.post("/api/v1/keys", ["name": "good"], headers: headers).status == 201)
            #expect(try await desk.get("/api/v1/keys", headers: owner.token).list("keys").count == 2)
        }
    }
}
