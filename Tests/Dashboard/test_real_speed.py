"""The page before the server that it is made for: a run of 200 steps in which ten models speak, and for which hundreds
of signals come each second. The page stays smooth."""

import http.client
import json
import threading
import time
import unittest

from playwright.sync_api import expect

from smooth import Smooth
from test_real_server import RealTest

from models import NOTHING_FOUND, Models  # noqa: E402
from server import LIMIT, Server  # noqa: E402

READERS = [
    {"name": f"reader-{name}", "role": "Reader", "expertise": "Words.", "perspective": "That of a reader.",
     "focus": ["Words"], "instructions": "Read."}
    for name in "abcdefghij"
]  # fmt: skip
ROUNDS = 6
WORD = "word "

# What the worker hands to the page: events, what it is told of steps, and words, which come joined.
COUNT = f"""
  window.told = {{ events: 0, progress: 0, words: 0 }};
  window.begun = new Promise(done => window.begins = done);
  const port = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
  Object.defineProperty(MessagePort.prototype, 'onmessage', {{ ...port, set(take) {{
    port.set.call(this, message => {{
      const {{ kind, events, progress, frames }} = message.data;
      if (kind === 'batch') {{
        told.events += events.length;
        told.progress += progress.length;
        for (const frame of frames) told.words += (frame.text ?? '').split({json.dumps(WORD)}).length - 1;
        if (told.events && told.words) begins();
      }}
      take(message);
    }});
  }} }});
"""


class Pace:
    """Moments at a rate, from now on; late ones are made up for."""

    def __init__(self, rate):
        self.pause, self.due = 1 / rate, time.monotonic()

    def wait(self):
        self.due += self.pause
        time.sleep(max(0, self.due - time.monotonic()))


class Speed(Smooth, RealTest):
    words, signals, senders = 100, 560, 8

    def setUp(self):
        super().setUp()
        self.context.add_init_script(COUNT)

    def serve(self):
        self.calls = iter(range(1_000_000))
        self.speaking, self.begin, self.over = threading.Semaphore(0), threading.Event(), threading.Event()
        models = Models(self.speak)
        self.addCleanup(models.remove)
        self.server = Server(environment=models.environment)
        self.addCleanup(self.server.remove)
        for event in (self.over, self.begin):
            self.addCleanup(event.set)
        return self.server.address

    def speak(self, _):
        """The first rounds are there at once; in the last one all readers speak until they are told that it is over."""
        if next(self.calls) < ROUNDS * len(READERS):
            yield from NOTHING_FOUND
            return
        self.speaking.release()
        self.begin.wait()
        yield '{"findings": [], "assessment": "'
        pace = Pace(self.words / len(READERS))
        while not self.over.is_set():
            pace.wait()
            yield WORD
        yield '"}'

    def send_signals(self, run):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=LIMIT)
        pace = Pace(self.signals / self.senders)
        while not self.over.is_set():
            pace.wait()
            body = json.dumps({"name": "unheard"})
            connection.request("POST", f"/api/v1/runs/{run}/signal", body, {"Content-Type": "application/json"})
            connection.getresponse().read()
        connection.close()

    def measure(self, tab):
        run = self.server.roundtable(
            model="ollama/m", participants=READERS, max_iterations=ROUNDS + 1, force_max_iterations=True
        )
        for _ in READERS:
            self.assertTrue(self.speaking.acquire(timeout=LIMIT), "a reader does not speak")
        self.assertGreaterEqual(len(self.server.get(f"/api/v1/runs/{run}/steps").json["steps"]), 200)
        empty = self.empty_page()
        self.at(f"/runs/{run}?tab={tab}")
        expect(self.page.locator(".node, .wave, .logbox").first).to_be_visible()
        self.live()
        senders = [threading.Thread(target=self.send_signals, args=(run,)) for _ in range(self.senders)]
        try:
            for sender in senders:
                sender.start()
            self.begin.set()
            self.page.evaluate("begun")
            before = self.page.evaluate("told")
            busy = self.busy_page()
            after = self.page.evaluate("told")
        finally:
            self.over.set()
            for sender in senders:
                sender.join()
        rates = {kind: (after[kind] - before[kind]) / self.seconds for kind in after}
        self.assertGreaterEqual(sum(rates.values()), 500)
        load = f"; {rates['words']:.0f} words and {rates['events']:.0f} events a second"
        self.assert_smooth(f"{tab}, real server", busy, empty, load)
        self.assertEqual(self.server.events(run)[1], "completed")
        self.state("done")
        if tab == "journal":
            made = self.server.get(f"/api/v1/runs/{run}").json["last_event"]
            self.assertGreater(made, 0.9 * self.signals * self.seconds)
            expect(self.page.locator(".logbox .count")).to_have_text(f"{made:,} lines")


if __name__ == "__main__":
    unittest.main()
