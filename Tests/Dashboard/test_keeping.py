"""Secrets, and the audit log."""

import unittest

from playwright.sync_api import expect

from browser import AccountTest, PageTest, needs_fake


@needs_fake
class Secrets(AccountTest):
    def keep(self, name, value):
        self.press("Keep a secret…")
        box = self.in_dialog()
        box.get_by_label("Name").fill(name)
        box.get_by_label("Value").fill(value)
        box.get_by_role("button", name="Keep", exact=True).click()

    def test_kept_replaced_removed(self):
        self.at("/secrets")
        self.see("Nothing is kept here.")
        self.keep("mail.password", "a very secret word")
        row = self.page.locator("tbody tr")
        expect(row).to_contain_text("secret:person/mail.password")
        expect(row).to_contain_text("…word")
        self.assertNotIn("a very secret", self.page.content())
        self.press("Replace mail.password")
        expect(self.in_dialog().get_by_label("Name")).to_have_attribute("readonly", "")
        expect(self.in_dialog().get_by_label("Value")).to_be_focused()
        self.in_dialog().get_by_label("Value").fill("another secret thing")
        self.in_dialog().get_by_role("button", name="Replace").click()
        expect(row).to_contain_text("…hing")
        expect(row.locator("td").nth(4)).to_contain_text("2")
        self.press("Remove mail.password")
        self.in_dialog().get_by_label("Type mail.password").fill("mail.password")
        self.in_dialog().get_by_role("button", name="Remove", exact=True).click()
        self.see("Nothing is kept here.")

    def test_scopes(self):
        self.at("/secrets")
        self.page.get_by_label("Whose").select_option("the organisation's")
        expect(self.page).to_have_url(f"{self.base}/secrets?scope=tenant")
        self.keep("shared", "value of all")
        expect(self.page.locator("tbody tr")).to_contain_text("secret:tenant/shared")
        self.page.reload()
        expect(self.page.locator("tbody tr")).to_contain_text("secret:tenant/shared")
        self.page.get_by_label("Whose").select_option("project Moments")
        self.see("Nothing is kept here.")
        self.assertEqual(list(self.access.secrets), [("tenant", "shared")])


@needs_fake
class OwnSecrets(AccountTest):
    roles = ("user",)

    def test_the_organisation_is_not_offered(self):
        self.at("/secrets")
        expect(self.page.get_by_label("Whose").locator("option")).to_have_text(["mine", "project Moments"])


@needs_fake
class LocalSecrets(PageTest):
    def test_are_those_of_the_organisation(self):
        self.at("/secrets")
        expect(self.page.get_by_label("Whose").locator("option")).to_have_text(
            ["the organisation's", "project Moments"]
        )
        self.see("secret:tenant/NAME")


@needs_fake
class Audit(AccountTest):
    def setUp(self):
        super().setUp()
        for n in range(120):
            action = "login.failed" if n % 10 == 0 else "run.started"
            self.access.tell(action, self.owner, f"run_{n}", "refused" if n % 10 == 0 else "begun", device=f"d{n}")
        self.rows = self.page.locator("tbody tr")

    def test_pages_and_filters(self):
        self.at("/audit")
        expect(self.rows).to_have_count(50)
        expect(self.rows.first).to_have_attribute("data-n", "120")
        self.press("Show more")
        expect(self.rows).to_have_count(100)
        self.press("Show more")
        expect(self.rows).to_have_count(120)
        self.page.get_by_label("Action").fill("login")
        expect(self.rows).to_have_count(12)
        self.page.reload()
        expect(self.rows).to_have_count(12)
        expect(self.rows.first).to_contain_text("refused")
        self.page.get_by_label("On or after").fill("2036-01-01")
        self.see("No entry fits this filter.")
        self.press("Clear the filter")
        expect(self.rows).to_have_count(50)

    def test_details(self):
        self.at("/audit")
        self.press("Details of entry 120")
        expect(self.in_dialog()).to_contain_text("d119")
        expect(self.in_dialog()).to_contain_text("req_7f3a")
        self.press("Only what was done to this")
        expect(self.page).to_have_url(f"{self.base}/audit?target=run_119")
        expect(self.rows).to_have_count(1)
        self.rows.first.locator("td").first.click()
        expect(self.in_dialog()).to_contain_text("Entry 120")

    def test_verified(self):
        self.at("/audit")
        self.press("Verify")
        self.see("Nothing was changed.")
        expect(self.page.locator("[data-head]")).to_contain_text("120:")
        self.see("Note this head where this server cannot reach.")
        self.access.is_broken = True
        self.press("Verify")
        self.see("The log was changed.")
        self.see("entry 5 was changed")

    def test_exported(self):
        self.at("/audit")
        with self.page.expect_download() as download:
            self.press("Export")
        self.assertEqual(download.value.suggested_filename, "audit.jsonl")

    def test_what_cannot_be_loaded_says_why(self):
        self.refusals = (500,)
        self.control("fault", fail=True, path="/audit")
        self.at("/audit")
        self.see("The store could not be read.")
        self.control("fault")
        self.press("Try again")
        expect(self.rows).to_have_count(50)


if __name__ == "__main__":
    unittest.main()
