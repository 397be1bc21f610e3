"""One's own account: sessions, password, API keys, keys for providers, models by role."""

import unittest

from playwright.sync_api import expect

from browser import AccountTest, PageTest, needs_fake


@needs_fake
class Account(AccountTest):
    def card(self, name):
        return self.page.get_by_role("region", name=name, exact=True)

    def test_who_one_is(self):
        self.at("/account")
        expect(self.card("You")).to_contain_text("Ana Example")
        expect(self.card("You")).to_contain_text("owner")

    def test_sessions_are_ended_one_by_one(self):
        other = self.access.begin(self.owner, "Mozilla/5.0 (iPhone) Safari/604")[0]
        self.at("/account")
        rows = self.card("Sessions").locator("tbody tr")
        expect(rows).to_have_count(2)
        expect(rows.filter(has_text="this one")).to_contain_text("Chrome on Linux")
        rows.filter(has_text="Safari on iPhone").get_by_role("button", name="End").click()
        self.see("Whoever sits there is logged out at once.")
        self.in_dialog().get_by_role("button", name="End it").click()
        expect(rows).to_have_count(1)
        self.assertNotIn(self.access.tokens[other]["session"], self.access.sessions)

    def test_all_others_are_ended(self):
        for n in range(3):
            self.access.begin(self.owner, f"curl/{n}")
        self.at("/account")
        self.press("End all others…")
        self.see("3 sessions end at once.")
        self.in_dialog().get_by_role("button", name="End the others").click()
        expect(self.card("Sessions").locator("tbody tr")).to_have_count(1)
        expect(self.page.get_by_role("button", name="End all others…")).to_have_count(0)
        self.assertEqual(len(self.access.sessions), 1)

    def test_the_password_is_changed(self):
        self.refusals = (422,)
        self.access.begin(self.owner, "curl/8")
        self.at("/account")
        self.page.get_by_label("Password now").fill("wrong horse")
        self.page.get_by_label("New password").fill("another horse")
        self.press("Change the password")
        self.see("this is not the password")
        expect(self.page.get_by_label("Password now")).to_be_focused()
        self.page.get_by_label("Password now").fill("correct horse")
        self.press("Change the password")
        self.see("The password is changed.")
        expect(self.page.get_by_label("New password")).to_have_value("")
        self.assertEqual((self.owner["password"], len(self.access.sessions)), ("another horse", 1))

    def test_a_key_is_shown_once_and_revoked(self):
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.at("/account")
        self.see("You have no API keys.")
        self.press("Make a key…")
        box = self.in_dialog()
        box.get_by_label("Name", exact=True).fill("nightly <b>build</b>")
        box.get_by_label("It may do all that I may").uncheck()
        box.get_by_role("button", name="Make it").click()
        expect(box).to_contain_text("Choose at least one permission.")
        box.get_by_label("runs.read: ").check()
        box.get_by_label("runs.start: ").check()
        box.get_by_label("Expires").select_option("a year")
        box.get_by_label("Project", exact=True).select_option("Moments")
        box.get_by_role("button", name="Make it").click()
        expect(self.in_dialog()).to_contain_text("This is shown once.")
        key = next(iter(self.access.keys.values()))
        expect(self.page.locator("[data-once]")).to_have_text(key["key"])
        self.in_dialog().get_by_role("button", name="Copy").click()
        expect(self.in_dialog().get_by_role("button", name="Copied")).to_be_visible()
        self.assertEqual(self.page.evaluate("navigator.clipboard.readText()"), key["key"])
        self.assertEqual((key["scopes"], key["project"]), (["runs.read", "runs.start"], "prj_1"))
        self.press("I have kept it")
        expect(self.page.locator("dialog")).to_have_count(0)
        self.assertNotIn(key["key"], self.page.content())
        self.see("nightly <b>build</b>")
        self.see("in 365 days")
        self.press("Revoke")
        self.see("is refused at once")
        self.in_dialog().get_by_role("button", name="Revoke").click()
        self.see("You have no API keys.")
        self.assertEqual(self.access.keys, {})

    def test_a_key_is_held_to_models_and_budgets(self):
        self.access.keys["key_1"] = {
            "id": "key_1", "name": "bot", "hint": "tutti_x", "user_id": self.owner["id"], "key": "", "project": None,
            "scopes": None, "created_at": "2026-11-01T00:00:00Z", "expires_at": None, "last_used": None,
            "limits": {"usd_a_day": "5.000000", "requests_a_minute": 60, "models": None},
            "used": [{"holder": "key", "name": "usd_a_day", "cap": 5_000_000, "used": 1_200_000}],
        }  # fmt: skip
        self.at("/account")
        card = self.card("API keys")
        expect(card).to_contain_text("$1.20 of $5.00 a day")
        expect(card).to_contain_text("60 requests a minute")
        card.get_by_role("button", name="Limits of bot").click()
        box = self.in_dialog()
        expect(box.get_by_label("Dollars a day")).to_have_value("5")
        box.get_by_label("Models and routes").fill("fast anthropic/*")
        self.refusals = (422,)
        box.get_by_label("Dollars a day").fill("-1")
        box.get_by_role("button", name="Hold it to that").click()
        expect(box).to_contain_text("'usd_a_day' is above 0")
        expect(box.get_by_label("Dollars a day")).to_be_focused()
        box.get_by_label("Dollars a day").fill("")
        box.get_by_label("Tokens a month").fill("1000000")
        box.get_by_role("button", name="Hold it to that").click()
        expect(self.page.locator("dialog")).to_have_count(0)
        self.assertEqual(
            self.access.keys["key_1"]["limits"],
            {"models": ["fast", "anthropic/*"], "tokens_a_month": 1_000_000, "requests_a_minute": 60},
        )
        expect(card).to_contain_text("1.0M tokens a month")
        expect(card).to_contain_text("anthropic/*")

    def test_keys_for_providers(self):
        self.at("/account")
        self.press("Keep a key…")
        box = self.in_dialog()
        box.get_by_label("Provider").fill("anthropic")
        box.get_by_label("Key", exact=True).fill("sk-ant-secret-1234")
        box.get_by_role("button", name="Keep it").click()
        row = self.card("Keys for providers of models").locator("tbody tr")
        expect(row).to_contain_text("…1234")
        self.assertNotIn("sk-ant-secret", self.page.content())
        row.get_by_role("button", name="Remove the key for anthropic").click()
        self.in_dialog().get_by_role("button", name="Remove").click()
        self.see("You have no keys for providers of your own.")

    def test_models_by_role(self):
        self.at("/account")
        self.press("Choose a model…")
        box = self.in_dialog()
        box.get_by_label("Role").fill("critic")
        box.get_by_label("Provider").fill("anthropic")
        box.get_by_label("Model", exact=True).fill("claude-sonnet")
        box.get_by_role("button", name="Set it").click()
        row = self.card("Models by role").locator("tbody tr")
        expect(row).to_contain_text("anthropic/claude-sonnet")
        row.get_by_role("button", name="Back to the usual model for critic").click()
        self.in_dialog().get_by_role("button", name="Back to the usual").click()
        self.see("Every role is played by the model that the server chooses.")

    def test_what_cannot_be_loaded_says_why(self):
        self.refusals = (500,)
        self.control("fault", fail=True, path="/keys")
        self.at("/account")
        expect(self.card("API keys")).to_contain_text("The store could not be read.")
        self.control("fault")
        self.card("API keys").get_by_role("button", name="Try again").click()
        self.see("You have no API keys.")


@needs_fake
class Local(PageTest):
    def test_there_is_no_account_but_keys_for_providers(self):
        self.at("/account")
        self.see("Nobody logs in here, so there are no accounts yet.")
        self.see("No key for a provider is kept here.")


if __name__ == "__main__":
    unittest.main()
