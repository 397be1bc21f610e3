import Testing
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

@Suite("Projects, topics and uploads")
struct ResourcesTests {
    @Test func keepsProjectsAndHoldsBackWhoHasAnOldVersion() async throws {
        try await ServerDesk.with { desk in
            let made = try await desk.post("/projects", ["name": "Todo API"])
            #expect(made.status == 201 && made.json["status"] == "planning")
            let place = try #require(made.headers["Location"])
            let tag = try #require(made.headers["ETag"])
            let changed = try await desk.ask(.patch, place, ["status": "executing"], headers: ["If-Match": tag])
            #expect(changed.status == 200 && changed.json["status"] == "executing")
            let late = try await desk.ask(.patch, place, ["name": "Other"], headers: ["If-Match": tag])
            #expect(late.status == 412 && late.headers["ETag"] == changed.headers["ETag"])
            #expect(try await desk.get(place).json["name"] == "Todo API")
            #expect(try await desk.get("/projects?status=executing").list("projects").count == 1)
            #expect(try await desk.get("/projects?status=failed").list("projects").isEmpty)
            #expect(try await desk.ask(.delete, place).status == 204)
            #expect(try await desk.ask(.delete, place).code == "project_not_found")
        }
    }

    @Test(
        "a project that does not fit is not made",
        arguments: [
            ["name": ""], ["name": "  "], ["description": "no name"], ["name": "x", "colour": "red"],
        ] as [JSONValue])
    func refusesProjects(body: JSONValue) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post("/api/v1/projects", body)
            #expect(answer.status == 422)
            #expect(try await desk.get("/api/v1/projects").list("projects").isEmpty)
        }
    }

    @Test func pagesThroughProjects() async throws {
        try await ServerDesk.with { desk in
            for number in 1...3 { _ = try await desk.post("/projects", ["name": .string("\(number)")]) }
            let first = try await desk.get("/projects?limit=2")
            #expect(first.list("projects").compactMap { $0["name"]?.stringValue } == ["3", "2"])
            let cursor = try #require(first.json["next"]?.stringValue)
            let second = try await desk.get("/projects?limit=2&cursor=\(cursor)")
            #expect(second.list("projects").compactMap { $0["name"]?.stringValue } == ["1"])
            #expect(second.json["next"] == .null)
        }
    }

    @Test func numbersTheEventsOfATopic() async throws {
        try await ServerDesk.with { desk in
            for number in 1...3 {
                let event = try await desk.post(
                    "/api/v1/topics/build.x/events", ["type": "done", "data": .int(Int64(number))])
                #expect(event.status == 201 && event.json["n"] == .int(Int64(number)))
            }
            let page = try await desk.get("/api/v1/topics/build.x/events?after=1&limit=1")
            #expect(page.list("events").compactMap { $0["data"] } == [2] && page.json["last"] == 2)
            #expect(try await desk.post("/api/v1/topics/Bad/events", ["type": "x"]).status == 400)
            #expect(try await desk.post("/api/v1/topics/x/events", ["type": "x", "ttl_seconds": 0]).status == 422)
            #expect(
                try await desk.get("/api/v1/topics").list("topics").compactMap { $0["name"]?.stringValue } == [
                    "build.x"
                ])
        }
    }

    private func form(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n"
        return Array(head.utf8) + content + Array("\r\n--b--\r\n".utf8)
    }

    @Test(
        "only text files are read",
        arguments: [
            ("plan.md", Array("# A plan".utf8), 201), ("../../plan.TXT", Array("x".utf8), 201),
            ("plan.pdf", Array("x".utf8), 422), ("plan.md", [0xFF, 0xFE], 422), ("plan.md", [0x61, 0], 422),
        ] as [(String, [UInt8], Int)])
    func readsTextFiles(name: String, content: [UInt8], status: Int) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.ask(
                .post, "/api/v1/uploads", bytes: form(name, content),
                headers: ["Content-Type": "multipart/form-data; boundary=b"])
            #expect(answer.status == status)
            if status == 201 { #expect(answer.json["filename"]?.stringValue?.contains("/") == false) }
        }
    }

    @Test(
        "a form that is cut off, or none, is refused",
        arguments: [
            ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx", 400),
            ("multipart/form-data", "--b--", 415), ("application/json", "{}", 415),
            ("multipart/form-data; boundary=b", "--b\r\n\r\n--b--", 400),
        ])
    func refusesForms(type: String, body: String, status: Int) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.ask(
                .post, "/api/files/upload", bytes: Array(body.utf8), headers: ["Content-Type": type])
            #expect(answer.status == status)
        }
    }
}
