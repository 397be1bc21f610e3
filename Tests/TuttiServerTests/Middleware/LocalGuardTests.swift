import Testing
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

@Suite("Local mode")
struct LocalGuardTests {
    @Test(
        "a name that points here is not enough",
        arguments: [
            "evil.example:8001", "localhost", "localhost:8002", "127.0.0.1", "0.0.0.0:8001",
            "localhost:8001.evil.example",
            "127.0.0.1:8001@evil.example", "[::1]", "",
        ])
    func refusesForeignHosts(host: String) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.get("/api/v1/runs", headers: ["Host": host])
            #expect(answer.status == 421 && answer.code == "foreign_host")
            #expect(answer.list("runs").isEmpty)
        }
    }

    @Test("our own names are", arguments: ["localhost:8001", "127.0.0.1:8001", "[::1]:8001", "LOCALHOST:8001"])
    func answersToItsNames(host: String) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.get("/api/v1/runs", headers: ["Host": host])
            #expect(answer.status == 200)
        }
    }

    @Test(
        "no other page gives orders",
        arguments: [
            "https://evil.example", "http://localhost:8002", "null", "http://localhost:8001.evil.example",
            "https://localhost:8001",
        ])
    func refusesDriveByPosts(origin: String) async throws {
        try await ServerDesk.with { desk in
            let post = try await desk.post("/projects", ["name": "x"], headers: ["Origin": origin])
            #expect(post.status == 403 && post.code == "foreign_origin")
            let stream = try await desk.get(
                "/api/v1/events", headers: ["Origin": origin, "Accept": "text/event-stream"])
            #expect(stream.status == 403)
            let socket = try await desk.get(
                "/ws/refinement/run_x", headers: ["Origin": origin, "Upgrade": "websocket"])
            #expect(socket.status == 403)
            #expect(try await desk.get("/projects").list("projects").isEmpty)
        }
    }

    @Test func aFormOfAnotherPageIsNoOrderEvenWithoutOrigin() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.ask(
                .post, "/projects", bytes: Array("{\"name\":\"x\"}".utf8), headers: ["Content-Type": "text/plain"])
            #expect(answer.status == 415)
        }
    }

    @Test func ourOwnPageMay() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post(
                "/projects", ["name": "x"], headers: ["Origin": "http://localhost:8001"])
            #expect(answer.status == 201)
            #expect(answer.headers["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test(arguments: ["/api/v1/live", "/api/v1/runs", "/metrics"])
    func otherSitesAreGivenNothing(path: String) async throws {
        try await ServerDesk.with { desk in
            let foreign = try await desk.get(path, headers: ["Origin": "https://evil.example"])
            #expect(foreign.status == 403 && foreign.code == "foreign_origin")
            let picture = try await desk.get(
                path, headers: ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"])
            #expect(picture.status == 403)
            let link = try await desk.get(
                "/runs", headers: ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"])
            #expect(link.status == 200)
        }
    }

    @Test func onlyListedOriginsMayUseTheAPI() async throws {
        let origins = AllowedOrigins()
        try await ServerDesk.with(configure: { $0.origins = origins }) { desk in
            let early = try await desk.post(
                "/projects", ["name": "x"], headers: ["Origin": "https://tools.example.org"])
            #expect(early.status == 403 && early.code == "foreign_origin")
            origins.change(to: ["https://tools.example.org"])
            let mine: HTTPHeaders = [
                "Origin": "https://tools.example.org", "Access-Control-Request-Method": "POST",
            ]
            let preflight = try await desk.ask(.options, "/projects", headers: mine)
            #expect(preflight.status == 204)
            #expect(preflight.headers["Access-Control-Allow-Origin"] == "https://tools.example.org")
            let post = try await desk.post("/projects", ["name": "x"], headers: ["Origin": "https://tools.example.org"])
            #expect(post.status == 201 && post.headers["Vary"] == "Origin")
            let other = try await desk.ask(
                .options, "/projects",
                headers: [
                    "Origin": "https://evil.example", "Access-Control-Request-Method": "POST",
                ])
            #expect(other.headers["Access-Control-Allow-Origin"] == nil)
        }
    }
}
