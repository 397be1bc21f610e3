import Synchronization
import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiHTTPServer
import TuttiObservability
import TuttiRuntime
import TuttiStore
import TuttiTesting

@testable import TuttiServer

/// What a stream has told, for who reads it to its end or until something comes.
private actor Told {
    private(set) var text = ""
    private var waiting: [(word: String, continuation: CheckedContinuation<Void, Never>)] = []
    private(set) var hasEnded = false

    func add(_ more: String) {
        text += more
        let ready = waiting.filter { text.contains($0.word) }
        waiting.removeAll { text.contains($0.word) }
        for item in ready { item.continuation.resume() }
    }

    func end() {
        hasEnded = true
        for item in waiting { item.continuation.resume() }
        waiting = []
    }

    /// Waits until it has told this, or has ended.
    func until(_ word: String) async {
        if hasEnded || text.contains(word) { return }
        await withCheckedContinuation { waiting.append((word, $0)) }
    }

    func untilEnd() async { await until("\u{0}") }
}

@Suite("Streams and who may see them", .timeLimit(.minutes(2)))
struct StreamAccessTests {
    /// Reads a stream until it ends.
    private func watch(_ client: LiveClient, _ path: String, _ headers: HTTPHeaders) -> (Told, Task<Void, Never>) {
        let told = Told()
        let task = Task {
            do {
                for try await event in try await client.events(path, headers: headers) {
                    await told.add(
                        "\(event.name) \(event.id ?? "") \(String(decoding: event.json?.bytes ?? [], as: UTF8.self))\n")
                }
            } catch {}
            await told.end()
        }
        return (told, task)
    }

    @Test(arguments: ["/api/v1/events", "/api/v1/live", "/api/v1/live?frames=true"])
    func tellOnesOwnOnly(path: String) async throws {
        try await ServerDesk.withOthers { desk, owner, others in
            let (ada, bob) = (try await desk.person("ada", by: owner), try await desk.person("bob", by: owner))
            try await desk.serving { client in
                let start = path.contains("live") ? "snapshot" : ""
                let (hers, reading) = watch(client, path, ada.token)
                let (all, readingAll) = watch(client, path, owner.token)
                await hers.until(start)
                await all.until(start)
                // What happens before a stream is open is not told: it is asked for until the stream tells.
                var (mine, his) = ("", "")
                while await !hers.text.contains("run.started") {
                    his = try await desk.start("listening", 1, as: bob)
                    mine = try await desk.start("listening", 2, as: ada)
                    await Task.yield()
                }
                mine = try await desk.start("listening", 3, as: ada)
                await hers.until(mine)
                await all.until(mine)
                let text = await hers.text
                #expect(!text.contains(his) && !text.contains(bob.id) && !text.contains(others.run))
                #expect(await all.text.contains(his))
                #expect(await !all.text.contains(others.run))
                reading.cancel()
                readingAll.cancel()
            }
        }
    }

    /// What a stream of somebody's own run is, by each way.
    private static let paths = [
        "/api/v1/events", "/api/v1/live", "/api/v1/live?run=RUN&frames=true", "/api/v1/runs/RUN/events",
        "/api/v1/runs/RUN/frames", "/api/v1/topics/news/events",
    ]

    @Test func areNotOpenedOnRunsOfOthers() async throws {
        try await ServerDesk.withOthers { desk, owner, others in
            let (ada, bob) = (try await desk.person("ada", by: owner), try await desk.person("bob", by: owner))
            let his = try await desk.start("listening", 1, as: bob)
            for run in [his, others.run] {
                for path in Self.paths.filter({ $0.contains("RUN") }) + ["/ws/refinement/RUN"] {
                    var headers = ada.token
                    headers.add("Accept", "text/event-stream")
                    headers.add("Upgrade", "websocket")
                    headers.add("Connection", "Upgrade")
                    let answer = try await desk.get(path.replacing("RUN", with: run), headers: headers)
                    #expect(answer.status == 404 && answer.code == "run_not_found", "\(path)")
                }
            }
        }
    }

    enum Ending: String, CaseIterable, Sendable {
        case logout, logoutEverywhere, endedByOwner, closed, removed, roles, reuse, password
    }

    private func end(_ ending: Ending, _ ada: Person, by owner: Person, _ desk: ServerDesk) async throws {
        let answer: ServerDesk.Answer
        switch ending {
        case .logout: answer = try await desk.post("/auth/logout", headers: ada.token)
        case .logoutEverywhere: answer = try await desk.post("/auth/logout-all", headers: ada.token)
        case .endedByOwner:
            let sessions = try await desk.get("/auth/sessions", headers: ada.token).list("sessions")
            let id = sessions.first?["id"]?.stringValue ?? ""
            answer = try await desk.ask(.delete, "/auth/sessions/\(id)", headers: owner.token)
        case .closed:
            answer = try await desk.ask(.patch, "/api/v1/users/\(ada.id)", ["active": false], headers: owner.token)
        case .removed: answer = try await desk.ask(.delete, "/api/v1/users/\(ada.id)", headers: owner.token)
        case .roles:
            answer = try await desk.ask(
                .patch, "/api/v1/users/\(ada.id)", ["roles": ["operator"]], headers: owner.token)
        case .reuse:
            _ = try await desk.post("/auth/refresh", ["refresh_token": .string(ada.refresh)])
            answer = try await desk.post("/auth/refresh", ["refresh_token": .string(ada.refresh)])
            #expect(answer.status == 401)
            return
        case .password:
            let other = try await desk.login(ada.username)
            answer = try await desk.post(
                "/auth/password",
                ["current_password": .string(ServerDesk.password), "new_password": "another good one"],
                headers: other.token)
        }
        #expect((200..<300).contains(answer.status), "\(ending): \(answer.text)")
    }

    @Test(arguments: Ending.allCases)
    func endWithTheSession(ending: Ending) async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            let run = try await desk.start("listening", 1, as: ada)
            try await desk.serving { client in
                let watched = Self.paths.map { watch(client, $0.replacing("RUN", with: run), ada.token) }
                for (told, _) in watched.prefix(3).dropFirst() { await told.until("snapshot") }
                await watched[3].0.until("run.started")
                try await end(ending, ada, by: owner, desk)
                for (told, _) in watched { await told.untilEnd() }
                let status = try await desk.status(ada.token)
                #expect(status == (ending == .roles ? 200 : 401))
            }
        }
    }

    @Test(arguments: Ending.allCases)
    func aWebSocketEndsWithTheSession(ending: Ending) async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            // One that says hello, and goes on for as long as it is let.
            let route = Route(.get, "/ws/hello", "watchRefinement", .refinement, "Says hello.", answers: []) { _ in
                ServerResponse(
                    status: 101,
                    body: .webSocket(WebSocketOptions()) { socket in
                        try await socket.send(text: "hello")
                        while try await socket.receive() != nil {}
                    })
            }
            let control = AccessControl(
                desk.access, guardian: desk.application.guardian, origins: AllowedOrigins(),
                log: .silent(clock: SystemTimekeeper()),
                clock: SystemTimekeeper())
            let server = HTTPServer(
                configuration: HTTPServerConfiguration(address: "127.0.0.1", port: 0),
                handler: Router([route], middleware: [control]) { "req" },
                clock: ManualClock())  // silence ends nothing
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                defer { group.cancelAll() }
                let port = try #require(try await server.addresses().first).port
                let ticket = try await desk.post("/auth/ws-token", headers: ada.token).json["ticket"]?.stringValue
                let probe = SocketProbe()
                await probe.open(port: port, "/ws/hello?ticket=\(ticket ?? "")")
                let head = await probe.read(until: "hello")
                #expect(head.hasPrefix("HTTP/1.1 101"))
                try await end(ending, ada, by: owner, desk)
                #expect(await probe.readToEnd())
            }
        }
    }

    @Test func ofAKeyEndWithIt() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let key = try await desk.key(of: owner)
            let run = try await desk.start("listening", 1, as: owner)
            try await desk.serving { client in
                let (told, _) = watch(client, "/api/v1/runs/\(run)/events", ["X-API-Key": key.text])
                await told.until("run.started")
                _ = try await desk.ask(.delete, "/api/v1/keys/\(key.id)", headers: owner.token)
                await told.untilEnd()
                #expect(try await desk.status(["X-API-Key": key.text]) == 401)
            }
        }
    }

    @Test func ofAKeyEndWithItsLastDay() async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(clock: clock) { desk, owner in
            let key = try await desk.key(of: owner, days: 1)
            let run = try await desk.start("listening", 1, as: owner)
            try await desk.serving { client in
                let (told, _) = watch(client, "/api/v1/runs/\(run)/events", ["X-API-Key": key.text])
                await told.until("run.started")
                clock.advance(by: .seconds(86_401))
                await told.untilEnd()
                let status = try await desk.status(["X-API-Key": key.text])
                #expect(status == 401)
            }
        }
    }

    @Test func ofLocalModeEndWithIt() async throws {
        try await ServerDesk.with { desk in
            let run = try await desk.start("listening", 1)
            try await desk.serving { client in
                let (told, _) = watch(client, "/api/v1/runs/\(run)/events", [:])
                await told.until("run.started")
                try await desk.register("olga")
                await told.untilEnd()
                #expect(try await desk.get("/api/v1/runs/\(run)/events").status == 401)
            }
        }
    }

    @Test func aTicketOpensOneStreamAndNothingElse() async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(clock: clock) { desk, owner in
            func ticket() async throws -> String {
                try await desk.post("/auth/ws-token", headers: owner.token).json["ticket"]?.stringValue ?? ""
            }
            let once = try await ticket()
            #expect(try await desk.get("/api/v1/runs?ticket=\(once)").status == 200)
            let again = try await desk.get("/api/v1/runs?ticket=\(once)")
            #expect(again.status == 401 && again.code == "ticket_refused")
            // It begets nothing that outlives it.
            let forKey = try await ticket()
            #expect(try await desk.post("/api/v1/keys?ticket=\(forKey)", ["name": "x"]).status == 401)
            #expect(try await desk.post("/auth/ws-token?ticket=\(forKey)").status == 401)
            #expect(try await desk.get("/auth/ws-token?ticket=\(forKey)").status == 401)
            let late = try await ticket()
            clock.advance(by: .seconds(60))
            #expect(try await desk.get("/api/v1/runs?ticket=\(late)").status == 401)
            let early = try await ticket()
            clock.advance(by: .seconds(59))
            #expect(try await desk.get("/api/v1/runs?ticket=\(early)").status == 200)
            let revoked = try await ticket()
            #expect(try await desk.post("/auth/logout", headers: owner.token).status == 204)
            #expect(try await desk.get("/api/v1/runs?ticket=\(revoked)").status == 401)
            #expect(try await desk.get("/api/v1/runs?ticket=ttt_forged").status == 401)
        }
    }

    @Test func ticketsAreGivenToBearersAndPagesOnly() async throws {
        try await ServerDesk.withOwner { desk, owner async throws in
            #expect(try await desk.get("/auth/ws-token", headers: owner.token).status == 200)
            let cookie: HTTPHeaders = ["Cookie": "tutti_access_\(ServerDesk.port)=\(owner.access)"]
            #expect(try await desk.status(cookie) == 200)
            #expect(try await desk.get("/auth/ws-token", headers: cookie).status == 401)
            #expect(try await desk.post("/auth/ws-token", headers: cookie).status == 403)
        }
    }
}
