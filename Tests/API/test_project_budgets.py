"""What a project may spend: calls with all of its keys and its runs together, over restarts."""

import json
import pathlib
import sqlite3
import tempfile
import unittest

from clients import MISSING, anthropic, openai
from models import Models
from server import DOCUMENT, Server, until
from test_gateway import KEYS
from upstreams import Say, Text, Upstreams, Usage

PASSWORD = "password123"
HELLO = [{"role": "user", "content": "hello"}]
# A dollar for a million tokens that are sent, two for a million that come back.
USAGE = Usage(input=100, cached=0, written=0, output=40, reasoning=0)
COST = 180


class Budgets(unittest.TestCase):
    def serve(self, settings, environment):
        home = tempfile.TemporaryDirectory(prefix="tutti-projects-")
        self.addCleanup(home.cleanup)
        prices = pathlib.Path(home.name, "prices.json")
        prices.write_text(json.dumps([{"model": "openai/m", "from": "2026-01-01", "input": "1", "output": "2"}]))
        pathlib.Path(home.name, "tutti.yaml").write_text(f"models:\n  prices: {prices}\n{settings}")
        self.server = Server(home=home.name, environment=environment)
        self.addCleanup(self.server.remove)
        user = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
        self.assertEqual(self.server.post("/auth/register", user).status, 201)

    @property
    def bearer(self):
        login = self.server.post("/auth/login", {"username": "ada", "password": PASSWORD})
        return {"Authorization": "Bearer " + login.json["access_token"]}

    def project(self, **limits):
        made = self.server.post("/api/v1/projects", {"name": "p"}, **self.bearer)
        self.assertEqual(made.status, 201, made)
        place = f"/api/v1/projects/{made.json['id']}"
        if limits:
            self.limit(place, **limits)
        return place

    def limit(self, place, **limits):
        changed = self.server.ask("PATCH", place, {"limits": limits}, self.bearer)
        self.assertEqual(changed.status, 200, changed)

    def key(self, place):
        made = self.server.post("/api/v1/keys", {"name": "bot", "project": place.split("/")[-1]}, **self.bearer)
        self.assertEqual(made.status, 201, made)
        return made.json["key"]

    def used(self, place):
        return {q["name"]: q["used"] for q in self.server.get(place, **self.bearer).json["used"] or []}

    def test_a_run_of_the_project_waits_for_room(self):
        models = Models()
        self.addCleanup(models.remove)
        self.serve("", models.environment)
        place = self.project(tokens_a_month=1)
        key = {"Authorization": "Bearer " + self.key(place)}
        order = {"title": "T", "document": DOCUMENT, "model": "ollama/m", "max_iterations": 1}
        run = self.server.ask("POST", "/api/v1/roundtables", order, key)
        self.assertEqual(run.status, 202, run)
        path = f"/api/v1/runs/{run.json['id']}"

        def state():
            told = self.server.ask("GET", path, headers=key).json
            return told["state"], told["reason"]

        until(lambda: state() == ("waiting", "budget"), "the run to wait for room")
        self.assertEqual(models.calls, [])
        self.limit(place, tokens_a_month=1_000_000)
        again = self.server.ask("POST", path + "/resume", {}, key)
        self.assertIn(again.status, (200, 202), again)
        until(lambda: state()[0] == "completed", "the run to end")
        self.assertEqual(self.used(place), {"tokens_a_month": 15 * len(models.calls)})

    def test_limits_that_cannot_be_read_are_not_none(self):
        self.serve("", {})
        place = self.project(usd=1)
        self.server.stop()
        with sqlite3.connect(pathlib.Path(self.server.home, "server.db")) as file:
            self.assertEqual(file.execute("update project set limits = 'x'").rowcount, 1)
        with self.assertRaisesRegex(AssertionError, f"limits of the project {place.split('/')[-1]} cannot be read"):
            self.server.start()

    @unittest.skipIf(MISSING, MISSING)
    def test_keys_of_a_project_share_its_budget(self):
        upstreams = Upstreams()
        self.addCleanup(upstreams.remove)
        self.serve(
            "quotas:\n  project:\n    usd_a_month: 0.0002\n",
            {"OPENAI_API_KEY": KEYS["openai"], "OPENAI_BASE_URL": upstreams.address + "/openai/v1"},
        )
        upstreams.say(Say([Text("Good morning.")], usage=USAGE))

        def chat(key):
            client = openai.OpenAI(base_url=f"http://127.0.0.1:{self.server.port}/v1", api_key=key, max_retries=0)
            with client:
                return client.chat.completions.create(model="openai/m", messages=HELLO, max_tokens=50)

        own, usual = self.project(usd="0.001", usd_a_month=1), self.project()
        keys, others = [self.key(own), self.key(own)], [self.key(usual), self.key(usual)]
        passed = 0
        with self.assertRaises(openai.RateLimitError) as caught:
            for turn in range(20):
                chat(keys[turn % 2])
                passed += 1
        error = caught.exception
        self.assertEqual(error.body["type"], "insufficient_quota")
        self.assertEqual(error.response.headers["x-should-retry"], "false")
        self.assertIn(f"the project {own.split('/')[-1]} has used $0.0009 of $0.001", error.body["message"])
        self.assertIn("when the budget project.usd is raised", error.body["message"])
        self.assertEqual(passed, 5)
        self.assertEqual(self.used(own), {"usd": passed * COST, "usd_a_month": passed * COST})
        with anthropic.Anthropic(
            base_url=f"http://127.0.0.1:{self.server.port}", api_key=keys[0], max_retries=0
        ) as client:
            with self.assertRaises(anthropic.APIStatusError) as caught:
                client.messages.create(model="openai/m", max_tokens=50, messages=HELLO)
            self.assertEqual(caught.exception.status_code, 402)
        # A project without limits of its own has those of the configuration.
        chat(others[0])
        with self.assertRaises(openai.RateLimitError) as caught:
            chat(others[1])
        self.assertIn("of $0.0002 this month", caught.exception.body["message"])
        self.assertEqual(self.used(usual), {"usd_a_month": COST})
        # Both hold when the server starts again, from its first call on.
        self.server.stop()
        self.server.start()
        for key in keys + others:
            with self.assertRaises(openai.RateLimitError):
                chat(key)
        self.limit(own, usd=1, usd_a_month=1)
        self.limit(usual, usd_a_month=1)
        for key in keys + others:
            chat(key)
        self.assertEqual(set(self.used(own).values()), {(passed + 2) * COST})


if __name__ == "__main__":
    unittest.main()
