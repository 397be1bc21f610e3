"""Requests again, requests that do not fit, and what is not done for callers."""

import hashlib
import json
import unittest
import uuid

from server import ASKING, DOCUMENT, ServerTest

# Fields of an answer that belong to one request.
OWN = {"x-request-id", "date", "idempotency-replayed"}


def told(answer):
    fields = sorted((n.lower(), v) for n, v in answer.headers.items() if n.lower() not in OWN)
    return answer.status, fields, answer.body


class Idempotency(ServerTest):
    own = True

    def test_the_same_again_also_after_a_restart(self):
        bodies = {
            "/api/v1/roundtables": {"document": DOCUMENT},
            "/api/v1/runs": {"definition": ASKING},
            "/api/v1/projects": {"name": "Moments"},
            "/api/v1/topics/builds/events": {"type": "build.finished", "data": {"n": 1}},
            "/api/refinement/start": {"title": "Moments", "content": DOCUMENT},
        }
        keys = {path: str(uuid.uuid4()) for path in bodies}
        ask = lambda path: self.server.post(path, bodies[path], Idempotency_Key=keys[path])
        first = {path: ask(path) for path in bodies}
        for path, answer in first.items():
            with self.subTest(path):
                self.assertLess(answer.status, 300, answer)
                self.assertIsNone(answer.headers["Idempotency-Replayed"])
                again = ask(path)
                self.assertEqual(told(again), told(answer))
                self.assertEqual(again.headers["Idempotency-Replayed"], "true")
                other = self.server.post(path, {**bodies[path], "title": "x"}, Idempotency_Key=keys[path])
                self.refused(other, 422, "idempotency_conflict")
        before = len(self.server.get("/api/v1/runs").json["runs"])
        self.server.kill()
        self.server.start()
        for path, answer in first.items():
            with self.subTest(path + " after a restart"):
                self.assertEqual(told(ask(path)), told(answer))
        self.assertEqual(len(self.server.get("/api/v1/runs").json["runs"]), before)
        self.assertEqual(len(self.server.get("/api/v1/projects").json["projects"]), 1)
        self.assertEqual(len(self.server.get("/api/v1/topics/builds/events").json["events"]), 1)

    def test_a_refusal_is_kept_too(self):
        key = str(uuid.uuid4())
        first = self.server.post("/api/v1/runs", {"workflow": "nothing"}, Idempotency_Key=key)
        self.refused(first, 404)
        again = self.server.post("/api/v1/runs", {"workflow": "nothing"}, Idempotency_Key=key)
        self.assertEqual((again.status, again.body), (first.status, first.body))

    def test_what_is_no_key(self):
        for key in ("", "a b", "x" * 1000):
            with self.subTest(key[:5]):
                answer = self.server.post("/api/v1/projects", {"name": "x"}, Idempotency_Key=key)
                self.refused(answer, 400, "bad_parameter")
        self.assertEqual(self.server.get("/api/v1/projects").json["projects"], [])


class Uploads(ServerTest):
    def upload(self, name, content, path="/api/v1/uploads", kind="multipart/form-data; boundary=xXx"):
        head = f'--xXx\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        return self.server.ask("POST", path, head + content + b"\r\n--xXx--\r\n", {"Content-Type": kind})

    def test_a_file(self):
        answer = self.upload("Größe.md", "# Größe".encode())
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual((answer.json["content"], answer.json["length"]), ("# Größe", 9))
        self.assertEqual(answer.json["filename"], "Größe.md")
        self.assertEqual(self.upload("../../etc/a.txt", b"x").json["filename"], "a.txt")

    def test_too_large(self):
        largest = len(self.upload("a.txt", b"x" * (2 << 20)).json["content"])
        self.assertEqual(largest, 2 << 20)
        for much in ((2 << 20) + 1, 3 << 20, 20 << 20):
            with self.subTest(much):
                self.refused(self.upload("a.txt", b"x" * much), 413, "body_too_large")

    def test_wrong_kinds(self):
        self.refused(self.upload("a.pdf", b"%PDF-1.7"), 422, "bad_input")
        self.refused(self.upload("a.md", b"\xff\xfe\x00x"), 422, "bad_input")
        self.refused(self.upload("a.md", b"x\0y"), 422, "bad_input")
        self.refused(self.upload("a.md", b"x", kind="application/json"), 415, "bad_media_type")
        self.refused(self.upload("a.md", b"x", kind="multipart/form-data"), 415, "bad_media_type")
        self.refused(self.upload("a.md", b"x", kind="multipart/form-data; boundary=other"), 400, "bad_form")


class Refusals(ServerTest):
    def test_commands(self):
        definition = "name: bad\nsteps:\n  - {name: fine, wait: {for: 1ms}}\n  - {name: list, command: [ls]}\n"
        problem = self.refused(self.server.post("/api/v1/runs", {"definition": definition}), 422, "command_refused")
        self.assertIn("'list'", problem["detail"])
        stored = {
            "definition": {"name": "bad", "input": [], "steps": [{"name": "list", "needs": [], "command": ["ls"]}]},
            "folder": "/",
            "input": {},
        }
        problem = self.refused(
            self.server.post("/api/v1/runs", {"workflow": "definition", "input": stored}), 422, "command_refused"
        )
        self.assertIn("'list'", problem["detail"])
        self.assertEqual(self.server.get("/api/v1/runs").json["runs"], [])

    def test_files_of_the_machine(self):
        definition = "name: bad\nsteps:\n  - {name: look, roundtable: {file: /etc/passwd}}\n"
        self.refused(self.server.post("/api/v1/runs", {"definition": definition}), 422)
        self.assertEqual(self.server.get("/api/v1/runs").json["runs"], [])

    def test_a_mistake_in_a_file_has_its_place(self):
        problem = self.refused(
            self.server.post("/api/v1/runs", {"definition": "name: bad\nsteps: [{name: a, wiat: {for: 1s}}]\n"}), 422
        )
        self.assertIn("definition:2:", problem["detail"])

    def test_every_part_is_named(self):
        answer = self.server.post("/api/v1/roundtables", {"document": "# x", "max_iterations": 11, "bar": "awful"})
        fields = {error["field"] for error in self.refused(answer, 422)["errors"]}
        self.assertIn("/bar", fields)
        self.assertIn("/max_iterations", fields)

    def test_what_is_no_body(self):
        kind = {"Content-Type": "application/json"}
        for body, status in ((b"{", 400), (b"\xff", 400), (b"[]", 422), (b"", 400), (b"[" * 20_000, 400)):
            with self.subTest(body[:3]):
                self.refused(self.server.ask("POST", "/api/v1/projects", body, kind), status)
        self.refused(self.server.ask("POST", "/api/v1/projects", b'{"name":"x"}', {"Content-Type": "text/plain"}), 415)
        self.assertEqual(self.server.get("/api/v1/projects").json["projects"], [])

    def test_bodies_of_many_sizes(self):
        # Around what is taken of a body before somebody reads it.
        for size in (1000, 65_000, 65_536, 66_000, 80_000, 100_000, 131_072, 200_000, 1_000_000):
            body = {"content": "word " * (size // 5)}
            answer = self.server.post("/api/execution/detect-document-type", body)
            self.assertEqual(answer.status, 200, f"{size} bytes: {answer}")

    def test_methods_and_addresses(self):
        self.refused(self.server.get("/api/v1/nothing"), 404, "not_found")
        answer = self.server.ask("PUT", "/api/v1/runs", b"{}")
        self.refused(answer, 405)
        self.assertIn("POST", answer.headers["Allow"])
        head = self.server.ask("HEAD", "/api/v1/runs")
        self.assertEqual((head.status, head.body), (200, b""))

    def test_pages_are_told_apart_by_their_tag(self):
        run = self.server.roundtable()
        self.server.events(run)
        for path in ("/api/v1/runs", f"/api/v1/runs/{run}", f"/api/v1/runs/{run}/steps", "/openapi.json"):
            with self.subTest(path):
                first = self.server.get(path)
                tag = first.headers["ETag"]
                for known in (tag, f'"other", W/{tag}', "*"):
                    same = self.server.get(path, If_None_Match=known)
                    self.assertEqual((same.status, same.body, same.headers["ETag"]), (304, b"", tag))
                self.assertEqual(self.server.get(path, If_None_Match='"other"').body, first.body)
        tag = self.server.get("/api/v1/runs").headers["ETag"]
        self.server.roundtable()
        self.assertEqual(self.server.get("/api/v1/runs", If_None_Match=tag).status, 200)

    def test_versions_are_what_their_hashes_say(self):
        run = self.server.roundtable()
        self.server.events(run)
        versions = self.server.get(f"/api/v1/runs/{run}/versions").json["versions"]
        self.assertGreater(len(versions), 1)
        for version in versions:
            text = self.server.get(f"/api/v1/runs/{run}/versions/{version['version']}").body
            self.assertEqual(hashlib.sha256(text).hexdigest(), version["sha256"])
            self.assertEqual(len(text), version["bytes"])
        self.assertEqual(self.server.get(f"/api/v1/runs/{run}/versions/1").body.decode(), DOCUMENT)
        json.loads(self.server.get(f"/api/v1/runs/{run}/report.json").body)
        self.assertIn(b"<html", self.server.get(f"/api/v1/runs/{run}/report.html").body)


if __name__ == "__main__":
    unittest.main()
