import Testing
import TuttiHTTP

@testable import TuttiServer

@Suite("Finding routes")
struct PathTableTests {
    private let table = PathTable([
        (.get, RoutePattern("/")), (.get, RoutePattern("/runs")), (.post, RoutePattern("/runs")),
        (.get, RoutePattern("/runs/{run}")), (.get, RoutePattern("/runs/newest")),
        (.get, RoutePattern("/runs/{run}/steps/{key}")), (.delete, RoutePattern("/runs/{run}")),
        (.get, RoutePattern("/a/{build}/js/main.js")),
    ])

    @Test(
        "a path leads to its route",
        arguments: [
            ("/", 0), ("/runs", 1), ("/runs/", 1), ("/runs/x", 3), ("/runs/newest", 4), ("/runs/newest/steps/k", 5),
            ("/a/abc/js/main.js", 7),
        ])
    func finds(path: String, place: Int) {
        guard case .found(let found, _) = table.match(.get, path) else {
            Issue.record("nothing was found")
            return
        }
        #expect(found == place)
    }

    @Test func decodesParametersOnceAndKeepsEncodedSlashesInside() {
        guard case .found(_, let parameters) = table.match(.get, "/runs/a%20b/steps/review%231%2Fx%2525") else {
            Issue.record("nothing was found")
            return
        }
        #expect(parameters == ["run": "a b", "key": "review#1/x%25"])
    }

    @Test(
        "what is not there is not there",
        arguments: [
            "/runs/x/steps", "/runs//steps/k", "//", "/runs/x/y", "/a/abc/js/../js/main.js", "/a/abc/js/%2e%2e/main.js",
            "/a/abc/js/main.js/x", "/a//js/main.js", "/" + String(repeating: "x/", count: 100),
        ])
    func findsNothing(path: String) {
        if case .none = table.match(.get, path) { return }
        Issue.record("\(path) has led somewhere")
    }

    @Test func tellsTheMethodsThatThereAre() {
        guard case .otherMethods(let methods) = table.match(.put, "/runs/x") else {
            Issue.record("other methods were not told")
            return
        }
        #expect(methods == [.delete, .get])
    }

    @Test func answersHeadAsGet() {
        guard case .found(1, _) = table.match(.head, "/runs") else {
            Issue.record("HEAD was not found")
            return
        }
    }

    @Test("a path that is not encoded as it has to be says so", arguments: ["/runs/%", "/runs/%zz", "/runs/%ff"])
    func refusesMalformed(path: String) {
        if case .malformed = table.match(.get, path) { return }
        Issue.record("\(path) was taken")
    }

    @Test func tellsOfMethodsInItsAnswer() async throws {
        try await ServerDesk.with { desk in
            let wrong = try await desk.ask(.put, "/api/v1/runs")
            #expect(wrong.status == 405 && wrong.headers["Allow"] == "GET, POST, HEAD, OPTIONS")
            #expect(try await desk.ask(.options, "/api/v1/runs").status == 204)
            #expect(try await desk.ask(.trace, "/api/v1/runs").status == 405)
            let nothing = try await desk.get("/nothing")
            #expect(nothing.status == 404 && nothing.code == "not_found")
        }
    }
}
