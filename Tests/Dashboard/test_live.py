"""The stream: cut, resumed, shared between tabs; what was missed comes once and only once."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake


@needs_fake
class Live(PageTest):
    quiet = False

    def numbers(self, page=None):
        """The numbers of all events in the journal, by way of its own rows."""
        return [
            int(t.rsplit("=", 1)[1])
            for t in (page or self.page).locator(".log .msg").all_inner_texts()
            if "count=" in t
        ]

    def emit(self, first, last):
        for n in range(first, last + 1):
            self.control("emit", run=self.world.failed, type="note.made", data={"count": n})

    def settled(self, wanted, page=None):
        last = (page or self.page).locator(".log .msg", has_text=f"count={wanted[-1]}").last
        expect(last).to_be_visible(timeout=15000)
        self.assertEqual(sorted(self.numbers(page)), wanted)

    def open(self, page=None):
        self.at(f"/runs/{self.world.failed}?tab=journal", page)
        expect((page or self.page).locator(".conn")).to_have_text("live")
        expect((page or self.page).locator(".log").first).to_be_visible()
        (page or self.page).wait_for_timeout(400)

    def test_cut_and_resumed(self):
        self.open()
        self.emit(1, 5)
        self.settled([1, 2, 3, 4, 5])
        self.control("fault", cut=True)
        self.emit(6, 9)
        self.settled(list(range(1, 10)))

    def test_offline_keeps_what_was_loaded_and_comes_back(self):
        self.open()
        self.emit(1, 3)
        self.settled([1, 2, 3])
        self.control("fault", down=True)
        expect(self.page.locator("div.offline")).to_contain_text("cannot be reached", timeout=15000)
        expect(self.page.locator(".conn")).to_have_text("offline")
        self.assertEqual(self.numbers(), [1, 2, 3])
        for n in range(4, 8):
            self.world.event(self.world.failed, "note.made", count=n)
        self.control("fault")
        self.page.get_by_role("button", name="Try now").click()
        expect(self.page.locator(".conn")).to_have_text("live", timeout=15000)
        self.settled(list(range(1, 8)))

    def test_bye(self):
        self.open()
        self.control("fault", cut=True, bye=True)
        self.page.wait_for_timeout(900)
        expect(self.page.locator(".conn")).to_have_text("live")
        self.emit(1, 2)
        self.settled([1, 2])

    def test_tabs_share_one_stream(self):
        self.open()
        before = self.control("calls")["streams"]
        others = [self.tab() for _ in range(3)]
        for other in others:
            self.open(other)
        self.page.close()
        self.emit(1, 4)
        for other in others:
            other.bring_to_front()
            self.settled([1, 2, 3, 4], other)
        # Another stream may begin when another run is looked at; all look at the same one here.
        self.assertLessEqual(self.control("calls")["streams"] - before, 2)

    def test_a_hidden_tab_draws_nothing_and_catches_up(self):
        self.open()
        hide = "on => { Object.defineProperty(document, 'hidden', { value: on, configurable: true });"
        hide += " document.dispatchEvent(new Event('visibilitychange')); }"
        self.page.evaluate(hide, True)
        self.page.wait_for_timeout(300)
        self.emit(1, 6)
        self.page.wait_for_timeout(600)
        self.assertEqual(self.numbers(), [])
        self.page.evaluate(hide, False)
        self.settled([1, 2, 3, 4, 5, 6])

    def test_a_worker_that_may_not_ask_leaves_it_to_the_page(self):
        self.control("fault", closed_worker=True)
        self.open()
        self.emit(1, 3)
        self.settled([1, 2, 3])

    def test_slow_answers_do_not_block_the_page(self):
        self.control("fault", slow=15, path=f"/runs/{self.world.failed}/steps")
        self.at(f"/runs/{self.world.failed}")
        expect(self.page.locator(".log").first).to_be_visible()


@needs_fake
class Events(PageTest):
    def test_filter_pause_and_detail(self):
        self.at("/events")
        expect(self.page.locator(".event:visible").first).to_be_visible()
        self.page.get_by_label("Types of events").fill("step.failed, run.*")
        self.see("2 of 46 held")
        self.page.reload()
        self.see("2 of 46 held")
        self.page.locator(".event:visible", has_text="step.failed").click()
        self.see("Look at the step")
        expect(self.page.locator("aside.panel .json").first).to_contain_text("specversion")
        self.page.get_by_label("Types of events").fill("")
        self.page.get_by_role("heading", name="Events").click()
        self.page.keyboard.press("p")
        expect(self.page.locator(".conn")).to_have_text("live")
        self.control("emit", run=self.world.failed, type="note.made")
        self.see("1 came since the pause")
        self.page.keyboard.press("p")
        self.see("47 of 47 held")

    def test_replay(self):
        self.at("/events?after=40")
        self.see("6 of 6 held")
        self.page.get_by_role("button", name="Newest").click()
        self.see("46 of 46 held")

    def test_nothing_fits(self):
        self.at("/events?type=nothing.like.it")
        self.see("No event fits this filter.")


if __name__ == "__main__":
    unittest.main()
