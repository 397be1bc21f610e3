"""A server that asks for no login, and other web pages; and requests that are made to break something."""

import unittest

from server import DOCUMENT, ServerTest

EVIL = "https://evil.example"


class OtherPages(ServerTest):
    own = True

    def nothing_started(self):
        self.assertEqual(self.server.get("/api/v1/runs").json["runs"], [])
        self.assertEqual(self.server.get("/api/v1/projects").json["projects"], [])

    def test_another_name_for_this_machine(self):
        for host in ("evil.example", f"evil.example:{self.server.port}", "127.0.0.1:1", "localhost.evil.example", ""):
            for path in ("/", "/api/v1/runs", "/api/v1/live", "/health", "/openapi.json", "/nothing"):
                with self.subTest(host + path):
                    answer = self.server.get(path, Host=host)
                    self.assertIn(answer.status, (400, 421), answer)
                    self.assertNotIn(b"runs", answer.body)
        for host in (f"localhost:{self.server.port}", f"127.0.0.1:{self.server.port}", f"LOCALHOST:{self.server.port}"):
            self.assertEqual(self.server.get("/api/v1/runs", Host=host).status, 200)

    def test_no_name_and_two(self):
        self.assertEqual(self.server.ask("GET", "/api/v1/runs", host=False).status, 400)
        ours = f"Host: 127.0.0.1:{self.server.port}\r\n"
        answer = self.server.raw(f"GET /api/v1/runs HTTP/1.1\r\n{ours}Host: evil.example\r\n\r\n".encode())
        self.assertIn(b" 400 ", answer.split(b"\r\n")[0])

    def test_orders_of_other_pages(self):
        orders = {
            "/api/v1/roundtables": {"document": DOCUMENT},
            "/api/v1/projects": {"name": "x"},
            "/api/refinement/start": {"title": "x", "content": DOCUMENT},
            "/projects": {"name": "x"},
        }
        for path, body in orders.items():
            for kind in ("text/plain", "application/json", "application/x-www-form-urlencoded"):
                for origin in (EVIL, "null", f"http://localhost:{self.server.port + 1}", "http://localhost", ""):
                    with self.subTest(f"{path} {kind} {origin}"):
                        answer = self.server.post(path, body, Content_Type=kind, Origin=origin)
                        self.refused(answer, 403, "foreign_origin")
                        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])
        self.nothing_started()

    def test_orders_without_an_origin_have_to_be_json(self):
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            with self.subTest(kind):
                answer = self.server.post("/api/v1/roundtables", {"document": DOCUMENT}, Content_Type=kind)
                self.refused(answer, 415)
        self.nothing_started()

    def test_verbs_without_a_body(self):
        run, _ = self.server.asks()
        for verb in ("cancel", "approve", "reject", "resume", "finish"):
            with self.subTest(verb):
                self.refused(self.server.post(f"/api/v1/runs/{run}/{verb}", Origin=EVIL), 403, "foreign_origin")
        self.refused(self.server.ask("DELETE", f"/api/v1/runs/{run}", headers={"Origin": EVIL}), 403)
        self.assertEqual(self.server.get(f"/api/v1/runs/{run}").json["state"], "waiting")

    def test_asking_whether_one_may(self):
        for path in ("/api/v1/roundtables", "/api/v1/runs", "/api/sessions"):
            with self.subTest(path):
                answer = self.server.ask(
                    "OPTIONS", path, headers={"Origin": EVIL, "Access-Control-Request-Method": "POST"}
                )
                self.assertFalse([n for n in answer.headers if n.lower().startswith("access-control-")])

    def test_streams(self):
        for path in ("/api/v1/live", "/api/v1/events"):
            with self.subTest(path):
                answer = self.server.get(path, Origin=EVIL, Accept="text/event-stream")
                self.refused(answer, 403, "foreign_origin")

    def test_reading_from_other_pages_shows_them_nothing(self):
        answer = self.server.get("/api/v1/runs", Origin=EVIL)
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])
        self.assertEqual(answer.headers["Cross-Origin-Resource-Policy"], "same-origin")

    def test_pages_of_this_server_may(self):
        answer = self.server.post("/api/v1/projects", {"name": "ours"}, Origin=self.server.address)
        self.assertEqual(answer.status, 201, answer)

    def test_fields_of_every_answer(self):
        for path in ("/", "/api/v1/runs", "/nothing", "/health", "/openapi.json", "/metrics"):
            with self.subTest(path):
                headers = self.server.get(path).headers
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
                self.assertNotIn("unsafe", headers["Content-Security-Policy"])
                self.assertTrue(headers["X-Request-Id"])


class Paths(ServerTest):
    def test_no_way_out(self):
        ups = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "%252e%252e%252f", "....//", "..;/")
        for up in ups:
            for front in ("/a/", "/a/dev/", "/a/dev/js/", "/", "/api/v1/runs/", "/api/sessions/", "/api/v1/rules/"):
                for target in ("etc/passwd", "tutti.db", "tutti.yaml"):
                    path = front + up * 8 + target
                    with self.subTest(path):
                        answer = self.server.get(path)
                        self.assertIn(answer.status, (400, 404), answer)
                        self.assertNotIn(b"root:", answer.body)
                        self.assertNotIn(b"SQLite", answer.body)
        for path in ("//etc/passwd", "/a/dev//etc/passwd", "/a/dev/js/main.js%00.css", "/a/dev/js/", "/a/dev/js"):
            with self.subTest(path):
                self.assertIn(self.server.get(path).status, (400, 404))

    def test_the_files_that_are_there(self):
        page = self.server.get("/", Accept="text/html").body.decode()
        place = page.split('src="', 1)[1].split('"', 1)[0]
        script = self.server.get(place)
        self.assertEqual((script.status, script.headers["Content-Type"].split(";")[0]), (200, "text/javascript"))
        self.assertIn("immutable", script.headers["Cache-Control"])

    def test_an_address_that_is_not_there(self):
        page = self.server.get("/nothing", Accept="text/html,*/*")
        self.assertEqual((page.status, page.headers["Content-Type"].split(";")[0]), (404, "text/html"))
        self.refused(self.server.get("/nothing"), 404)
        self.refused(self.server.get("/api/v1/runs/run_00000000000000000000000000"), 404)


class Sizes(ServerTest):
    def ours(self, rest):
        return f"GET /api/v1/runs HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n".encode() + rest

    def status(self, request):
        answer = self.server.raw(request)
        return int(answer.split(b" ", 2)[1]) if answer else None

    def test_heads(self):
        self.assertEqual(self.status(self.ours(b"Connection: close\r\nX-A: " + b"a" * 4000 + b"\r\n\r\n")), 200)
        self.assertEqual(self.status(self.ours(b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n")), 431)
        self.assertEqual(self.status(self.ours(b"X-A: a\r\n" * 20_000 + b"\r\n")), 431)
        self.assertIn(self.status(b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n"), (414, 431))
        self.assertEqual(self.server.get("/health").status, 200)

    def test_bodies(self):
        head = f"POST /api/v1/projects HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n".encode()
        kind = b"Content-Type: application/json\r\n"
        # Told by its length, it is refused before it is sent.
        self.assertEqual(self.status(head + kind + b"Content-Length: 99999999999\r\n\r\n"), 413)
        chunks = (b"10000\r\n" + b" " * 0x10000 + b"\r\n") * 1000
        self.assertEqual(self.status(head + kind + b"Transfer-Encoding: chunked\r\n\r\n" + chunks), 413)
        for length in (b"-1", b"1, 2", b"0x10", b"99999999999999999999999"):
            with self.subTest(length):
                self.assertIn(self.status(head + kind + b"Content-Length: " + length + b"\r\n\r\n"), (400, 413))
        both = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        self.assertEqual(self.status(head + kind + both), 400)
        self.assertEqual(self.server.get("/health").status, 200)


if __name__ == "__main__":
    unittest.main()
