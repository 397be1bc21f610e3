"""Playground, providers and spend before the real server, whose models are invented: `TUTTI_BINARY=…
scripts/test-dashboard test_real_gateway`."""

import json
import pathlib
import tempfile
import threading
import unittest

from playwright.sync_api import expect

from test_real_access import AccessTest
from test_real_server import BINARY, RealTest, Server

from models import Models  # noqa: E402
from server import until  # noqa: E402

ROUTES = """
deployments:
  first: {model: ollama/first}
  second: {model: ollama/second, price: {input: 2, output: 4}}
routes:
  smart: {deployments: [first, second], retries: 0}
  quick: {strategy: latency, deployments: [first, second]}
"""


class WithModels:
    """A server with routes over two models of this machine, which say what they are called."""

    def serve(self):
        self.hold = threading.Event()
        self.addCleanup(self.hold.set)
        self.models = Models(self.words)
        self.addCleanup(self.models.remove)
        home = tempfile.TemporaryDirectory(prefix="tutti-pages-")
        self.addCleanup(home.cleanup)
        pathlib.Path(home.name, "routes.yaml").write_text(ROUTES)
        self.server = Server(
            home=home.name,
            environment={**self.models.environment, "TUTTI_MODELS_ROUTES": f"{home.name}/routes.yaml"},
        )
        self.addCleanup(self.server.remove)
        return self.server.address

    def words(self, call):
        yield f"I am {call['model']}"
        if call["model"] == "slow":
            self.hold.wait(20)
        yield " indeed"

    def column(self, model):
        return self.page.get_by_role("region", name=model, exact=True)

    def ask(self, *models, words="Who are you?"):
        self.at(f"/playground?models={'%20'.join(models)}")
        expect(self.page.get_by_label("Prompt")).to_be_focused()
        self.page.get_by_label("Prompt").fill(words)
        self.page.keyboard.press("Control+Enter")

    def state(self, model, word):
        expect(self.column(model).get_by_role("status")).to_contain_text(word)

    def fact(self, model, name):
        return self.column(model).locator("dl div", has=self.page.get_by_text(name, exact=True)).locator("dd")

    def order(self):
        return [row.get_attribute("data-name") for row in self.page.locator("[data-route=smart] li").all()]


@unittest.skipUnless(BINARY, "no TUTTI_BINARY is given")
class Local(WithModels, RealTest):
    def test_models_answer_side_by_side_and_are_written_down(self):
        self.refusals = (404,)
        self.ask("smart", "ollama/other", "nobody/x")
        for model in ("smart", "ollama/other"):
            self.state(model, "done")
        self.state("nobody/x", "failed")
        expect(self.column("smart").get_by_role("group")).to_have_text("I am first indeed")
        expect(self.column("smart")).to_contain_text("answered by ollama/first")
        expect(self.column("ollama/other").get_by_role("group")).to_have_text("I am other indeed")
        expect(self.fact("smart", "Tokens")).to_have_text("10 sent, 5 received")
        # Nobody has told a price.
        expect(self.fact("smart", "Cost")).to_have_text("unknown")
        self.assertEqual(self.models.calls[0][1]["messages"], [{"role": "user", "content": "Who are you?"}])
        self.at("/spend")
        expect(self.page.get_by_role("table")).to_contain_text("ollama/other")
        self.see("2 calls of unknown cost.")

    def test_stop_ends_the_call(self):
        self.ask("ollama/slow")
        self.state("ollama/slow", "answering")
        self.page.get_by_role("button", name="Stop ollama/slow").click()
        self.state("ollama/slow", "stopped")
        # The provider still holds its answer: it is left, not waited for.
        until(lambda: self.server.get("/api/v1/calls").json["calls"], "the call is written down")
        self.at("/spend?by=model")
        expect(self.page.get_by_role("table")).to_contain_text("≈")

    def test_another_order_counts_at_once_and_after_a_start(self):
        self.quiet = False
        self.at("/providers")
        expect(self.page.locator("[data-route=quick]")).to_contain_text("the quickest first")
        self.page.get_by_role("button", name="Move second up").click()
        self.page.get_by_role("button", name="Keep this order").click()
        self.see("Not the order of the file.")
        self.ask("smart")
        self.state("smart", "done")
        expect(self.column("smart")).to_contain_text("answered by ollama/second")
        expect(self.fact("smart", "Cost")).to_have_text("<$0.0001")
        self.server.kill()
        self.server.start()
        self.at("/providers")
        expect(self.page.locator("[data-route=smart] li").first).to_have_attribute("data-name", "second")
        expect(self.page.locator("tr[data-deployment=second]")).to_contain_text("not asked lately")
        self.page.get_by_role("button", name="last 24 hours").click()
        expect(self.page.locator("tr[data-deployment=second]")).to_contain_text("0 %")
        self.page.get_by_role("button", name="Back to the file's order…").click()
        self.page.locator("dialog").get_by_role("button", name="Back to the file's order").click()
        expect(self.page.locator("[data-route=smart] li").first).to_have_attribute("data-name", "first")
        actions = [e["action"] for e in self.server.get("/api/v1/audit?action=route").json["entries"]]
        self.assertEqual(actions, ["route.order_dropped"] * 2 + ["route.ordered"] * 2)

    def test_no_other_page_gets_in(self):
        body = json.dumps({"model": "smart", "messages": [{"role": "user", "content": "hi"}]})
        for origin in ("http://evil.example", "null", f"http://localhost:{self.server.port}"):
            answer = self.server.ask(
                "POST", "/v1/chat/completions", body, {"Origin": origin, "Content-Type": "application/json",
                                                       "Authorization": "Bearer any"})  # fmt: skip
            self.assertEqual(answer.status, 403, answer)
        self.assertEqual(self.models.calls, [])


@unittest.skipUnless(BINARY, "no TUTTI_BINARY is given")
class WithAccounts(WithModels, AccessTest):
    def test_by_the_session_of_the_page(self):
        self.refusals = (401, 403)
        self.hand_over()
        self.ask("smart")
        self.state("smart", "done")
        self.forget("access")
        self.page.get_by_label("Prompt").fill("And now?")
        self.page.keyboard.press("Control+Enter")
        self.state("smart", "done")
        self.assertEqual(len(self.models.calls), 2)
        # Without the page's token the cookie is worth nothing.
        status = self.page.evaluate(
            """() => fetch('/v1/chat/completions', {method: 'POST', headers: {'Content-Type': 'application/json'},
               body: JSON.stringify({model: 'smart', messages: [{role: 'user', content: 'hi'}]})})
               .then(answer => answer.status)"""
        )
        self.assertEqual((status, len(self.models.calls)), (403, 2))
        self.at("/spend?by=person")
        expect(self.page.get_by_role("table")).to_contain_text("ana")
        expect(self.page.locator(".facts")).to_contain_text("unknown")

    def test_who_may_not_order_sees_what_is_their_own(self):
        self.hand_over()
        self.ask("smart")
        self.state("smart", "done")
        bea = self.joined()
        bea.goto(f"{self.base}/providers")
        expect(bea.locator("[data-route=smart] li").first).to_contain_text("first")
        self.assertEqual(bea.locator("[data-route=smart]").get_by_role("button").count(), 0)
        bea.goto(f"{self.base}/spend")
        expect(bea.get_by_text("No model was called in this time.")).to_be_visible()


if __name__ == "__main__":
    unittest.main()
