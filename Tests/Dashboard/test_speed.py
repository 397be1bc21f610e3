"""A run of 200 steps with 500 events a second: the page stays smooth, and the log keeps up."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake
from smooth import Smooth


@needs_fake
class Speed(Smooth, PageTest):
    def measure(self, tab):
        empty = self.empty_page()
        self.at(f"/runs/{self.world.big}?tab={tab}")
        expect(self.page.locator(".node, .wave, .logbox").first).to_be_visible()
        self.page.wait_for_timeout(1500)
        self.control("burst", run=self.world.big, rate=500, seconds=self.seconds + 1)
        busy = self.busy_page()
        self.assert_smooth(tab, busy, empty)
        self.page.wait_for_timeout(2500)
        made = len(self.world.events[self.world.big])
        self.assertGreater(made, 400 * self.seconds)
        expect(self.page.locator(".logbox .count, .wavebody").first).to_be_visible()
        if tab == "journal":
            expect(self.page.locator(".logbox .count")).to_have_text(f"{made:,} lines")


if __name__ == "__main__":
    unittest.main()
