"""What guards of the gateway do, by the vendors' own packages: they raise what is refused, and read what is redacted."""

import pathlib
import tempfile
import unittest

from clients import KINDS, MISSING, openai
from server import Server
from test_gateway import KEYS
from upstreams import Say, Text, Tool, Upstreams

CARD = "4111 1111 1111 1111"
GUARDS = """
deployments:
  chat: {model: openai/m}
  messages: {model: anthropic/m}
routes:
  smart: {deployments: [chat]}
  clever: {deployments: [messages]}
guards:
  personal: {finds: [credit_card, email], does: redact}
  secrets: {finds: [private_key, password_url], does: refuse}
  codenames: {patterns: ['\\bNightshade\\b'], does: report}
"""


@unittest.skipIf(MISSING, MISSING)
class Guards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.upstreams = Upstreams()
        cls.addClassCleanup(cls.upstreams.remove)
        home = tempfile.TemporaryDirectory(prefix="tutti-guards-")
        cls.addClassCleanup(home.cleanup)
        routes = pathlib.Path(home.name, "routes.yaml")
        routes.write_text(GUARDS)
        pathlib.Path(home.name, "tutti.yaml").write_text(f"models: {{routes: {routes}}}\nlog: {{level: debug}}\n")
        cls.server = Server(
            home=home.name,
            environment={
                "OPENAI_API_KEY": KEYS["openai"], "OPENAI_BASE_URL": cls.upstreams.address + "/openai/v1",
                "ANTHROPIC_API_KEY": KEYS["anthropic"], "ANTHROPIC_BASE_URL": cls.upstreams.address,
            },
        )  # fmt: skip
        cls.addClassCleanup(cls.server.remove)
        cls.clients = [kind(cls.server) for kind in KINDS]

    def ways(self, streamed=(False, True)):
        for client in self.clients:
            for model in ("smart", "clever"):
                for is_streamed in streamed:
                    yield client, model, is_streamed, self.subTest(client.name, model=model, streamed=is_streamed)

    def test_a_request_is_refused(self):
        before = len(self.upstreams.calls)
        for client, model, streamed, part in self.ways():
            with part:
                with self.assertRaises(client.errors.BadRequestError) as caught:
                    client.ask(model, "use postgres://ada:geheim@db", streamed=streamed)
                self.assertIn("the guard 'secrets' lets no password_url through", str(caught.exception))
                self.assertNotIn("geheim", str(caught.exception))
                if client.errors is openai:
                    self.assertEqual(caught.exception.code, "guard_refused")
        self.assertEqual(len(self.upstreams.calls), before)
        lines = self.server.get("/api/v1/calls?outcome=refused", Authorization="Bearer any").json["calls"]
        self.assertTrue(lines and all(line["guards"] == "secrets=refused:1" for line in lines))
        self.assertNotIn("geheim", pathlib.Path(self.server.log).read_text())

    def test_requests_and_answers_are_redacted(self):
        for client, model, streamed, part in self.ways():
            with part:
                self.upstreams.say(Say([Text(f"It is {CARD}, ask ada@example.com about Nightshade.")]))
                reply = client.ask(model, f"pay with {CARD}", streamed=streamed)
                self.assertEqual(reply.text, "It is [CREDIT_CARD], ask [EMAIL] about Nightshade.")
                self.assertEqual(self.upstreams.call.said, [("user", "text", "pay with [CREDIT_CARD]")])

    def test_arguments_of_tools_are_redacted(self):
        for client, model, streamed, part in self.ways():
            with part:
                self.upstreams.say(Say([Tool("call_1", "pay", {"id": CARD, "to": 'Ada "x" <ada@example.com>'})]))
                reply = client.ask(model, streamed=streamed)
                wanted = {"id": "[CREDIT_CARD]", "to": 'Ada "x" <[EMAIL]>'}
                self.assertEqual([(name, arguments) for _, name, arguments in reply.calls], [("pay", wanted)])

    def test_an_answer_is_refused(self):
        for client, model, streamed, part in self.ways():
            with part:
                self.upstreams.say(Say([Text("Good morning: use postgres://ada:geheim@db now")]))
                with self.assertRaises(client.errors.APIError) as caught:
                    client.ask(model, streamed=streamed)
                self.assertIn("lets no password_url through", str(caught.exception))
                self.assertNotIn("geheim", str(caught.exception))

    def test_the_head_says_what_was_found(self):
        self.upstreams.say(Say([Text("Nightshade")]))
        body = {"model": "smart", "messages": [{"role": "user", "content": f"{CARD} and Nightshade"}]}
        answer = self.server.post("/v1/chat/completions", body, Authorization="Bearer any")
        self.assertEqual(answer.headers["X-Tutti-Guards"], "personal=redacted:1,codenames=reported:2")
