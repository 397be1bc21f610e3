"""A run of 200 steps with 500 events a second: the page stays smooth, and the log keeps up."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake

FRAMES = """seconds => new Promise(done => {
  const tasks = [];
  new PerformanceObserver(list => tasks.push(...list.getEntries().map(e => e.duration))).observe({ type: 'longtask' });
  const begun = performance.now();
  let frames = 0;
  const frame = () => {
    frames++;
    if (performance.now() - begun < seconds * 1000) requestAnimationFrame(frame);
    else setTimeout(() => done({ frames: frames / seconds, worst: Math.max(0, ...tasks), tasks: tasks.length }), 100);
  };
  requestAnimationFrame(frame);
})"""


@needs_fake
class Speed(PageTest):
    seconds = 8

    def measure(self, tab):
        self.page.goto("about:blank")
        empty = self.page.evaluate(FRAMES, 3)
        self.at(f"/runs/{self.world.big}?tab={tab}")
        expect(self.page.locator(".node, .wave, .logbox").first).to_be_visible()
        self.page.wait_for_timeout(1500)
        self.control("burst", run=self.world.big, rate=500, seconds=self.seconds + 1)
        busy = self.page.evaluate(FRAMES, self.seconds)
        print(
            f"\n{tab}: {busy['frames']:.1f} frames a second (empty page {empty['frames']:.1f}), "
            f"longest task {busy['worst']:.0f} ms, {busy['tasks']} over 50 ms"
        )
        self.assertLess(busy["worst"], 100)
        self.assertGreaterEqual(busy["frames"], 0.85 * empty["frames"])
        self.page.wait_for_timeout(2500)
        made = len(self.world.events[self.world.big])
        self.assertGreater(made, 400 * self.seconds)
        expect(self.page.locator(".logbox .count, .wavebody").first).to_be_visible()
        if tab == "journal":
            expect(self.page.locator(".logbox .count")).to_have_text(f"{made:,} lines")

    def test_graph(self):
        self.measure("graph")

    def test_timeline(self):
        self.measure("timeline")

    def test_journal(self):
        self.measure("journal")


if __name__ == "__main__":
    unittest.main()
