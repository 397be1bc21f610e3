"""Logging in by another issuer, with an issuer of the tests and a browser that keeps cookies."""

import unittest
import urllib.parse

from issuer import Issuer
from server import Server


class Login(unittest.TestCase):
    def setUp(self):
        self.issuer = Issuer()
        self.addCleanup(self.issuer.close)
        self.server = self.serve("")
        self.register(self.server)

    def serve(self, more):
        server = Server(listen="127.0.0.1:0", environment={
            "TUTTI_LOGIN_COMPANY_ISSUER": self.issuer.url, "TUTTI_LOGIN_COMPANY_CLIENT_ID": "tutti",
            "TUTTI_LOGIN_COMPANY_CLIENT_SECRET": "hush", "TUTTI_AUTH_OPEN_REGISTRATION": more or "false",
        })  # fmt: skip
        self.addCleanup(server.remove)
        return server

    def register(self, server):
        user = {"username": "bob", "email": "bob@example.com", "password": "a long password"}
        self.assertEqual(server.post("/auth/register", user).status, 201)

    def begin(self, server):
        """To the issuer; where it sends back to, and the cookie that was set."""
        begun = server.get("/auth/oauth/company/login")
        self.assertEqual(begun.status, 303, begun)
        self.assertTrue(begun.headers["Location"].startswith(self.issuer.url + "/authorize?"))
        cookie = begun.headers["Set-Cookie"]
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Lax", cookie)
        back = urllib.parse.urlsplit(self.issuer.agree(begun.headers["Location"]))
        return back.path + "?" + back.query, cookie.split(";")[0]

    def finish(self, server, path, cookie):
        return server.ask("GET", path, headers={"Cookie": cookie} if cookie else {})

    def cookies(self, answer):
        set_cookies = answer.headers.get_all("Set-Cookie") or []
        return {c.split("=", 1)[0]: c.split("=", 1)[1].split(";")[0] for c in set_cookies}

    def test_who_is_known_there_is_known_here(self):
        path, cookie = self.begin(self.server)
        done = self.finish(self.server, path, cookie)
        self.assertEqual((done.status, done.headers["Location"]), (303, "/"), done)
        kept = {name: value for name, value in self.cookies(done).items() if "access" in name}
        (name, value), = kept.items()
        me = self.server.ask("GET", "/auth/me", headers={"Cookie": f"{name}={value}"})
        self.assertEqual((me.status, me.json["username"]), (200, "bob"))
        # A code and a cookie are good once.
        again = self.finish(self.server, path, cookie)
        self.assertTrue(again.headers["Location"].startswith("/login?error="), again.headers["Location"])

    def refused(self, path, cookie):
        done = self.finish(self.server, path, cookie)
        self.assertEqual(done.status, 303)
        self.assertTrue(done.headers["Location"].startswith("/login?error="), done.headers["Location"])
        self.assertFalse([name for name, value in self.cookies(done).items() if "access" in name and value])

    def test_another_browser_and_another_state_are_refused(self):
        path, cookie = self.begin(self.server)
        self.refused(path, None)
        path, cookie = self.begin(self.server)
        self.refused(path.replace("state=", "state=x"), cookie)
        path, _ = self.begin(self.server)
        _, other = self.begin(self.server)
        self.refused(path, other)

    def test_tokens_that_are_not_for_us_are_refused(self):
        for tamper in [{"aud": "others"}, {"iss": "https://elsewhere.example"}, {"nonce": "old"}, {"exp": 1}]:
            with self.subTest(tamper):
                self.issuer.tamper = tamper
                path, cookie = self.begin(self.server)
                self.refused(path, cookie)

    def test_strangers_get_in_only_where_registration_is_open(self):
        self.issuer.person = {"sub": "7", "email": "eve@example.com", "email_verified": True}
        path, cookie = self.begin(self.server)
        self.refused(path, cookie)
        # An address that nobody has confirmed says nothing.
        self.issuer.person = {"sub": "8", "email": "bob@example.com", "email_verified": False}
        path, cookie = self.begin(self.server)
        self.refused(path, cookie)
        server = self.serve("true")
        self.register(server)
        self.issuer.person = {"sub": "7", "email": "eve@example.com", "email_verified": True}
        path, cookie = self.begin(server)
        done = self.finish(server, path, cookie)
        (name, value), = [(n, v) for n, v in self.cookies(done).items() if "access" in n]
        me = server.ask("GET", "/auth/me", headers={"Cookie": f"{name}={value}"}).json
        self.assertEqual((me["username"], me["roles"]), ("eve", ["user"]))


if __name__ == "__main__":
    unittest.main()
