"""The list of runs: filters that are in the address, first and empty views, changes that come by themselves."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake


@needs_fake
class Runs(PageTest):
    def rows(self):
        return self.page.locator("table.runs tbody tr")

    def test_filters_live_in_the_address(self):
        self.at("/runs")
        self.page.get_by_role("button", name="failed").click()
        expect(self.page).to_have_url(self.base + "/runs?state=failed")
        expect(self.rows()).to_have_count(21)
        self.page.get_by_label("Search runs").fill("briefing")
        expect(self.rows()).to_have_count(1)
        self.page.reload()
        expect(self.rows()).to_have_count(1)
        expect(self.page.get_by_label("Search runs")).to_have_value("briefing")
        expect(self.page.get_by_role("button", name="failed")).to_have_attribute("aria-pressed", "true")
        self.page.get_by_label("Search runs").fill("no run is called so")
        self.see("No run matches this filter.")
        self.page.get_by_role("button", name="Clear the filter").last.click()
        expect(self.page).to_have_url(self.base + "/runs")

    def test_cost_kin_and_workflow(self):
        self.at("/runs?cost_above=1")
        expect(self.rows().first).to_be_visible()
        for words in self.page.locator("td.c-cost").all_inner_texts():
            self.assertGreaterEqual(float(words.strip("$")), 1)
        self.page.get_by_label("Which runs").select_option("children")
        self.page.get_by_label("Cost above").fill("")
        expect(self.rows()).to_have_count(1)
        expect(self.rows().locator(".sub")).to_contain_text("child")
        self.at("/runs?workflow=venture")
        expect(self.rows()).to_have_count(1)

    def test_more(self):
        self.at("/runs")
        expect(self.rows()).to_have_count(50)
        self.page.get_by_role("button", name="Show more").click()
        expect(self.rows()).to_have_count(100)

    def test_state_has_glyph_and_word(self):
        self.at("/runs?q=clean")
        expect(self.rows().first.locator(".state")).to_have_text("◆your turn")

    def test_changes_come_by_themselves(self):
        self.at("/runs?state=waiting")
        self.see("Release notes 1.4")
        expect(self.page.locator(".conn")).to_have_text("live")
        self.control("answer", run=self.world.release, id="release#1")
        expect(self.page.get_by_role("link", name="Release notes 1.4")).to_have_count(0)

    def test_keys_walk_the_rows(self):
        self.at("/runs")
        expect(self.rows().first).to_be_visible()
        self.page.keyboard.press("j")
        self.page.keyboard.press("j")
        self.page.keyboard.press("k")
        expect(self.rows().first.locator("a")).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".runhead h1")).to_have_text("RFC: one gateway for all models")

    def test_first_run(self):
        self.control("clear")
        self.at("/runs")
        self.see("tutti roundtable plan.md")
        self.page.get_by_role("button", name="Run a demo, offline").click()
        expect(self.page.locator(".runhead h1")).to_have_text("Demo: reminders for the team calendar")


@needs_fake
class Broken(PageTest):
    quiet = False

    def test_error_names_cause_and_request(self):
        self.control("fault", fail=True, path="/runs")
        self.at("/runs")
        self.see("The store could not be read.")
        self.see("internal · request 4bf92f3577b34da6")
        self.control("fault")
        self.page.get_by_role("button", name="Try again").click()
        expect(self.page.locator("table.runs tbody tr").first).to_be_visible()

    def test_unknown_run(self):
        self.at("/runs/run_00000000000000000000000000")
        self.see("There is no run run_00000000000000000000000000.")


if __name__ == "__main__":
    unittest.main()
