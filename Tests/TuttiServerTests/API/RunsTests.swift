import Testing
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiTesting

@testable import TuttiServer

@Suite("Runs over the API")
struct RunsTests {
    @Test func listsTheNewestFirstAndGoesOnBehindThePageBefore() async throws {
        try await ServerDesk.with { desk in
            var started: [String] = []
            for number in 1...5 {
                started.insert(try await desk.start("publishing", ["title": .string("No. \(number)")]), at: 0)
            }
            var seen: [String] = []
            var target: String? = "/api/v1/runs?limit=2"
            while let next = target {
                let page = try await desk.get(next)
                #expect(page.status == 200)
                seen += page.list("runs").compactMap { $0["id"]?.stringValue }
                target = page.json["next"]?.stringValue.map { "/api/v1/runs?limit=2&cursor=\($0)" }
            }
            #expect(seen == started)
            let found = try await desk.get("/api/v1/runs?q=no.%203&state=waiting,queued,running")
            #expect(found.list("runs").compactMap { $0["title"]?.stringValue } == ["No. 3"])
        }
    }

    @Test(
        "a parameter that does not fit names itself and the rule",
        arguments: [
            ("limit=0", "limit", "range"), ("limit=x", "limit", "range"), ("state=done", "state", "enum"),
            ("limt=5", "limt", "unknown"), ("kin=none", "kin", "enum"), ("cursor=abc", "cursor", "cursor"),
            ("cost_above=-1", "cost_above", "amount"), ("from=yesterday", "from", "date-time"),
            ("q=%ff", "query", "encoding"),
        ])
    func refusesParameters(query: String, field: String, rule: String) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.get("/api/v1/runs?\(query)")
            #expect(answer.status == 400 && answer.code == "bad_parameter")
            #expect(answer.list("errors").first?["field"]?.stringValue == field)
            #expect(answer.list("errors").first?["rule"]?.stringValue == rule)
            #expect(answer.headers["Content-Type"] == "application/problem+json")
        }
    }

    @Test func showsARunWithWhatItAsksAndWhatCanBeDone() async throws {
        try await ServerDesk.with { desk in
            let run = try await desk.start("publishing", ["title": "Tea"])
            try await desk.event("approval.requested", of: run)
            let shown = try await desk.get("/api/v1/runs/\(run)")
            #expect(shown.json["input"] == ["title": "Tea"])
            #expect(shown.list("approvals").first?["shown"] == ["title": "Tea"])
            #expect(shown.list("actions") == ["approve", "cancel"])
            let byBeginning = try await desk.get("/api/v1/runs/\(run.dropFirst(4).prefix(20).uppercased())")
            #expect(byBeginning.json["id"]?.stringValue == run)
            #expect(try await desk.get("/api/v1/runs/run_nobody").status == 404)
            #expect(try await desk.get("/api/v1/runs/\(run.prefix(9))").code == "run_not_found")
        }
    }

    @Test func givesTheSameTagForTheSameBytesAndSaysWhenNothingHasChanged() async throws {
        try await ServerDesk.with { desk in
            let run = try await desk.start("listening", 0)
            try await desk.event("wait.started", of: run)
            let first = try await desk.get("/api/v1/runs/\(run)/steps")
            let tag = try #require(first.headers["ETag"])
            let again = try await desk.get("/api/v1/runs/\(run)/steps", headers: ["If-None-Match": tag])
            #expect(again.status == 304 && again.bytes.isEmpty && again.headers["ETag"] == tag)
            _ = try await desk.post("/api/v1/runs/\(run)/signal", ["name": "word", "value": "tea"])
            try await desk.event("run.completed", of: run)
            let changed = try await desk.get("/api/v1/runs/\(run)/steps", headers: ["If-None-Match": tag])
            #expect(changed.status == 200 && changed.headers["ETag"] != tag)
        }
    }

    @Test func startsOnlyWhatFitsAndNamesEveryFieldThatDoesNot() async throws {
        try await ServerDesk.with { desk in
            let unknown = try await desk.post("/api/v1/runs", ["workflow": "nobody", "input": 1])
            #expect(unknown.status == 404 && unknown.code == "workflow_unknown")
            let misfit = try await desk.post("/api/v1/runs", ["workflow": "roundtable", "input": ["title": 1]])
            #expect(misfit.status == 422)
            #expect(misfit.list("errors").contains { $0["field"] == "/input/document" })
            let stranger = try await desk.post("/api/v1/runs", ["workflow": "listening", "input": 1, "budgt": 1])
            #expect(stranger.status == 422)
            #expect(try await desk.post("/api/v1/runs", ["input": 1]).code == "bad_input")
            #expect(try await desk.get("/api/v1/runs?kin=all").list("runs").isEmpty)
        }
    }

    @Test(
        "a body that is no JSON for us is refused",
        arguments: [
            ("text/plain", "{}", 415), ("application/x-www-form-urlencoded", "a=1", 415), ("application/json", "", 400),
            ("application/json", "{", 400), ("application/json", String(repeating: "[", count: 5000), 400),
            ("application/json; charset=utf-8", "[]", 422),
        ])
    func refusesBodies(type: String, body: String, status: Int) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.ask(
                .post, "/api/v1/runs", bytes: Array(body.utf8), headers: ["Content-Type": type])
            #expect(answer.status == status)
        }
    }

    @Test func refusesWhatWouldReachTheMachine() async throws {
        try await ServerDesk.with { desk in
            let definition = "name: sly\nsteps:\n  - name: hello\n    command: [cat, /etc/passwd]\n"
            let command = try await desk.post("/api/v1/runs", ["definition": .string(definition)])
            #expect(command.status == 422 && command.code == "command_refused")
            #expect(command.json["detail"]?.stringValue?.contains("'hello'") == true)
            var input = JSONValue.stored(try CanonicalJSON.encode(RoundtableInputSample.input))
            if case .object(var members) = input {
                members["delivery"] = ["document": "/etc/passwd", "reports": []]
                input = .object(members)
            }
            let files = try await desk.post("/api/v1/runs", ["workflow": "roundtable", "input": input])
            #expect(files.status == 422 && files.code == "files_refused")
        }
    }

    @Test func forksOnlyWithAnInputThatFits() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post(
                "/api/v1/roundtables", ["document": .string(RoundtableInputSample.document), "max_iterations": 1])
            let run = try #require(answer.json["id"]?.stringValue)
            try await desk.event("run.completed", of: run)
            let fork = try await desk.post("/api/v1/runs/\(run)/fork", ["input": ["x": 1]])
            #expect(fork.status == 422 && !fork.list("errors").isEmpty)
            #expect(try await desk.get("/api/refinement/status/\(run)").status == 200)
        }
    }

    @Test func carriesOutAWorkflowFile() async throws {
        try await ServerDesk.with { desk in
            let definition = "name: ask\nsteps:\n  - name: agree\n    approval:\n      show: Shall we?\n"
            let started = try await desk.post("/api/v1/runs", ["definition": .string(definition)])
            #expect(started.status == 202)
            let run = try #require(started.json["id"]?.stringValue)
            try await desk.event("approval.requested", of: run)
            let answered = try await desk.post("/api/v1/runs/\(run)/approve")
            #expect(answered.status == 200)
            try await desk.event("run.completed", of: run)
        }
    }

    @Test func cancelsRetriesAndForks() async throws {
        try await ServerDesk.with { desk in
            let failing = try await desk.start("listening", 0)
            _ = try await desk.post("/api/v1/runs/\(failing)/signal", ["name": "word", "value": "fail"])
            try await desk.event("run.failed", of: failing)
            let failed = try await desk.get("/api/v1/runs/\(failing)")
            #expect(failed.json["error"]?["code"] == "told_to_fail")
            #expect(failed.list("actions") == ["retry", "fork"])
            #expect(try await desk.post("/api/v1/runs/\(failing)/cancel").code == "run_ended")
            let plan = try await desk.get("/api/v1/runs/\(failing)/fork-plan?at=repeat%231")
            #expect(plan.json["copied"] == 1)
            let fork = try await desk.post("/api/v1/runs/\(failing)/fork", ["at": "repeat#1", "output": "mended"])
            #expect(fork.status == 202 && fork.json["forked_from"]?.stringValue == failing)
            let forked = try #require(fork.json["id"]?.stringValue)
            try await desk.event("run.completed", of: forked)
            #expect(try await desk.get("/api/v1/runs/\(forked)").json["output"] == "mended")
            #expect(try await desk.post("/api/v1/runs/\(failing)/retry").status == 202)
            let waiting = try await desk.start("listening", 0)
            #expect(try await desk.post("/api/v1/runs/\(waiting)/retry").status == 409)
            #expect(try await desk.post("/api/v1/runs/\(waiting)/cancel").status == 202)
            try await desk.event("run.cancelled", of: waiting)
            #expect(try await desk.ask(.delete, "/api/v1/runs/\(waiting)").status == 204)
            #expect(try await desk.get("/api/v1/runs/\(waiting)").status == 404)
        }
    }

    @Test func deletesNothingThatLives() async throws {
        try await ServerDesk.with { desk in
            let run = try await desk.start("listening", 0)
            let answer = try await desk.ask(.delete, "/api/v1/runs/\(run)")
            #expect(answer.status == 409 && answer.code == "run_not_ended")
            #expect(try await desk.get("/api/v1/runs/\(run)").status == 200)
        }
    }
}
