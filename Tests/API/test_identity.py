"""Who may do what, asked by other programs: the lines of the older gateway's guide, tokens read by PyJWT, the command
line beside the server, the audit log checked by a program of a few lines, and what a kill leaves of it."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import unittest
import urllib.parse

import jwt

from server import ASKING, LIMIT, ROOT, Server, command, until

PASSWORD = "password123"
SECRET = "sk-planted-0123456789abcdef"


class Accounts(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)

    def curl(self, *arguments):
        done = subprocess.run(["curl", "-s", *arguments], capture_output=True, text=True, timeout=LIMIT, check=True)
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout

    def tutti(self, *arguments, stdin=None):
        return subprocess.run(
            command(*arguments, "--home", self.server.home), capture_output=True, text=True, timeout=LIMIT, input=stdin
        )

    def register(self, name, code=None):
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        answer = self.server.post("/auth/register", body | ({"code": code} if code else {}))
        self.assertEqual(answer.status, 201, answer)
        return answer.json

    def login(self, name):
        answer = self.server.post("/auth/login", {"username": name, "password": PASSWORD})
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def bearer(self, name):
        return {"Authorization": "Bearer " + self.login(name)["access_token"]}

    def test_the_lines_of_the_older_guide(self):
        address = f"http://localhost:{self.server.port}"
        typed = ["-X", "POST", "-H", "Content-Type: application/json"]
        user = {"username": "demo", "email": "demo@example.com", "password": PASSWORD}
        made = self.curl(*typed, address + "/auth/register", "-d", json.dumps(user))
        self.assertEqual((made["username"], made["email"], made["active"]), ("demo", "demo@example.com", True))
        body = json.dumps({"email": "demo@example.com", "password": PASSWORD})
        login = self.curl(*typed, address + "/auth/login", "-d", body)
        self.assertEqual(login["token_type"], "bearer")
        self.assertEqual(login["token"], login["access_token"])
        token = "Authorization: Bearer " + login["access_token"]
        project = '{"name":"My App","description":"AI-generated application"}'
        made = self.curl("-X", "POST", address + "/projects", "-H", token, "-d", project)
        self.assertEqual((made["name"], made["status"]), ("My App", "planning"))
        self.assertEqual(self.curl(address + "/health")["status"], "ok")
        self.assertIn("http_server_requests_total", self.curl(address + "/metrics"))

    def test_tokens_are_what_others_take_for_tokens(self):
        self.register("ada")
        token = self.login("ada")["access_token"]
        keys = jwt.PyJWKSet.from_dict(self.server.get("/.well-known/jwks.json").json)
        head = jwt.get_unverified_header(token)
        claims = jwt.decode(token, keys[head["kid"]], algorithms=["ES256"], audience="tutti", issuer="tutti")
        self.assertEqual((claims["role"], claims["exp"] - claims["iat"]), ("owner", 900))
        # What others sign, or nobody, is not believed, whatever it says of itself.
        other = "a secret of thirty-two bytes or more"
        forged = [
            jwt.encode(claims, None, algorithm="none"),
            jwt.encode(claims, other, algorithm="HS256", headers=head | {"alg": "HS256"}),
        ]
        for token in forged:
            answer = self.server.get("/api/v1/auth/me", Authorization="Bearer " + token)
            self.assertEqual((answer.status, answer.json["code"]), (401, "token_refused"), answer)

    def test_a_refresh_token_is_good_once(self):
        self.register("ada")
        first = self.login("ada")
        second = self.server.post("/auth/refresh", {"refresh_token": first["refresh_token"]})
        self.assertEqual(second.status, 200)
        again = self.server.post("/auth/refresh", {"refresh_token": first["refresh_token"]})
        self.assertEqual((again.status, again.json["code"]), (401, "refresh_refused"))
        # The thief and the owner are both out.
        for token in [first["access_token"], second.json["access_token"]]:
            answer = self.server.get("/api/v1/auth/me", Authorization="Bearer " + token)
            self.assertEqual(answer.json["code"], "session_ended", answer)
        last = self.server.post("/auth/refresh", {"refresh_token": second.json["refresh_token"]})
        self.assertEqual(last.status, 401)

    def test_what_the_command_line_changes_counts_at_once(self):
        self.register("ada")
        made = self.tutti("users", "invite", "--role", "user")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.register("bob", code=made.stdout.strip())
        bob = self.bearer("bob")
        self.assertEqual(self.server.ask("GET", "/api/v1/users", headers=bob).status, 403)
        self.assertEqual(self.tutti("users", "change", "bob", "--role", "admin").returncode, 0)
        until(lambda: self.server.ask("GET", "/api/v1/users", headers=bob).status == 200, "bob is an admin")
        self.assertEqual(self.tutti("users", "logout", "bob").returncode, 0)
        until(lambda: self.server.ask("GET", "/auth/me", headers=bob).status == 401, "bob is logged out")

    def test_what_the_command_line_changes_ends_no_streams_of_others(self):
        self.register("ada")
        self.register("bob", code=self.tutti("users", "invite", "--role", "user").stdout.strip())
        ada, bob = self.bearer("ada"), self.bearer("bob")
        run = self.server.ask("POST", "/api/v1/runs", {"definition": ASKING}, headers=dict(ada)).json["id"]
        path = f"/api/v1/runs/{run}/events"
        with self.server.stream(path, headers=ada) as stream, self.server.stream("/api/v1/events", headers=bob) as his:
            events = iter(stream)
            approval = next(event for event in events if event.data.get("type") == "approval.requested")
            self.assertEqual(self.tutti("users", "change", "bob", "--role", "operator").returncode, 0)
            with self.assertRaises(http.client.IncompleteRead):
                list(his)
            asked = self.server.ask("GET", "/api/v1/approvals", headers=dict(ada)).json["approvals"][0]
            self.assertEqual(asked["run"], run, approval)
            answer = {"verdict": "approve", "hash": asked["hash"]}
            place = f"/api/v1/runs/{run}/approvals/{urllib.parse.quote(asked['id'], safe='')}"
            answered = self.server.ask("POST", place, answer, headers=dict(ada))
            self.assertEqual(answered.status, 200, answered)
            self.assertEqual([event.name for event in events][-1], "end")

    def test_a_key_does_what_its_scopes_say(self):
        self.register("ada")
        made = self.tutti("keys", "create", "ci", "--user", "ada", "--scope", "runs.read")
        self.assertTrue(made.stdout.startswith("tutti_"), made.stderr)
        key = {"Authorization": "Bearer " + made.stdout.strip()}
        self.assertEqual(self.server.ask("GET", "/api/v1/runs", headers=key).status, 200)
        refused = self.server.ask("POST", "/projects", {"name": "x"}, headers=key)
        self.assertEqual((refused.status, refused.json["code"]), (403, "not_permitted"), refused)

    def test_a_key_makes_no_owners(self):
        ada = self.register("ada")
        made = self.tutti("keys", "create", "all", "--user", "ada")
        key = {"Authorization": "Bearer " + made.stdout.strip()}
        place = "/api/v1/users/" + ada["id"]
        for method, path, body in (("PATCH", place, {"roles": ["user"]}), ("DELETE", place, None)):
            refused = self.server.ask(method, path, body, headers=key)
            self.assertEqual((refused.status, refused.json["code"]), (403, "login_needed"), refused)

    def test_secrets_are_nowhere_to_be_read(self):
        self.register("ada")
        ada = self.bearer("ada")
        kept = self.server.ask("POST", "/v1/settings/keys", {"provider": "openai", "api_key": SECRET}, headers=ada)
        self.assertEqual(kept.status, 201, kept)
        self.assertNotIn(SECRET, kept.body.decode())
        self.assertEqual(self.tutti("secrets", "set", "other", stdin=SECRET).returncode, 0)
        listed = self.tutti("secrets", "ls", "--json")
        self.assertIn("other", listed.stdout)
        self.assertNotIn(SECRET, listed.stdout + listed.stderr)
        for word in (SECRET, PASSWORD):
            for folder, _, names in os.walk(self.server.folder):
                for name in names:
                    path = pathlib.Path(folder, name)
                    content = path.read_bytes() if path.is_file() else b""
                    self.assertNotIn(word.encode(), content, f"{folder}/{name}")

    def verify(self):
        done = self.tutti("audit", "verify")
        return done.returncode, done.stdout + done.stderr

    def test_the_audit_log_holds_after_a_kill(self):
        self.register("ada")
        ada = self.bearer("ada")
        for round in range(5):
            stop = threading.Event()

            def write():
                while not stop.is_set():
                    try:
                        self.server.ask("POST", "/projects", {"name": "p"}, headers=ada)
                    except OSError:
                        return

            writers = [threading.Thread(target=write) for _ in range(4)]
            for writer in writers:
                writer.start()
            stop.wait(0.05 + 0.05 * round)
            self.server.process.send_signal(signal.SIGKILL)
            self.server.process.wait()
            stop.set()
            for writer in writers:
                writer.join()
            code, told = self.verify()
            self.assertEqual(code, 0, told)
            self.server.start()
        # No project is there that the log does not tell of.
        projects, cursor = 0, ""
        while cursor is not None:
            page = self.server.ask("GET", f"/projects?limit=200{cursor}", headers=ada).json
            projects += len(page["projects"])
            cursor = page["next"] and "&cursor=" + page["next"]
        path = os.path.join(self.server.folder, "audit.jsonl")
        self.assertEqual(self.tutti("audit", "export", path).returncode, 0)
        with open(path, encoding="utf-8") as file:
            entries = [json.loads(line) for line in file]
        begun = sum((e.get("action"), e.get("outcome")) == ("project.created", "begun") for e in entries)
        # What has succeeded says so, and names what was made.
        done = [e for e in entries if (e.get("action"), e.get("outcome")) == ("project.created", "done")]
        self.assertTrue(all(e["target"].startswith("prj_") for e in done))
        self.assertGreater(len(done), 0)
        self.assertGreater(projects, 0)
        self.assertGreaterEqual(begun, projects)
        checked = subprocess.run([sys.executable, str(ROOT / "scripts" / "verify-audit.py"), path], timeout=LIMIT)
        self.assertEqual(checked.returncode, 0)

    def test_on_a_network_nobody_is_let_in_unasked(self):
        self.server.stop()
        home = os.path.join(self.server.folder, "network")
        os.makedirs(home)
        pathlib.Path(home, "tutti.yaml").write_text("server:\n  trusted_proxies: loopback\n")
        server = Server(home=home, listen="127.0.0.1:0")
        self.addCleanup(server.remove)
        told = pathlib.Path(server.log).read_text()
        code = told.split("setup code: ")[1].split()[0]
        proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "tutti.example"}
        self.assertEqual(server.ask("GET", "/api/v1/runs", headers=proxied).status, 401)
        self.assertEqual(server.ask("GET", "/metrics", headers=proxied).status, 401)
        self.assertEqual(server.ask("GET", "/health", headers=proxied).status, 200)
        user = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
        self.assertEqual(server.ask("POST", "/auth/register", user, headers=dict(proxied)).status, 403)
        made = server.ask("POST", "/auth/register", user | {"code": code}, headers=dict(proxied))
        self.assertEqual((made.status, made.json["role"]), (201, "owner"), made)
        login = server.ask(
            "POST", "/auth/login", {"username": "ada", "password": PASSWORD}, headers=dict(proxied)
        )
        cookies = login.headers.get_all("Set-Cookie")
        self.assertEqual(len(cookies), 3)
        for cookie in cookies:
            self.assertTrue(cookie.startswith("__Host-"), cookie)
            self.assertIn("; Secure", cookie)


if __name__ == "__main__":
    unittest.main()
