"""Whether the page of a run stays smooth: its frames and its long tasks, beside those of an empty page."""

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


class Smooth:
    """Whoever inherits it measures one view of a run."""

    seconds = 8

    def empty_page(self):
        self.page.goto("about:blank")
        return self.page.evaluate(FRAMES, 3)

    def busy_page(self):
        return self.page.evaluate(FRAMES, self.seconds)

    def assert_smooth(self, view, busy, empty, load=""):
        print(
            f"\n{view}: {busy['frames']:.1f} frames a second (empty page {empty['frames']:.1f}), "
            f"longest task {busy['worst']:.0f} ms, {busy['tasks']} over 50 ms{load}"
        )
        self.assertLess(busy["worst"], 100)
        self.assertGreaterEqual(busy["frames"], 0.85 * empty["frames"])

    def test_graph(self):
        self.measure("graph")

    def test_timeline(self):
        self.measure("timeline")

    def test_journal(self):
        self.measure("journal")
