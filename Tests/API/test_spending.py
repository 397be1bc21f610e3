"""Whose key pays for a call of a model, and how much people may have."""

import json
import os
import pathlib
import shutil
import tempfile
import unittest

from models import Models
from server import ASKING, DOCUMENT, Server

PASSWORD = "a long password"


class Team(unittest.TestCase):
    def serve(self, settings="", environment=None):
        folder = tempfile.mkdtemp(prefix="tutti-team-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        pathlib.Path(folder, "tutti.yaml").write_text(settings)
        server = Server(home=folder, environment=environment)
        self.addCleanup(server.remove)
        return server

    def person(self, server, name, ada=None):
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        if ada:
            body["code"] = server.ask("POST", "/api/v1/invitations", headers=dict(ada)).json["code"]
        self.assertEqual(server.post("/auth/register", body).status, 201)
        login = server.post("/auth/login", {"username": name, "password": PASSWORD}).json
        return {"Authorization": "Bearer " + login["access_token"]}

    def test_the_key_of_whose_run_it_is(self):
        models = Models()
        self.addCleanup(models.remove)
        server = self.serve(environment=models.environment)
        ada = self.person(server, "ada")
        bob = self.person(server, "bob", ada)
        order = {"title": "T", "document": DOCUMENT, "model": "ollama/m", "max_iterations": 1}

        def keys(headers):
            models.calls.clear()
            run = server.ask("POST", "/api/v1/roundtables", order, headers=dict(headers))
            self.assertEqual(run.status, 202, run)
            path = f"/api/v1/runs/{run.json['id']}/events"
            with_stream = dict(headers) | {"Accept": "text/event-stream"}
            self.assertIn(b"event: end", server.ask("GET", path, headers=with_stream).body)
            self.assertTrue(models.calls)
            return {call[0].get("Authorization") for call in models.calls}

        self.assertEqual(keys(bob), {None})
        given = {"provider": "ollama", "api_key": "key-of-bob-0001"}
        self.assertEqual(server.ask("POST", "/v1/settings/keys", given, headers=dict(bob)).status, 201)
        kept = server.ask(
            "PUT", "/api/v1/secrets/ollama?scope=tenant", {"value": "key-of-all-0002", "provider": "ollama"},
            headers=dict(ada),
        )  # fmt: skip
        self.assertEqual(kept.status, 200, kept)
        self.assertEqual(keys(bob), {"Bearer key-of-bob-0001"})
        self.assertEqual(keys(ada), {"Bearer key-of-all-0002"})
        # Nobody reads them anywhere, and nobody sees another's.
        for who in (ada, bob):
            for path in ("/api/v1/secrets", "/v1/settings/keys", "/api/v1/audit", "/api/v1/runs", "/api/v1/settings"):
                self.assertNotIn(b"key-of-", server.ask("GET", path, headers=dict(who)).body)
        self.assertNotIn(b"ollama", server.ask("GET", "/api/v1/secrets?scope=person", headers=dict(ada)).body)

    def test_a_model_that_only_a_stored_key_opens_has_its_price(self):
        models = Models()
        self.addCleanup(models.remove)
        prices = tempfile.NamedTemporaryFile("w", suffix=".json", delete=False)
        self.addCleanup(os.unlink, prices.name)
        json.dump([{"model": "openai/m", "from": "2026-01-01", "input": "1", "output": "2"}], prices)
        prices.close()
        server = self.serve(
            f"models:\n  prices: {prices.name}\nquotas:\n  person:\n    usd_a_month: 1\n",
            {"OPENAI_BASE_URL": f"http://127.0.0.1:{models.server.server_port}/v1"},
        )
        ada = self.person(server, "ada")
        given = {"provider": "openai", "api_key": "key-of-ada-0003"}
        self.assertEqual(server.ask("POST", "/v1/settings/keys", given, headers=dict(ada)).status, 201)
        order = {"title": "T", "document": DOCUMENT, "model": "openai/m", "max_iterations": 1}
        run = server.ask("POST", "/api/v1/roundtables", order, headers=dict(ada))
        self.assertEqual(run.status, 202, run)
        path = f"/api/v1/runs/{run.json['id']}"
        stream = dict(ada) | {"Accept": "text/event-stream"}
        self.assertIn(b"event: end", server.ask("GET", path + "/events", headers=stream).body)
        self.assertEqual({call[0].get("Authorization") for call in models.calls}, {"Bearer key-of-ada-0003"})
        # 10 tokens of input and 5 of output a call.
        used = server.ask("GET", "/api/v1/limits", headers=dict(ada)).json["quotas"]
        spent = {quota["name"]: quota["used"] for quota in used}
        self.assertEqual(spent["usd_a_month"], 20 * len(models.calls), spent)

    def test_quotas_of_people(self):
        server = self.serve("quotas:\n  person:\n    runs_at_once: 1\n    runs_a_day: 2\n")
        ada = self.person(server, "ada")
        bob = self.person(server, "bob", ada)

        def start(who):
            return server.ask("POST", "/api/v1/runs", {"definition": ASKING}, headers=dict(who))

        first = start(bob)
        self.assertEqual(first.status, 202, first)
        refused = start(bob)
        self.assertEqual((refused.status, refused.json["code"]), (429, "quota_exceeded"), refused)
        self.assertEqual(start(ada).status, 202)
        ended = server.ask("POST", f"/api/v1/runs/{first.json['id']}/cancel", headers=dict(bob))
        self.assertEqual(ended.status, 202, ended)
        server.ask(
            "GET", f"/api/v1/runs/{first.json['id']}/events", headers=dict(bob) | {"Accept": "text/event-stream"}
        )
        self.assertEqual(start(bob).status, 202)
        used = server.ask("GET", "/api/v1/limits", headers=dict(bob)).json["quotas"]
        told = {quota["name"]: (quota["used"], quota["cap"]) for quota in used}
        self.assertEqual(told, {"runs_at_once": (1, 1), "runs_a_day": (2, 2)})
        self.assertEqual(refused.headers["Retry-After"], "1")
        last = server.ask("GET", "/api/v1/runs", headers=dict(bob)).json["runs"][0]["id"]
        server.ask("POST", f"/api/v1/runs/{last}/cancel", headers=dict(bob))
        server.ask("GET", f"/api/v1/runs/{last}/events", headers=dict(bob) | {"Accept": "text/event-stream"})
        tomorrow = start(bob)
        self.assertEqual((tomorrow.status, tomorrow.json["code"]), (429, "quota_exceeded"), tomorrow)
        self.assertTrue(tomorrow.headers["Retry-After"].endswith(" 00:00:00 GMT"), tomorrow.headers)


if __name__ == "__main__":
    unittest.main()
