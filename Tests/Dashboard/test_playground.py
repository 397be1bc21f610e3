"""The playground: several models answer one prompt, each in its column."""

import unittest

from playwright.sync_api import expect

from browser import AccountTest, PageTest, needs_fake


class PlaygroundTest(PageTest):
    def setUp(self):
        super().setUp()
        self.gateway = self.world.gateway

    def open(self, *models):
        self.at("/playground" + (f"?models={'%20'.join(models)}" if models else ""))
        expect(self.page.get_by_label("Prompt")).to_be_focused()

    def ask(self, words="hi"):
        self.page.get_by_label("Prompt").fill(words)
        self.page.keyboard.press("Control+Enter")

    def column(self, model):
        return self.page.get_by_role("region", name=model, exact=True)

    def said(self, model):
        return self.column(model).get_by_role("group")

    def fact(self, model, name):
        return self.column(model).locator("dl div", has=self.page.get_by_text(name, exact=True)).locator("dd")

    def state(self, model, word):
        expect(self.column(model).get_by_role("status")).to_contain_text(word)


@needs_fake
class Answers(PlaygroundTest):
    def test_side_by_side(self):
        self.gateway.answers["openai/gpt-5"] = {"words": ["Good ", "day"], "usd": 0.25}
        self.gateway.answers["smart"] = {"by": "anthropic/claude", "usd": None, "estimated": True}
        self.open("openai/gpt-5", "smart")
        self.page.get_by_label("System").fill("Be polite.")
        self.page.get_by_label("Temperature").fill("0.5")
        self.page.get_by_label("Tokens at most").fill("99")
        self.ask()
        self.state("openai/gpt-5", "done")
        self.state("smart", "done")
        expect(self.said("openai/gpt-5")).to_have_text("Good day")
        expect(self.said("smart")).to_have_text("Hello, world")
        expect(self.column("smart")).to_contain_text("answered by anthropic/claude")
        expect(self.fact("openai/gpt-5", "Cost")).to_have_text("$0.250")
        expect(self.fact("openai/gpt-5", "Tokens")).to_have_text("11 sent, 7 received")
        expect(self.fact("openai/gpt-5", "First token")).to_contain_text("ms")
        # Nobody knows its price, and its tokens are a guess.
        expect(self.fact("smart", "Cost")).to_have_text("unknown")
        expect(self.fact("smart", "Tokens")).to_have_text("≈ 11 sent, 7 received")
        asked = {a["model"]: a for a in self.gateway.asked}
        self.assertEqual(asked["smart"]["messages"], [{"role": "system", "content": "Be polite."},
                                                      {"role": "user", "content": "hi"}])  # fmt: skip
        self.assertEqual((asked["smart"]["temperature"], asked["smart"]["max_tokens"]), (0.5, 99))
        self.assertEqual(asked["openai/gpt-5"]["max_completion_tokens"], 99)
        self.assertTrue(asked["smart"]["stream"])

    def test_what_is_left_empty_is_not_sent(self):
        self.open("smart")
        self.page.get_by_label("Tokens at most").fill("")
        self.ask()
        self.state("smart", "done")
        self.assertEqual(sorted(self.gateway.asked[0]), ["messages", "model", "stream", "stream_options"])
        self.assertEqual(len(self.gateway.asked[0]["messages"]), 1)

    def test_one_that_fails_leaves_the_others(self):
        self.refusals = (429,)
        self.gateway.answers["fast"] = {"status": 429, "says": "too many requests", "code": "rate_limit_exceeded"}
        self.gateway.answers["openai/gpt-5"] = {"words": ["Once upon"], "breaks": "the provider has gone"}
        self.gateway.answers["anthropic/claude"] = {"words": ["Twice"], "cut": True}
        self.open("smart", "fast", "openai/gpt-5", "anthropic/claude")
        self.ask()
        self.state("smart", "done")
        for model, words in (("fast", "too many requests"), ("openai/gpt-5", "the provider has gone"),
                             ("anthropic/claude", "The answer broke off before its end.")):  # fmt: skip
            self.state(model, "failed")
            expect(self.column(model).get_by_role("alert")).to_contain_text(words)
        # What had come stays.
        expect(self.said("openai/gpt-5")).to_have_text("Once upon")
        self.gateway.answers["fast"] = {}
        self.column("fast").get_by_role("button", name="Try again").click()
        self.state("fast", "done")
        self.assertEqual(len(self.gateway.asked), 5)

    def test_each_is_stopped_by_itself_or_all_together(self):
        slow = {"words": ["word "] * 400, "pause": 0.05}
        self.gateway.answers.update({"smart": slow, "fast": slow})
        self.open("smart", "fast")
        self.ask()
        for model in ("smart", "fast"):
            self.state(model, "answering")
        self.page.get_by_role("button", name="Stop smart").click()
        self.state("smart", "stopped")
        expect(self.said("smart")).to_contain_text("word")
        self.state("fast", "answering")
        self.page.get_by_role("button", name="Stop all").click()
        self.state("fast", "stopped")
        self.assertEqual(self.page.get_by_role("alert").count(), 0)

    def test_asking_again_begins_anew(self):
        self.gateway.answers["smart"] = {"words": ["first "] * 200, "pause": 0.05}
        self.open("smart")
        self.ask()
        self.state("smart", "answering")
        self.gateway.answers["smart"] = {"words": ["second"]}
        self.ask("again")
        self.state("smart", "done")
        expect(self.said("smart")).to_have_text("second")

    def test_why_it_ended(self):
        self.gateway.answers["smart"] = {"finish": "length"}
        self.open("smart")
        self.ask()
        self.state("smart", "done, ended at the token limit")

    def test_words_stay_texts(self):
        evil = "<img src=x onerror=\"document.title='owned'\"> \u202egnp \u001b[31mred"
        self.gateway.answers["smart"] = {"words": [evil], "by": evil.replace("\u202e", "").replace("\u001b", "")}
        self.open("smart")
        self.ask()
        self.state("smart", "done")
        expect(self.said("smart")).to_contain_text("<img src=x")
        self.inert()


@needs_fake
class Columns(PlaygroundTest):
    def test_up_to_four_in_the_address(self):
        self.open()
        name = self.page.get_by_label("Model", exact=True)
        expect(name).to_have_value("smart")
        for model in ("fast", "anthropic/claude", "ollama/qwen3:8b"):
            self.page.get_by_role("button", name="Add a model").click()
            expect(name.last).to_be_focused()
            self.page.keyboard.type(model)
            self.page.keyboard.press("Tab")
        expect(self.page.get_by_role("button", name="Add a model")).to_be_disabled()
        models = "smart+fast+anthropic%2Fclaude+ollama%2Fqwen3%3A8b"
        expect(self.page).to_have_url(f"{self.base}/playground?models={models}")
        self.page.get_by_role("button", name="Take fast away").click()
        expect(name).to_have_count(3)
        self.page.reload()
        expect(name).to_have_count(3)
        expect(name.nth(1)).to_have_value("anthropic/claude")

    def test_a_column_without_a_model_asks_nobody(self):
        self.open("smart")
        self.page.get_by_role("button", name="Add a model").click()
        self.ask()
        self.page.wait_for_timeout(200)
        self.assertEqual(self.gateway.asked, [])
        expect(self.page.get_by_label("Model", exact=True).last).to_be_focused()

    def test_no_model_is_there(self):
        self.gateway.models = []
        self.at("/playground")
        self.see("No model can be asked yet.")

    def test_states_are_said(self):
        self.open("smart")
        self.ask()
        expect(self.column("smart").get_by_role("status")).to_have_text("smart: ●done")


@needs_fake
class WithAccounts(AccountTest):
    roles = ("user",)

    def test_a_token_that_has_run_out_is_renewed(self):
        self.refusals = (401,)
        self.at("/playground?models=smart")
        expect(self.page.get_by_label("Prompt")).to_be_focused()
        for token in self.access.tokens.values():
            token["expired"] = True
        self.page.get_by_label("Prompt").fill("hi")
        self.page.keyboard.press("Control+Enter")
        expect(self.page.get_by_role("status").filter(has_text="done")).to_be_visible()
        self.assertEqual((self.access.renewed, len(self.world.gateway.asked)), (1, 1))


if __name__ == "__main__":
    unittest.main()
