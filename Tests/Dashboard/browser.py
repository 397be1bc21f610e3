"""A real browser on the page, and the server behind it. Each test ends with a look at what went wrong silently:
errors in the console, violations of the content security policy, requests that left this server."""

import json
import os
import shutil
import unittest
import urllib.request

from playwright.sync_api import expect, sync_playwright

import fake_server

REAL = os.environ.get("TUTTI_URL", "").rstrip("/")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
expect.set_options(timeout=8000)

NOT_FOUND = "Failed to load resource: the server responded with a status of 404 (Not Found)"

_started = {}


def chromium():
    if "browser" not in _started:
        _started["playwright"] = sync_playwright().start()
        _started["browser"] = _started["playwright"].chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    return _started["browser"]


def needs_fake(test):
    return unittest.skipIf(REAL, "this one needs the invented runs")(test)


class PageTest(unittest.TestCase):
    """`self.page` is an open tab; `self.at(path)` goes somewhere; `self.world` are the runs behind a fake server."""

    width, height, theme = 1440, 900, "light"
    quiet = True
    # What the console is right to tell: a document that is answered with 404 is told of there.
    expected = ()
    # Refusals that a test provokes: the console tells of their status.
    refusals = ()

    @classmethod
    def setUpClass(cls):
        cls.browser = chromium()

    def setUp(self):
        self.world = None
        self.base = self.serve()
        self.wrong = []
        self.context = self.browser.new_context(
            viewport={"width": self.width, "height": self.height}, color_scheme=self.theme, reduced_motion="reduce"
        )
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
        )
        self.page = self.tab()

    def serve(self):
        """The address of the server that is looked at."""
        if REAL:
            return REAL
        server, self.world = fake_server.serve()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def tearDown(self):
        self.context.close()
        if self.quiet:
            refused = [f"Failed to load resource: the server responded with a status of {n} (" for n in self.refusals]
            wrong = [line for line in self.wrong if not line.startswith(tuple(refused))] if refused else self.wrong
            self.assertEqual(wrong, list(self.expected), "the console or the network had errors")

    def tab(self):
        page = self.context.new_page()
        page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.wrong.append(str(e)))
        page.on("request", lambda r: self.wrong.append(r.url) if not r.url.startswith((self.base, "data:")) else None)
        return page

    def at(self, path, page=None):
        (page or self.page).goto(self.base + path)

    def control(self, name, **body):
        request = urllib.request.Request(f"{self.base}/__test/{name}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def calls(self, verb):
        return [c for c in self.control("calls")["calls"] if c[0] == verb]

    def see(self, words, page=None):
        expect((page or self.page).get_by_text(words).first).to_be_visible()

    def inert(self):
        """Nothing of what was shown has become more than text."""
        self.assertNotIn("owned", self.page.title())
        self.assertEqual(self.page.locator("main script, main iframe, main img, main object, main style").count(), 0)
        for address in self.page.evaluate("[...document.querySelectorAll('main a')].map(a => a.protocol)"):
            self.assertIn(address, ("http:", "https:", "mailto:"))
        words = self.page.locator("main").inner_text()
        for bad in ("\u202e", "\u001b", "\u200b", "\u0007"):
            self.assertNotIn(bad, words)

    def wide(self):
        """How many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")


class AccountTest(PageTest):
    """The same on a server with accounts: `self.owner` is logged in, in the browser of `self.page`."""

    roles = ("owner",)

    def setUp(self):
        super().setUp()
        self.access = self.world.access
        self.owner = self.access.add("ana", self.roles, name="Ana Example")
        self.log_in(self.owner, self.context)

    def log_in(self, user, context):
        """Cookies as a login gives them."""
        port = int(self.base.rsplit(":", 1)[1])
        tokens = self.access.begin(user, "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36")
        for cookie in self.access.cookies(port, *tokens):
            name, value = cookie.split("; ")[0].split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": self.base, "httpOnly": "HttpOnly" in cookie,
                                  "sameSite": "Strict"}])  # fmt: skip

    def press(self, name, page=None, **more):
        (page or self.page).get_by_role("button", name=name, **more).first.click()

    def in_dialog(self, page=None):
        return (page or self.page).locator("dialog").last
