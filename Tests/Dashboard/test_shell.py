"""Palette, keys, theme, and the form for a new roundtable."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake


class Palette(PageTest):
    def test_goes_to_views(self):
        self.at("/runs")
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
        self.page.keyboard.press("Control+k")
        expect(self.page.get_by_role("combobox", name="Search or jump to")).to_be_focused()
        self.page.keyboard.type("sett")
        expect(self.page.locator("dialog").get_by_role("option").first).to_contain_text("Settings")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Settings", level=1)).to_be_visible()

    @needs_fake
    def test_finds_runs_and_commands(self):
        self.at(f"/runs/{self.world.failed}")
        expect(self.page.locator(".runhead h1")).to_be_visible()
        self.page.keyboard.press("Control+k")
        self.page.keyboard.type("retry")
        expect(self.page.locator("dialog").get_by_role("option").first).to_contain_text("Retry: Briefing for Monday")
        self.page.get_by_role("combobox", name="Search or jump to").fill("gateway")
        self.page.get_by_role("option", name="RFC: one gateway").click()
        expect(self.page.locator(".runhead h1")).to_have_text("RFC: one gateway for all models")

    def test_escape_gives_the_focus_back(self):
        self.at("/runs")
        self.page.get_by_label("Search runs").focus()
        self.page.keyboard.press("Control+k")
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_label("Search runs")).to_be_focused()


class Keys(PageTest):
    def test_help_is_searchable(self):
        self.at("/runs")
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
        self.page.keyboard.press("?")
        self.page.get_by_role("searchbox", name="Find a key").fill("palette nothing")
        self.see("No key does that.")
        self.page.get_by_role("searchbox", name="Find a key").fill("jump")
        self.see("Search or jump to")
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog")).to_have_count(0)

    def test_two_keys_slash_and_theme(self):
        self.at("/runs")
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
        self.page.keyboard.press("/")
        expect(self.page.get_by_label("Search runs")).to_be_focused()
        self.page.keyboard.type("t")
        expect(self.page.locator("html")).to_have_attribute("data-theme", "light")
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("t")
        expect(self.page.locator("html")).to_have_attribute("data-theme", "dark")
        self.page.reload()
        expect(self.page.locator("html")).to_have_attribute("data-theme", "dark")
        self.page.keyboard.press("g")
        self.page.keyboard.press("e")
        expect(self.page.get_by_role("heading", name="Events", level=1)).to_be_visible()

    def test_single_keys_can_be_off(self):
        self.at("/settings")
        self.page.get_by_role("button", name="off").click()
        self.page.keyboard.press("t")
        expect(self.page.locator("html")).to_have_attribute("data-theme", "light")
        self.page.keyboard.press("Control+k")
        expect(self.page.locator("dialog.palette")).to_be_visible()

    def test_focus_is_seen(self):
        self.at("/runs")
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
        self.page.keyboard.press("Tab")
        expect(self.page.get_by_role("link", name="Skip to content")).to_be_focused()
        self.page.keyboard.press("Tab")
        self.assertIn("solid", self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))


@needs_fake
class NewRoundtable(PageTest):
    def test_offline(self):
        self.at("/roundtables/new")
        expect(self.page.get_by_role("button", name="Start the roundtable")).to_be_disabled()
        self.page.get_by_label("Document", exact=True).fill("# Plan\n\nIt should be fast.")
        self.see("free, offline")
        self.page.get_by_label("Engineering").check()
        self.page.get_by_label("Rounds at most").fill("2")
        self.page.get_by_label("Budget, $").fill("1.5")
        self.page.wait_for_timeout(100)
        self.page.reload()
        expect(self.page.get_by_label("Document", exact=True)).to_have_value("# Plan\n\nIt should be fast.")
        expect(self.page.get_by_label("Engineering")).to_be_checked()
        self.page.get_by_role("button", name="Start the roundtable").click()
        expect(self.page.locator(".runhead h1")).to_be_visible()
        self.assertEqual(
            self.calls("roundtable")[0][2],
            {
                "document": "# Plan\n\nIt should be fast.",
                "max_iterations": 2,
                "bar": "high",
                "critics": ["engineering"],
                "budget": {"usd": "1.50"},
            },
        )

    def test_preset_is_edited(self):
        self.at("/roundtables/new")
        self.page.get_by_label("Document", exact=True).fill("# Plan")
        self.page.get_by_role("button", name="Preset").click()
        self.page.get_by_label("Model", exact=True).select_option("anthropic/claude-sonnet")
        self.page.get_by_label("prd").check()
        self.page.locator(".participant summary").first.click()
        self.page.locator(".participant").first.get_by_label("Role").fill("bookkeeper")
        self.page.locator(".participant").nth(2).locator("summary").click()
        self.page.get_by_role("button", name="Remove").last.click()
        expect(self.page.locator(".participant")).to_have_count(2)
        self.see("about $")
        self.page.get_by_role("button", name="Start the roundtable").click()
        expect(self.page.locator(".runhead h1")).to_be_visible()
        sent = self.calls("roundtable")[0][2]
        self.assertEqual([p["role"] for p in sent["participants"]], ["bookkeeper", "site reliability engineer"])

    def test_participants_are_made(self):
        self.at("/roundtables/new")
        self.page.get_by_label("Document", exact=True).fill("# Plan")
        self.page.get_by_role("button", name="Made for it").click()
        self.page.get_by_label("Model", exact=True).select_option("ollama/qwen3")
        self.page.get_by_role("button", name="Make participants").click()
        self.see("Participants are being made")
        self.page.reload()
        expect(self.page.locator(".participant")).to_have_count(3)
        self.page.reload()
        expect(self.page.locator(".participant")).to_have_count(3)

    def test_files(self):
        self.at("/roundtables/new")
        choose = self.page.locator("input[type=file]")
        choose.set_input_files({"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
        self.see("plan.pdf is no .md or .txt file.")
        choose.set_input_files({"name": "bytes.txt", "mimeType": "text/plain", "buffer": b"\xff\xfe\x00"})
        self.see("bytes.txt is no text in UTF-8.")
        choose.set_input_files({"name": "plan.md", "mimeType": "text/markdown", "buffer": "# Größe".encode()})
        expect(self.page.get_by_label("Document", exact=True)).to_have_value("# Größe")


if __name__ == "__main__":
    unittest.main()
