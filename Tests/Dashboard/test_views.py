"""Every view: it has its heading, stays itself after a reload, fits its window, and reads well in both themes."""

import unittest

from playwright.sync_api import expect

from browser import NOT_FOUND, REAL, PageTest, needs_fake

VIEWS = {
    "/runs": "Runs",
    "/approvals": "Approvals",
    "/roundtables/new": "New roundtable",
    "/events": "Events",
    "/settings": "Settings",
    "/access": "Access",
    "/access/roles": "Access",
    "/access/policy": "Access",
    "/secrets": "Secrets",
    "/audit": "Audit",
    "/account": "Account",
    "/playground": "Playground",
    "/providers": "Providers",
    "/spend": "Spend",
    "/agents": "Agents",
}


class Views(PageTest):
    def check(self):
        for path, heading in VIEWS.items():
            with self.subTest(path):
                self.at(path)
                expect(self.page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
                self.page.reload()
                expect(self.page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
                self.assertIn("Tutti", self.page.title())
                self.assertLessEqual(self.wide(), 0)
                self.assertEqual(self.page.evaluate("document.documentElement.dataset.theme"), self.theme)
        self.at("/docs")
        expect(self.page.locator(".operation").first).to_be_visible()
        self.assertLessEqual(self.wide(), 0)
        if REAL:
            return
        for run in (
            self.world.table,
            self.world.live,
            self.world.release,
            self.world.failed,
            self.world.hostile,
            self.world.grouped,
        ):
            for tab in ("graph", "timeline", "journal", "data"):
                with self.subTest(f"{run} {tab}"):
                    self.at(f"/runs/{run}?tab={tab}")
                    expect(self.page.locator(f".t-{tab}")).to_be_visible()
                    self.assertLessEqual(self.wide(), 0)

    def test_wide(self):
        self.check()

    def test_unknown_page(self):
        self.expected = (NOT_FOUND,)
        self.at("/nowhere")
        self.see("There is no such page.")

    def test_rail_names_the_view(self):
        self.at("/events")
        expect(self.page.locator(".rail a[aria-current=page]")).to_have_text("Events")
        self.page.locator(".rail").get_by_text("Runs").click()
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
        self.page.go_back()
        expect(self.page.get_by_role("heading", name="Events", level=1)).to_be_visible()


class Dark(Views):
    theme = "dark"


class Tablet(Views):
    width, height = 1024, 768


class Phone(Views):
    width, height = 390, 844

    @needs_fake
    def test_approval_on_a_phone(self):
        self.at("/approvals")
        button = self.page.get_by_role("button", name="Approve")
        expect(button).to_be_visible()
        box = button.bounding_box()
        self.assertGreaterEqual(box["height"], 40)
        button.click()
        self.see("Approved: release")
        expect(self.page.locator(".rail .count")).to_have_text("1")


@needs_fake
class Docs(PageTest):
    def test_reads_the_description(self):
        self.at("/docs")
        self.see("Runs, newest first")
        self.page.get_by_text("RunList").click()
        self.see("Where the next page begins.")
        self.page.get_by_label("Find an operation").fill("start")
        expect(self.page.locator(".operation")).to_have_count(1)
        self.page.reload()
        expect(self.page.locator(".operation")).to_have_count(1)
        self.page.get_by_label("Find an operation").fill("nothing like it")
        self.see("No operation has this name.")


if __name__ == "__main__":
    unittest.main()
