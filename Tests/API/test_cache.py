"""Answers of the gateway that are given again: the vendors' own packages cannot tell them from those of a model."""

import os
import pathlib
import signal
import stat
import tempfile
import unittest

from clients import KINDS, MISSING
from server import Server, until
from test_gateway import KEYS
from upstreams import Fail, Say, Text, Tool, Upstreams

ROUTES = """
deployments: {one: {model: openai/m}}
routes: {smart: {deployments: [one]}}
cache:
  disk: 64MiB
  models: [smart, '*/m']
"""
SIMILAR = "  similar: {embeddings: openai/e, similarity: 0.99}\n"
# Each kind of client with a provider that speaks its dialect, and one that does not.
MODELS = {"chat": ("openai/m", "anthropic/m"), "responses": ("own/m", "openai/m"), "messages": ("anthropic/m", "own/m")}
CALLER = {"Authorization": "Bearer x"}


@unittest.skipIf(MISSING, MISSING)
class Cached(unittest.TestCase):
    def setUp(self):
        self.upstreams = Upstreams()
        self.addCleanup(self.upstreams.remove)
        home = tempfile.TemporaryDirectory(prefix="tutti-cache-")
        self.addCleanup(home.cleanup)
        self.home = pathlib.Path(home.name)
        self.routes = self.home / "routes.yaml"
        self.routes.write_text(ROUTES)
        own = f"providers:\n  own: {{url: '{self.upstreams.address}/own/v1', key: {KEYS['own']}, dialect: responses}}\n"
        (self.home / "tutti.yaml").write_text(own + f"models:\n  routes: {self.routes}\n")
        self.server = Server(
            home=home.name,
            environment={
                "OPENAI_API_KEY": KEYS["openai"], "OPENAI_BASE_URL": self.upstreams.address + "/openai/v1",
                "ANTHROPIC_API_KEY": KEYS["anthropic"], "ANTHROPIC_BASE_URL": self.upstreams.address,
            },
        )  # fmt: skip
        self.addCleanup(self.server.remove)

    def chat(self, text, model="openai/m", **headers):
        body = {"model": model, "messages": [{"role": "user", "content": text}]}
        answer = self.server.post("/v1/chat/completions", body, **CALLER, **headers)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def counts(self):
        return self.server.get("/api/v1/cache").json

    def test_clients_read_what_was_kept(self):
        parts = [Text("Good morning."), Tool("call_1", "weather", {"city": "Ulm"})]
        for kind in KINDS:
            client = kind(self.server)
            for model in MODELS[kind.name]:
                for streamed in (False, True):
                    with self.subTest(client=kind.name, model=model, streamed=streamed):
                        self.upstreams.say(Say(parts, finish="tools"))
                        before = self.counts()
                        replies = [client.ask(model, f"hello {model}", streamed=streamed)]
                        # A client stops at the end marker; what it has read is kept right behind it.
                        kept = before["memory"]["entries"] + 1
                        until(lambda kept=kept: self.counts()["memory"]["entries"] == kept, "the answer is kept")
                        replies.append(client.ask(model, f"hello {model}", streamed=streamed))
                        self.assertEqual(replies[0].text, "Good morning.")
                        self.assertEqual(replies[0].calls, replies[1].calls)
                        for name in ("text", "thoughts", "finish", "usage"):
                            self.assertEqual(getattr(replies[0], name), getattr(replies[1], name), name)
                        self.assertEqual(self.upstreams.call.model, "m")
                        self.assertEqual(self.counts()["hits"], before["hits"] + 1)

    def test_a_stream_has_the_same_bytes(self):
        self.upstreams.say(Say([Text("Good morning.")]), Fail("broken"))
        body = {"model": "smart", "messages": [{"role": "user", "content": "hi"}], "stream": True}
        first, again = (self.server.post("/v1/chat/completions", body, **CALLER) for _ in range(2))
        self.assertEqual((first.headers["X-Tutti-Cache"], again.headers["X-Tutti-Cache"]), ("miss", "hit"))
        self.assertEqual(first.body, again.body)
        self.assertTrue(again.body.endswith(b"data: [DONE]\n\n"))
        self.assertEqual(again.headers["Content-Type"], "text/event-stream")
        self.assertEqual(again.headers["X-Tutti-Model"], "openai/m")

    def test_a_stream_that_tells_of_a_failure_is_not_kept(self):
        body = {"model": "own/m", "input": "hi", "stream": True}
        for cut in (Say([Text("Good")], error=Fail("broken")), Say([Text("Good")], cut="content")):
            self.upstreams.say(cut)
            for _ in range(2):
                answer = self.server.post("/v1/responses", body, **CALLER)
                self.assertEqual(answer.headers["X-Tutti-Cache"], "miss")
        self.assertEqual(self.counts()["memory"]["entries"], 0)

    def test_the_disk_outlives_a_kill(self):
        self.upstreams.say(Say([Text("Good morning.")]))
        first = self.chat("hi")
        self.assertEqual(stat.S_IMODE(os.stat(self.home / "answers.db").st_mode), 0o600)
        self.server.kill()
        self.server.start()
        again = self.chat("hi")
        self.assertEqual((again.headers["X-Tutti-Cache"], again.body), ("hit", first.body))
        self.assertEqual(len(self.upstreams.calls), 1)
        calls = self.server.get("/api/v1/calls?cache=hit").json["calls"]
        told = [(call["attempts"], call["usd"], call["outcome"]) for call in calls]
        self.assertEqual(told, [(0, "0.000000", "completed")])
        self.assertEqual(self.server.ask("DELETE", "/api/v1/cache").status, 204)
        self.assertEqual(self.chat("hi").headers["X-Tutti-Cache"], "miss")

    def test_a_damaged_file_stops_nobody(self):
        self.server.stop()
        (self.home / "answers.db").write_bytes(b"nothing of the kind " * 500)
        self.server.start()
        self.upstreams.say(Say([Text("Good morning.")]))
        uses = [self.chat("hi").headers["X-Tutti-Cache"] for _ in range(2)]
        self.assertEqual(uses, ["miss", "hit"])
        self.assertIsNone(self.counts()["disk"])
        log = pathlib.Path(self.server.log).read_text()
        self.assertEqual(log.count("kept answers are in memory only"), 1)

    def test_the_file_of_routes_is_read_again(self):
        self.upstreams.say(Say([Text("Good morning.")]))
        self.assertEqual(self.chat("hi").headers["X-Tutti-Cache"], "miss")
        self.reload(ROUTES.partition("cache:")[0], lambda: not self.counts()["on"])
        self.assertIsNone(self.chat("hi").headers["X-Tutti-Cache"])
        self.reload(ROUTES + SIMILAR, lambda: self.counts()["on"])
        # The upstream has one vector for whatever is asked.
        for text, use in (("what is it?", "miss"), ("what is this?", "similar"), ("what is it?", "hit")):
            answer = self.chat(text)
            self.assertEqual(answer.headers["X-Tutti-Cache"], use)
            self.assertEqual(answer.headers["X-Tutti-Similarity"], "1.000" if use == "similar" else None)
        self.assertEqual(len(self.upstreams.embeddings), 2)

    def reload(self, routes, is_done):
        self.routes.write_text(routes)
        self.server.process.send_signal(signal.SIGHUP)
        until(is_done, "the file of routes is read again")


if __name__ == "__main__":
    unittest.main()
