"""What calls of models with an API key are held to: models, rates and budgets, by the vendors' packages and by curl's
means, over cuts, kills and clients that leave."""

import concurrent.futures
import json
import pathlib
import tempfile
import unittest

from clients import MISSING, anthropic, openai
from server import Server, until
from test_gateway import KEYS
from upstreams import Fail, Hold, Say, Text, Upstreams, Usage

PASSWORD = "password123"
HELLO = [{"role": "user", "content": "hello"}]
# A dollar for a million tokens that are sent, two for a million that come back: the upstream's 140 tokens are these.
USAGE = Usage(input=100, cached=0, written=0, output=40, reasoning=0)
COST = 180


@unittest.skipIf(MISSING, MISSING)
class KeyLimits(unittest.TestCase):
    def setUp(self):
        self.upstreams = Upstreams()
        self.addCleanup(self.upstreams.remove)
        home = tempfile.TemporaryDirectory(prefix="tutti-limits-")
        self.addCleanup(home.cleanup)
        prices = pathlib.Path(home.name, "prices.json")
        prices.write_text(json.dumps([{"model": "openai/m", "from": "2026-01-01", "input": "1", "output": "2"}]))
        pathlib.Path(home.name, "tutti.yaml").write_text(
            f"models:\n  prices: {prices}\n"
            f"providers:\n  free: {{url: '{self.upstreams.address}/openai/v1', key: {KEYS['own']}}}\n"
        )
        self.server = Server(
            home=home.name,
            environment={
                "OPENAI_API_KEY": KEYS["openai"], "OPENAI_BASE_URL": self.upstreams.address + "/openai/v1",
                "ANTHROPIC_API_KEY": KEYS["anthropic"], "ANTHROPIC_BASE_URL": self.upstreams.address,
            },
        )  # fmt: skip
        self.addCleanup(self.server.remove)
        user = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
        self.assertEqual(self.server.post("/auth/register", user).status, 201)
        self.upstreams.say(Say([Text("Good morning.")], usage=USAGE))

    @property
    def bearer(self):
        login = self.server.post("/auth/login", {"username": "ada", "password": PASSWORD})
        return {"Authorization": "Bearer " + login.json["access_token"]}

    def key(self, **limits):
        made = self.server.post("/api/v1/keys", {"name": "bot", "limits": limits}, **self.bearer)
        self.assertEqual(made.status, 201, made)
        return made.json

    def chat(self, key, **more):
        client = openai.OpenAI(base_url=f"http://127.0.0.1:{self.server.port}/v1", api_key=key["key"], max_retries=0)
        self.addCleanup(client.close)
        asked = {"model": "openai/m", "messages": HELLO, "max_tokens": 50} | more
        return client.chat.completions.with_raw_response.create(**asked)

    def refused(self, kind, key, **more):
        with self.assertRaises(kind) as caught:
            self.chat(key, **more)
        return caught.exception

    def used(self, key):
        listed = self.server.get("/api/v1/keys", **self.bearer).json["keys"]
        return {q["name"]: q["used"] for k in listed if k["id"] == key["id"] for q in k["used"] or []}

    def spent(self, key):
        sums = self.server.get("/api/v1/calls/sums?by=key", **self.bearer).json
        return next((row["figures"] for row in sums["rows"] if row["by"] == [key["id"]]), None)

    def test_a_key_is_held_to_its_models(self):
        key = self.key(models=["openai/*"])
        self.assertEqual(self.chat(key).parse().choices[0].message.content, "Good morning.")
        error = self.refused(openai.PermissionDeniedError, key, model="anthropic/m")
        self.assertEqual(error.body["param"], "model")
        self.assertIn("may not ask the model 'anthropic/m'", error.body["message"])
        listed = self.server.get("/v1/models", Authorization="Bearer " + key["key"]).json["data"]
        self.assertTrue(all(model["id"].startswith("openai/") for model in listed), listed)

    def test_requests_a_minute(self):
        key = self.key(requests_a_minute=2)
        told = [self.chat(key).headers for _ in range(2)]
        self.assertEqual([h["x-ratelimit-limit-requests"] for h in told], ["2", "2"])
        self.assertEqual([h["x-ratelimit-remaining-requests"] for h in told], ["1", "0"])
        error = self.refused(openai.RateLimitError, key)
        self.assertEqual(error.body["code"], "rate_limit_exceeded")
        self.assertGreater(int(error.response.headers["retry-after"]), 0)
        client = anthropic.Anthropic(
            base_url=f"http://127.0.0.1:{self.server.port}", api_key=key["key"], max_retries=0
        )
        with self.assertRaises(anthropic.RateLimitError):
            client.messages.create(model="openai/m", max_tokens=50, messages=HELLO)
        other = self.key(requests_a_minute=2)
        client = anthropic.Anthropic(
            base_url=f"http://127.0.0.1:{self.server.port}", api_key=other["key"], max_retries=0
        )
        answer = client.messages.with_raw_response.create(model="openai/m", max_tokens=50, messages=HELLO)
        self.assertEqual(answer.headers["anthropic-ratelimit-requests-remaining"], "1")
        # Each call counts once, refused ones not at all, and no call of a refused one reached a provider.
        self.assertEqual(len(self.upstreams.calls), 3)

    def test_tokens_a_minute_count_what_was_really_used(self):
        key = self.key(tokens_a_minute=300)
        self.chat(key)
        headers = self.chat(key).headers
        # 140 of the first call, and what the second one may take.
        self.assertLess(int(headers["x-ratelimit-remaining-tokens"]), 160)
        error = self.refused(openai.RateLimitError, key)
        self.assertIn("tokens a minute", error.body["message"])
        error = self.refused(openai.BadRequestError, key, max_tokens=1000)
        self.assertIn("ask for a shorter answer", error.body["message"])

    def test_a_budget_is_never_passed(self):
        key = self.key(usd_a_day="0.001")
        passed = 0
        with self.assertRaises(openai.RateLimitError) as caught:
            for _ in range(20):
                self.chat(key)
                passed += 1
        error = caught.exception
        self.assertEqual(error.body["type"], "insufficient_quota")
        self.assertEqual(error.response.headers["x-should-retry"], "false")
        self.assertIn("of $0.001 today", error.body["message"])
        # A call may take 50 tokens of an answer and some 20 of what is asked: 120 millionths at most by estimate.
        self.assertEqual(passed, 5)
        self.assertEqual(self.used(key), {"usd_a_day": passed * COST})
        self.assertEqual(self.spent(key)["calls"], passed)
        self.assertEqual(self.spent(key)["usd"], f"0.{passed * COST:06}")
        self.assertEqual(len(self.upstreams.calls), passed)

    def test_calls_side_by_side_do_not_pass_a_budget_of_tokens(self):
        key = self.key(tokens=2000)

        def ask(_):
            try:
                self.chat(key)
                return 200
            except openai.APIStatusError as error:
                return error.status_code

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            told = list(pool.map(ask, range(40)))
        passed = told.count(200)
        self.assertEqual(set(told), {200, 429})
        used = self.used(key)["tokens"]
        self.assertEqual(used, passed * 140)
        # One call at a time may use more than it was taken for.
        self.assertLessEqual(used, 2000 + 8 * 70)
        self.assertEqual(len(self.upstreams.calls), passed)

    def test_a_model_without_a_price_is_not_asked_for_dollars(self):
        key = self.key(usd=1)
        error = self.refused(openai.BadRequestError, key, model="free/m")
        self.assertIn("models.prices", error.body["message"])
        self.assertEqual(self.upstreams.calls, [])
        self.assertEqual(self.chat(self.key(tokens=1000), model="free/m").status_code, 200)

    def test_a_failed_call_costs_nothing_and_a_cut_one_what_came(self):
        key = self.key(tokens=100_000)
        self.upstreams.say(Fail("context"))
        self.refused(openai.BadRequestError, key)
        self.assertEqual(self.used(key), {"tokens": 0})
        self.upstreams.say(Say([Text("Good morning.")], usage=USAGE, cut="content"))
        with self.assertRaises(openai.APIError):
            for _ in self.chat(key, stream=True).parse():
                pass
        cut = until(lambda: self.spent(key), "the line of a call that was cut")
        self.assertEqual(self.used(key)["tokens"], sum(cut["tokens"][k] for k in ("uncached_input", "output")))
        self.assertGreater(self.used(key)["tokens"], 0)

    def test_a_client_that_leaves_gives_back_what_was_set_aside(self):
        key = self.key(tokens=5000)
        hold = Hold()
        self.addCleanup(hold.close)
        self.upstreams.say(Say([Text("Good morning.")], usage=USAGE, hold=hold))
        stream = self.chat(key, stream=True, max_tokens=4000).parse()
        next(iter(stream))
        self.assertGreater(self.used(key)["tokens"], 4000)
        stream.response.close()
        until(lambda: self.used(key)["tokens"] < 1000, "what was set aside to be given back")

    def test_a_kill_counts_what_was_set_aside_and_no_more(self):
        key = self.key(tokens=100_000)
        for _ in range(3):
            self.chat(key)
        before = self.used(key)["tokens"]
        self.assertEqual(before, 3 * 140)
        self.server.kill()
        self.server.start()
        after = self.used(key)["tokens"]
        self.assertGreaterEqual(after, before)
        # One hundredth of what was left, and one call.
        self.assertLessEqual(after, 1000 + 200)
        self.chat(key)
        self.server.stop()
        self.server.start()
        # A stop gives back what was not used.
        self.assertEqual(self.used(key)["tokens"], after + 140)

    def test_limits_are_changed_at_once(self):
        key = self.key(requests_a_minute=1)
        self.chat(key)
        self.refused(openai.RateLimitError, key)
        place = f"/api/v1/keys/{key['id']}"
        changed = self.server.ask("PATCH", place, {"limits": {"requests_a_minute": 5, "usd": 2.5}}, self.bearer)
        self.assertEqual(changed.status, 200, changed)
        told = {name: value for name, value in changed.json["limits"].items() if value is not None}
        self.assertEqual(told, {"requests_a_minute": 5, "usd": "2.500000"})
        self.chat(key)
        none = self.server.ask("PATCH", place, {"limits": {}}, self.bearer)
        self.assertIsNone(none.json["limits"])
        for body, field in [
            ({"limits": {"usd": "-1"}}, "/limits/usd"), ({"limits": {"usd": "lots"}}, "/limits/usd"),
            ({"limits": {"tokens": 0}}, "/limits/tokens"), ({"limits": {"models": []}}, "/limits/models"),
            ({"limits": {"models": ["a b"]}}, "/limits/models/0"),
            ({"limits": {"requests_a_minute": 0}}, "/limits/requests_a_minute"),
            ({"limits": {"weight": 1}}, "/limits/weight"), ({}, "/limits"),
        ]:  # fmt: skip
            refused = self.server.ask("PATCH", place, body, self.bearer)
            self.assertEqual(refused.status, 422, (body, refused))
            self.assertEqual(refused.json["errors"][0]["field"], field, (body, refused))
        # A key changes no limits, not even its own.
        own = self.server.ask("PATCH", place, {"limits": {}}, {"Authorization": "Bearer " + key["key"]})
        self.assertEqual(own.status, 403, own)
        entries = self.server.get("/api/v1/audit?action=key.limited", **self.bearer).json["entries"]
        self.assertEqual([e["details"]["limits"] for e in entries][0], "none")


if __name__ == "__main__":
    unittest.main()
