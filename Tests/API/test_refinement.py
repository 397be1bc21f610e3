"""The addresses of the older roundtable server: its requests, its answers, and its events over a WebSocket."""

import json
import unittest

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from server import DOCUMENT, LIMIT, LONG, SILENT, Server, ServerTest

# The events that its documentation names, with the members of their data.
FIELDS = {
    "session_created": {"session_id"},
    "iteration_start": {"iteration", "max_iterations"},
    "critic_review_start": {"critic"},
    "critic_review_complete": {"critic", "issues_count", "high_count", "tokens"},
    "convergence_check": {"converged", "reason", "iteration"},
    "moderator_start": set(),
    "moderator_complete": {"new_version", "tokens"},
    "refinement_complete": {"final_version", "report"},
}
MODERATED = ("moderator_start", "moderator_complete", "refinement_complete")
REPORT = {
    "session_id", "title", "document_type", "initial_version", "final_version", "iterations", "converged",
    "convergence_reason", "convergence_criteria", "roundtable_participants", "moderator_focus",
    "total_issues_identified", "final_issue_count", "token_usage", "timestamps", "history",
}  # fmt: skip
STATUS = {
    "session_id", "status", "current_iteration", "max_iterations", "current_version", "converged",
    "convergence_reason",
}  # fmt: skip


class SessionTest(ServerTest):
    def has(self, value, members):
        self.assertLessEqual(set(members), set(value), value)

    def start(self, **more):
        body = {"title": "Moments", "content": DOCUMENT, "max_iterations": 3, **more}
        answer = self.server.post("/api/refinement/start", body)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(set(answer.json), {"session_id", "status"})
        self.assertEqual(answer.json["status"], "started")
        return answer.json["session_id"]

    def ended(self, **more):
        session = self.start(**more)
        self.server.events(session)
        return session

    def watch(self, session, **more):
        query = f"?after={more.pop('after')}" if "after" in more else ""
        address = f"ws://127.0.0.1:{self.server.port}/ws/refinement/{session}{query}"
        return connect(address, open_timeout=LIMIT, close_timeout=LIMIT, **more)

    def told(self, session, **more):
        """All events of a session to the end of its socket."""
        with self.watch(session, **more) as socket:
            return [json.loads(message) for message in socket]


class Socket(SessionTest):
    def test_the_events_in_their_order(self):
        events = self.told(self.start())
        for event in events:
            self.assertEqual(set(event), {"type", "data", "timestamp", "sequence"})
            self.assertEqual(set(event["data"]), FIELDS[event["type"]], event)
        self.assertEqual([event["sequence"] for event in events], list(range(1, len(events) + 1)))
        kinds = [event["type"] for event in events]
        self.assertEqual(set(kinds), set(FIELDS))
        critics = kinds.count("critic_review_start") // kinds.count("iteration_start")
        self.assertEqual(critics, 3)
        one = ["iteration_start"] + ["critic_review_start"] * critics + ["critic_review_complete"] * critics
        rounds = []
        for _ in range(kinds.count("iteration_start") - 1):
            rounds += one + ["convergence_check", "moderator_start", "moderator_complete"]
        rest = kinds[1 + len(rounds) :]
        self.assertEqual(kinds[: 1 + len(rounds)], ["session_created"] + rounds)
        self.assertEqual(rest[: len(one) + 1], one + ["convergence_check"])
        self.assertEqual(rest[-1], "refinement_complete")
        # Either a check ends it, or a moderator who has found nothing to change.
        self.assertIn(rest[len(one) + 1 :], (["refinement_complete"], list(MODERATED)))

    def test_new_versions_are_there(self):
        session = self.start()
        for event in self.told(session):
            if event["type"] == "moderator_complete":
                place = f"/api/sessions/{session}/prd/{event['data']['new_version']}"
                self.assertEqual(self.server.get(place).status, 200, event)

    def test_what_they_say(self):
        session = self.start()
        events = self.told(session)
        self.assertEqual(events[0]["data"]["session_id"], session)
        by_kind = lambda kind: [event["data"] for event in events if event["type"] == kind]
        started = by_kind("iteration_start")
        self.assertEqual([s["iteration"] for s in started], list(range(1, len(started) + 1)))
        self.assertEqual({s["max_iterations"] for s in started}, {3})
        self.assertEqual(
            sorted(c["critic"] for c in by_kind("critic_review_complete")),
            sorted(c["critic"] for c in by_kind("critic_review_start")),
        )
        for review in by_kind("critic_review_complete"):
            self.assertGreaterEqual(review["issues_count"], review["high_count"])
        last = events[-1]["data"]
        self.has(last["report"], REPORT)
        self.assertEqual(last["report"], self.server.get(f"/api/sessions/{session}/report").json)
        self.assertEqual(last["final_version"], last["report"]["final_version"])
        self.assertEqual(last["report"]["converged"], by_kind("convergence_check")[-1]["converged"])

    def test_replay(self):
        session = self.start()
        live = self.told(session)
        self.assertEqual(self.told(session), live)
        for after in (1, len(live) // 2, len(live) - 1):
            self.assertEqual(self.told(session, after=after), live[after:])
        self.assertEqual(self.told(session, after=len(live)), [])

    def test_several_watch_at_once(self):
        session = self.start()
        watchers = [self.watch(session) for _ in range(8)]
        heard = [[json.loads(message) for message in socket] for socket in watchers]
        self.assertTrue(all(events == heard[0] for events in heard))
        self.assertEqual(heard[0][-1]["type"], "refinement_complete")

    def test_the_close_is_in_good_order(self):
        with self.watch(self.ended()) as socket:
            with self.assertRaises(ConnectionClosed) as closed:
                while True:
                    socket.recv(LIMIT)
            self.assertEqual(closed.exception.rcvd.code, 1000)

    def test_other_pages(self):
        session = self.start()
        for origin in ("https://evil.example", "null", f"http://localhost:{self.server.port + 1}"):
            with self.subTest(origin), self.assertRaises(InvalidStatus) as refused:
                self.watch(session, origin=origin)
            self.assertEqual(refused.exception.response.status_code, 403)
        self.assertTrue(self.told(session, origin=self.server.address))

    def test_what_is_not_there(self):
        with self.assertRaises(InvalidStatus) as refused:
            self.watch("run_00000000000000000000000000")
        self.assertEqual(refused.exception.response.status_code, 404)
        self.refused(self.server.get(f"/ws/refinement/{self.start()}"), 426)
        for after in ("-1", "x"):
            with self.assertRaises(InvalidStatus) as refused:
                self.watch(self.start(), after=after)
            self.assertEqual(refused.exception.response.status_code, 400)

    def test_a_failure_is_told(self):
        session = self.start(model=SILENT)
        with self.watch(session) as socket:
            self.assertEqual(json.loads(socket.recv(LIMIT))["type"], "session_created")
            self.assertEqual(self.server.post(f"/api/v1/runs/{session}/cancel").status, 202)
            last = [json.loads(message) for message in socket][-1]
        self.assertEqual(last["type"], "refinement_failed")
        self.assertEqual(set(last["data"]), {"code", "message"})
        self.assertEqual(self.server.get(f"/api/refinement/status/{session}").json["status"], "failed")

    def test_frames_of_the_client(self):
        session = self.start(model=SILENT)
        with self.watch(session) as socket:
            self.assertTrue(socket.ping().wait(LIMIT))
            for message in ("ping", "", "{", '{"type":"ping"}', "ü" * 1000, "\0", b"\x00\xff", b""):
                with self.subTest(message[:5]):
                    socket.send(message)
                    while (answer := json.loads(socket.recv(LIMIT))) != {"type": "pong"}:
                        self.assertIn("sequence", answer)
        with self.watch(session) as socket:
            socket.send("x" * 100_000)
            with self.assertRaises(ConnectionClosed) as closed:
                while True:
                    socket.recv(LIMIT)
            self.assertEqual(closed.exception.rcvd.code, 1009)
        self.assertEqual(self.server.get("/health").status, 200)

    def test_bytes_that_are_no_frames(self):
        session = self.start(model=SILENT)
        bare, reserved = b"\x81\x03abc", b"\x8f\x80\0\0\0\0"
        for nonsense in (b"GET / HTTP/1.1\r\n\r\n", bare, reserved, b"\xff" * 64, b"\x89\xff" * 9):
            with self.subTest(nonsense):
                head = (
                    f"GET /ws/refinement/{session} HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n"
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
                )
                answer = self.server.raw(head.encode() + nonsense)
                self.assertIn(b" 101 ", answer.split(b"\r\n")[0])
                self.assertIn(b"\x88", answer, "it was not closed in good order")
        self.assertEqual(self.server.get("/health").status, 200)

    def test_it_ends_with_the_server(self):
        other = Server()
        self.addCleanup(other.remove)
        body = {"title": "Moments", "content": DOCUMENT, "model": SILENT}
        session = other.post("/api/refinement/start", body).json["session_id"]
        with connect(f"ws://127.0.0.1:{other.port}/ws/refinement/{session}") as socket:
            socket.recv(LIMIT)
            self.assertEqual(other.stop(), 0)
            with self.assertRaises(ConnectionClosed) as closed:
                while True:
                    socket.recv(LIMIT)
            self.assertIn(closed.exception.rcvd.code, (1001, 1012))


class Sessions(SessionTest):
    def test_status(self):
        session = self.ended()
        for path in (f"/api/refinement/status/{session}", f"/api/execution/status/{session}"):
            status = self.server.get(path).json
            self.has(status, STATUS)
            self.assertEqual((status["session_id"], status["status"]), (session, "completed"))
            self.assertGreater(status["current_iteration"], 0)
            self.assertTrue(status["convergence_reason"])

    def test_list_with_and_without_a_slash(self):
        session = self.ended()
        for path in ("/api/sessions/", "/api/sessions"):
            listed = self.server.get(path)
            self.assertEqual(listed.status, 200, listed)
            self.assertIn(session, [entry["session_id"] for entry in listed.json["sessions"]])

    def test_versions_reviews_report_and_state(self):
        session = self.ended()
        first = self.server.get(f"/api/sessions/{session}/prd/1").json
        self.assertEqual(first["content"], DOCUMENT)
        report = self.server.get(f"/api/sessions/{session}/report").json
        self.has(report, REPORT)
        self.assertEqual(set(report["final_issue_count"]), {"high", "medium", "low"})
        self.assertEqual(set(report["timestamps"]), {"start", "end"})
        self.assertEqual(len(report["history"]), report["iterations"])
        self.assertEqual(self.server.get(f"/api/sessions/{session}/prd/{report['final_version']}").status, 200)
        self.refused(self.server.get(f"/api/sessions/{session}/prd/99"), 404)
        reviews = self.server.get(f"/api/sessions/{session}/reviews/1").json["reviews"]
        self.assertEqual(len(reviews), 3)
        for review in reviews:
            self.assertEqual(set(review), {"reviewer_name", "issues", "overall_assessment", "timestamp"})
            for issue in review["issues"]:
                self.has(issue, {"category", "description", "severity", "reviewer"})
                self.assertIn(issue["severity"], ("High", "Medium", "Low"))
        self.has(self.server.get(f"/api/sessions/{session}/state").json, STATUS)
        self.has(self.server.get(f"/api/sessions/{session}").json, {"session_id", "title", "status"})

    def test_continue(self):
        session = self.ended(max_iterations=1)
        before = self.server.get(f"/api/refinement/status/{session}").json
        self.assertEqual(before["current_iteration"], 1)
        answer = self.server.post(f"/api/refinement/continue/{session}?additional_iterations=2")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["session_id"], session)
        self.server.events(self.server.get(f"/api/sessions/{session}/state").json["runs"][-1])
        after = self.server.get(f"/api/refinement/status/{session}").json
        self.assertEqual((after["session_id"], after["status"]), (session, "completed"))
        self.assertGreater(after["current_iteration"], 1)
        self.assertEqual(after["max_iterations"], 3)
        events = self.told(session)
        self.assertEqual((events[0]["type"], events[-1]["type"]), ("session_created", "refinement_complete"))
        self.assertEqual(self.server.get("/api/sessions/").json["total"],
                         len({s["session_id"] for s in self.server.get("/api/sessions/").json["sessions"]}))

    def test_execution(self):
        body = {"title": "Moments", "content": DOCUMENT}
        started = self.server.post("/api/execution/start", body).json
        self.has(started, {"run_id", "status", "websocket_url"})
        run = started["run_id"]
        with connect(f"ws://127.0.0.1:{self.server.port}{started['websocket_url']}") as socket:
            self.assertEqual(json.loads(list(socket)[-1])["type"], "refinement_complete")
        self.assertIn(run, [entry["run_id"] for entry in self.server.get("/api/execution/runs").json["runs"]])
        trace = self.server.get(f"/api/execution/trace/{run}").json
        self.has(trace, {"run_id", "title", "status", "stopped_by", "iterations", "totals"})
        self.assertEqual(trace["status"], "completed")
        self.assertIn(trace["stopped_by"], ("no_high_issues", "max_iterations", "delta_threshold", "custom", "none"))
        for iteration in trace["iterations"]:
            self.has(
                iteration,
                {"iteration_index", "issues", "issue_counts", "agents", "document_version", "document_length"},
            )
            self.assertEqual(len(iteration["agents"]), 3)

    def test_upload_and_kind(self):
        form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="plan.md"\r\n\r\n# Plan\r\n--x--\r\n'
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = self.server.ask("POST", "/api/files/upload", form, kind)
        expected = {"success": True, "filename": "plan.md", "content": "# Plan", "length": 6}
        self.assertEqual((answer.status, answer.json), (200, expected))
        found = self.server.post("/api/execution/detect-document-type", {"content": DOCUMENT}).json
        self.assertEqual(found["document_type"], "prd")

    def test_deleting(self):
        session = self.ended()
        self.assertEqual(self.server.ask("DELETE", f"/api/sessions/{session}").status, 200)
        for path in ("", "/report", "/state", "/prd/1"):
            self.refused(self.server.get(f"/api/sessions/{session}{path}"), 404)
        self.refused(self.server.get(f"/api/refinement/status/{session}"), 404)

    def test_what_does_not_fit(self):
        for wrong in ({"max_iterations": 11}, {"max_iterations": 0}, {"content": " "}, {"title": None}):
            with self.subTest(wrong):
                body = {"title": "x", "content": DOCUMENT, **wrong}
                self.refused(self.server.post("/api/refinement/start", body), 422, "bad_input")
        run = self.server.begin(LONG)
        self.assertIn(self.server.get(f"/api/refinement/status/{run}").status, (404, 409))

    def test_projects_where_they_were(self):
        made = self.server.post("/projects", {"name": "Moments", "description": "Photos"})
        self.assertEqual(made.status, 201, made)
        self.has(made.json, {"id", "name", "description", "status", "created_at", "updated_at"})
        one = f"/projects/{made.json['id']}"
        self.assertEqual(self.server.get(one).json["name"], "Moments")
        changed = self.server.ask("PATCH", one, {"name": "Other"})
        self.assertEqual((changed.status, changed.json["name"]), (200, "Other"), changed)
        self.assertIn(made.json["id"], [p["id"] for p in self.server.get("/projects").json["projects"]])
        self.assertEqual(self.server.ask("DELETE", one).status, 204)
        self.refused(self.server.get(one), 404)


if __name__ == "__main__":
    unittest.main()
