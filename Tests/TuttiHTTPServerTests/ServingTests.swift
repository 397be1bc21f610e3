import TestServer
import Testing
import TuttiHTTP

@testable import TuttiHTTPServer

struct ServingTests {
    @Test func aRequestArrivesAsItWasSent() async throws {
        let handler = TestHandler { request in
            let found =
                "\(request.method.rawValue) \(request.path) \(request.query ?? "-") \(request.headers["x-a"] ?? "-")"
            return ServerResponse(status: 201, headers: ["X-B": "c"], body: .bytes(Array(found.utf8)))
        }
        try await withServer(handler) { server, port in
            let peer = Peer(port: port)
            await peer.send("DELETE /a/b?c=d HTTP/1.1\r\nHost: test\r\nX-A: \te \r\n\r\n")
            let answer = try #require(await peer.readAnswer())
            #expect(answer.status == 201 && answer.text == "DELETE /a/b c=d e" && answer["x-b"] == "c")
            #expect(server.statistics.requests == 1 && server.statistics.connectionsOpen == 1)
            #expect(try await server.addresses() == [PeerAddress(address: "127.0.0.1", port: port)])
        }
    }

    @Test func aConnectionServesManyRequestsOneAfterTheOther() async throws {
        try await withServer(TestHandler.echo) { server, port in
            let peer = Peer(port: port)
            for number in 0..<200 {
                let body = String(repeating: "x", count: number * 37)
                await peer.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                await #expect(peer.readAnswer()?.text == body)
            }
            #expect(server.statistics.connectionsAccepted == 1)
        }
    }

    @Test func answersToRequestsThatCameTogetherComeInOrder() async throws {
        let first = Signal()
        let handler = TestHandler { request in
            if request.path == "/0" { await first.wait() }
            return ServerResponse(body: .bytes(Array(request.path.utf8)))
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send((0..<50).map { get("/\($0)") }.joined())
            first.give()
            for number in 0..<50 { await #expect(peer.readAnswer()?.text == "/\(number)") }
        }
    }

    @Test func headHasTheFieldsOfGetAndNoBody() async throws {
        let handler = TestHandler { request in
            switch request.path {
            case "/bytes": ServerResponse(body: .bytes(Array("hello".utf8)))
            case "/length": ServerResponse(body: .stream(length: 7) { _ in Issue.record("a body is asked for") })
            case "/chunked": ServerResponse(body: .stream(length: nil) { _ in Issue.record("a body is asked for") })
            case "/known": ServerResponse(headers: ["Content-Length": "99"])
            default: ServerResponse()
            }
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            for (path, length) in [("/bytes", "5"), ("/length", "7"), ("/chunked", nil), ("/known", "99"), ("/", nil)] {
                await peer.send("HEAD \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
                let answer = try #require(await peer.readAnswer(toHead: true))
                #expect(answer["content-length"] == length)
                #expect(answer["transfer-encoding"] == (path == "/chunked" ? "chunked" : nil))
            }
            await peer.send(get("/bytes"))
            await #expect(peer.readAnswer()?.text == "hello")  // nothing was left in between
        }
    }

    @Test(arguments: [204, 304])
    func someStatusesNeverHaveABody(status: Int) async throws {
        let handler = TestHandler { _ in ServerResponse(status: status, body: .bytes([1, 2, 3])) }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send(get() + get())
            await #expect(peer.readAnswer()?.status == status)
            let second = try #require(await peer.readAnswer())
            #expect(second.status == status && second["content-length"] == (status == 204 ? nil : "3"))
        }
    }

    @Test func whoWaitsToSendIsToldToOnlyWhenSomebodyReads() async throws {
        let handler = TestHandler { request in
            guard request.path == "/read" else { return ServerResponse(status: 403) }
            return ServerResponse(body: .bytes(try await request.body.collect(upTo: 100)))
        }
        try await withServer(handler) { _, port in
            let fields = "Host: test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            let reading = Peer(port: port)
            await reading.send("POST /read HTTP/1.1\r\n\(fields)")
            await #expect(reading.readAnswer()?.status == 100)
            await reading.send("abc")
            await #expect(reading.readAnswer()?.text == "abc")

            let refusing = Peer(port: port)
            await refusing.send("POST /no HTTP/1.1\r\n\(fields)")
            let answer = try #require(await refusing.readAnswer())
            // Whether the body comes cannot be known, so the connection cannot go on.
            #expect(answer.status == 403 && answer["connection"] == "close")
            await #expect(refusing.readToEnd().isEmpty)

            let eager = Peer(port: port)
            await eager.send("POST /read HTTP/1.1\r\n\(fields)abc")
            await #expect(eager.readAnswer()?.status == 200)
        }
    }

    @Test func aBodyThatNobodyReadsDoesNotHurtTheNextRequest() async throws {
        try await withServer(TestHandler { _ in ServerResponse(body: .bytes([0x61])) }) { _, port in
            let peer = Peer(port: port)
            let small = String(repeating: "GET / HTTP/1.1\r\n", count: 100)
            await peer.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(small.utf8.count)\r\n\r\n")
            await #expect(peer.readAnswer()?.status == 200)
            await peer.send(small + get())
            await #expect(peer.readAnswer()?.status == 200)

            await peer.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n")
            await #expect(peer.readAnswer()?["connection"] == "close")
            await #expect(peer.readToEnd().isEmpty)
        }
    }

    @Test func streamsGoInChunksOrWithTheirLength() async throws {
        let handler = TestHandler { request in
            ServerResponse(
                body: .stream(length: request.path == "/length" ? 11 : nil) { writer in
                    try await writer.write(Array("hello ".utf8))
                    try await writer.write([])
                    try await writer.write(Array("world".utf8))
                })
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            for path in ["/length", "/chunks", "/length"] {
                await peer.send(get(path))
                let answer = try #require(await peer.readAnswer())
                #expect(answer.text == "hello world")
                #expect(answer["transfer-encoding"] == (path == "/chunks" ? "chunked" : nil))
            }
            let old = Peer(port: port)
            await old.send("GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let answer = try #require(await old.readAnswer())
            #expect(answer.text == "hello world" && answer["connection"] == "close")
        }
    }

    @Test func aStreamThatFailsIsSeenToBeCutOff() async throws {
        struct Failure: Error {}
        let handler = TestHandler { request in
            ServerResponse(
                body: .stream(length: request.path == "/short" ? 10 : nil) { writer in
                    try await writer.write(Array("abc".utf8))
                    if request.path == "/long" { throw Failure() }
                })
        }
        try await withServer(handler) { _, port in
            for path in ["/short", "/long"] {
                let peer = Peer(port: port)
                await peer.send(get(path))
                await #expect(peer.readHead() != nil)
                await #expect(!text(peer.readToEnd()).contains("0\r\n\r\n"))
            }
        }
    }

    @Test func writingMoreThanWasSaidIsAnError() async throws {
        let handler = TestHandler { _ in
            ServerResponse(
                body: .stream(length: 3) { writer in
                    await #expect(throws: HTTPServerError.self) { try await writer.write([1, 2, 3, 4]) }
                    try await writer.write([1, 2, 3])
                })
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send(get())
            await #expect(peer.readAnswer()?.body == [1, 2, 3])
        }
    }

    @Test func errorsBecomeAnswersAndTellNoMoreThanTheyShould() async throws {
        struct Secret: Error { let key = "hidden" }
        let handler = TestHandler { request in
            guard request.path == "/known" else { throw Secret() }
            throw HTTPServerError(status: 429, code: "slow", message: "too fast", headers: ["Retry-After": "7"])
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send(get("/known") + get("/secret"))
            let known = try #require(await peer.readAnswer())
            #expect(known.status == 429 && known.text == "too fast\n" && known["retry-after"] == "7")
            let secret = try #require(await peer.readAnswer())
            #expect(secret.status == 500 && !secret.head.contains("hidden") && !secret.text.contains("hidden"))
        }
    }

    @Test func errorsOfTheTransportAreAnsweredByTheHandler() async throws {
        struct Problems: RequestHandler {
            func respond(to request: ServerRequest) async throws -> ServerResponse { ServerResponse() }

            func plan(for head: inout ServerRequest) -> RequestPlan { RequestPlan(bodySizeMax: 3) }

            func answer(to error: HTTPServerError) -> ServerResponse {
                ServerResponse(status: error.status, headers: ["X-Code": error.code], body: .bytes(Array("{}".utf8)))
            }
        }
        try await withServer(Problems()) { _, port in
            let post = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nabcd"
            for (request, code) in [(get("/", "a b\r\n"), "bad_request"), (post, "body_too_large")] {
                let peer = Peer(port: port)
                await peer.send(request)
                let answer = try #require(await peer.readAnswer())
                #expect(answer["x-code"] == code && answer.text == "{}" && answer["connection"] == "close")
                await #expect(peer.readToEnd().isEmpty)
            }
        }
    }

    @Test func aFieldThatWouldBreakTheHeadBecomesAnError() async throws {
        let handler = TestHandler { request in
            ServerResponse(
                headers: ["X-A": "a\r\nSet-Cookie: b"],
                body: request.path == "/stream" ? .stream(length: nil) { _ in } : .bytes([1]))
        }
        try await withServer(handler) { _, port in
            for path in ["/", "/stream"] {
                let peer = Peer(port: port)
                await peer.send(get(path))
                let answer = try #require(await peer.readAnswer())
                #expect(answer.status == 500 && answer["set-cookie"] == nil)
            }
        }
    }

    @Test func handlersRunOnTheLoopUnlessTheyAskForAnotherPlace() async throws {
        struct Places: RequestHandler {
            func plan(for head: inout ServerRequest) -> RequestPlan {
                RequestPlan(runsElsewhere: head.path == "/elsewhere")
            }

            func respond(to request: ServerRequest) async throws -> ServerResponse {
                let body = try await request.body.collect(upTo: 10)
                return ServerResponse(
                    body: .stream(length: nil) { writer in
                        try await writer.write(body)
                        try await writer.write(Array(threadName().utf8))
                    })
            }
        }
        try await withServer(Places()) { _, port in
            let peer = Peer(port: port)
            for (path, isLoop) in [("/", true), ("/elsewhere", false)] {
                await peer.send("POST \(path) HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\n:")
                await #expect(peer.readAnswer()?.text.hasPrefix(":tutti-http-") == isLoop)
            }
        }
    }

    @Test func aPortThatIsTakenIsToldWithItsAddress() async throws {
        try await withServer(TestHandler.echo) { _, port in
            let second = HTTPServer(configuration: HTTPServerConfiguration(port: port), handler: TestHandler.echo)
            let error = await #expect(throws: HTTPServerStartError.self) { try await second.run() }
            #expect(error?.isAddressInUse == true && error?.description.contains("127.0.0.1:\(port)") == true)
            await #expect(throws: HTTPServerStartError.self) { try await second.boundPort }
        }
    }

    @Test(arguments: ["300.0.0.1", "no address", "::zz"])
    func anAddressThatIsNoneIsTold(address: String) async {
        let server = HTTPServer(configuration: HTTPServerConfiguration(address: address), handler: TestHandler.echo)
        await #expect(throws: HTTPServerStartError.self) { try await server.run() }
    }
}
