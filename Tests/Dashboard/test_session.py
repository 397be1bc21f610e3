"""Tokens that run out, sessions that end, several tabs: nobody is logged out who need not be."""

import time
import unittest

from playwright.sync_api import expect

from browser import AccountTest, needs_fake


@needs_fake
class Renewal(AccountTest):
    refusals = (401,)

    def expire(self):
        for token in self.access.tokens.values():
            token["expired"] = True

    def forget(self, *words):
        """As a browser does with cookies that are too old."""
        port = self.base.rsplit(":", 1)[1]
        for word in words:
            self.context.clear_cookies(name=f"tutti_{word}_{port}")

    def live(self, page=None):
        expect((page or self.page).locator(".conn")).to_have_text("live", timeout=12000)

    def test_many_requests_at_once_renew_once(self):
        self.at("/runs")
        self.live()
        self.expire()
        answers = self.page.evaluate(
            """async base => {
              const api = await import('/a/dev/js/lib/api.js');
              return Promise.all([...Array(12)].map((_, i) => i % 3 ? api.get('/runs?limit=1').then(r => r.runs.length)
                : api.post('/roundtables/estimate', { max_iterations: 1 }).then(r => 1)));
            }""",
            self.base,
        )
        self.assertEqual(answers, [1] * 12)
        self.assertEqual((self.access.renewed, self.access.reused), (1, 0))

    def test_several_tabs_renew_once(self):
        self.several_tabs()

    def test_several_tabs_without_locks(self):
        self.context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
        self.several_tabs()

    def several_tabs(self):
        tabs = [self.page, *(self.tab() for _ in range(3))]
        for tab in tabs:
            self.at("/runs", tab)
            self.live(tab)
        for _ in range(3):
            before = self.access.renewed
            self.expire()
            script = "import('/a/dev/js/lib/api.js').then(m => m.get('/runs?limit=1'))"
            script += ".then(() => { root.dataset.got = 'yes' })"
            for tab in tabs:
                tab.evaluate(f"() => {{ const root = document.documentElement; delete root.dataset.got; {script}; }}")
            for tab in tabs:
                expect(tab.locator("html")).to_have_attribute("data-got", "yes")
            self.assertEqual(self.access.renewed, before + 1)
        self.assertEqual(self.access.reused, 0)
        for tab in tabs:
            expect(tab.get_by_label("Logged in as ana")).to_be_visible()

    def test_cookies_that_are_gone_are_renewed_before_anything_is_refused(self):
        self.refusals = ()
        self.at("/runs")
        self.live()
        self.forget("access", "page")
        self.at("/access")
        expect(self.page.get_by_role("tab", name="People")).to_be_visible()
        self.assertEqual((self.access.renewed, self.access.reused), (1, 0))

    def test_a_stream_that_is_refused_comes_back(self):
        self.at(f"/runs/{self.world.failed}?tab=journal")
        self.live()
        self.expire()
        self.control("fault", cut=True)
        self.page.wait_for_timeout(800)
        self.live()
        self.control("emit", run=self.world.failed, type="note.made", data={"count": 7})
        expect(self.page.locator(".log .msg", has_text="count=7")).to_be_visible()
        self.assertEqual((self.access.renewed, self.access.reused), (1, 0))

    def test_a_refusal_that_comes_behind_a_login_ends_nothing(self):
        other, held = self.tab(), []
        self.at("/events", other)
        self.live(other)
        self.at("/login?error=openid_too_late")
        self.access.sessions.clear()
        other.route("**/auth/refresh", lambda r: held.append((r, r.fetch())), times=1)
        other.evaluate(
            "() => void import('/a/dev/js/lib/api.js').then(m => m.get('/runs?limit=1'))"
            ".then(() => { document.documentElement.dataset.got = 'yes'; })"
        )
        while not held:
            other.wait_for_timeout(10)
        self.page.get_by_label("Username or address").fill("ana")
        self.page.get_by_label("Password", exact=True).fill("correct horse")
        self.press("Log in", exact=True)
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()
        ((route, refusal),) = held
        self.assertEqual(refusal.status, 401)
        route.fulfill(response=refusal)
        expect(other.locator("html")).to_have_attribute("data-got", "yes")
        self.assertEqual(other.url, f"{self.base}/events")

    def test_who_leaves_a_page_while_it_renews_stays_logged_in(self):
        issue = self.access.issue

        def late(session):
            tokens = issue(session)
            time.sleep(0.05)
            return tokens

        self.access.issue = late
        self.at("/settings")
        for _ in range(4):
            expect(self.page.get_by_label("Logged in as ana")).to_be_visible()
            self.expire()
            before = self.access.renewed
            self.page.evaluate("() => void import('/a/dev/js/lib/api.js').then(m => m.get('/runs?limit=1'))")
            while self.access.renewed == before:
                self.page.wait_for_timeout(1)
            self.page.reload()
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()
        self.assertEqual(self.access.reused, 0)

    def test_a_write_between_two_renewals_is_sent_again(self):
        self.refusals = (401, 403)
        self.at("/access/policy")
        expect(self.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
        stale = self.page.evaluate("document.cookie.match(/tutti_page_\\d+=(\\w+)/)[1]")
        held = []
        self.page.route("**/policy/test", lambda r: held.append(r), times=1)
        with self.page.expect_request("**/policy/test"):
            self.press("Ask", exact=True)
        self.expire()
        other = self.tab()
        self.at("/settings", other)
        expect(other.get_by_label("Logged in as ana")).to_be_visible()
        self.assertNotEqual(stale, other.evaluate("document.cookie.match(/tutti_page_\\d+=(\\w+)/)[1]"))
        held[0].continue_()
        self.see("Allowed for what is one's own.")

    def test_a_link_to_the_server_renews_before(self):
        self.refusals = ()
        self.at(f"/runs/{self.world.table}?tab=data")
        expect(self.page.get_by_role("link", name="Export")).to_be_visible()
        self.forget("access", "page")
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="Export").click()
        self.assertIsNone(download.value.failure())
        self.assertEqual((self.access.renewed, self.access.reused), (1, 0))

    def test_an_outage_logs_nobody_out(self):
        self.quiet = False
        self.at("/runs")
        self.live()
        self.expire()
        self.control("fault", down=True)
        self.page.evaluate("import('/a/dev/js/lib/api.js').then(m => m.get('/runs')).catch(() => {})")
        expect(self.page.locator(".conn")).to_have_text("offline", timeout=15000)
        self.control("fault")
        self.press("Try now")
        self.live()
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()


@needs_fake
class Ends(AccountTest):
    refusals = (401,)

    def test_logging_out_in_one_tab_ends_the_other(self):
        other = self.tab()
        for page in (self.page, other):
            self.at("/events", page)
            expect(page.locator(".conn")).to_have_text("live")
        self.page.get_by_label("Logged in as ana").click()
        self.page.get_by_role("menuitem", name="Log out", exact=True).click()
        for page in (self.page, other):
            expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        self.assertIn("next=%2Fevents", other.url)
        self.assertEqual(self.access.sessions, {})
        # Who logs in again takes the other tab along.
        self.page.get_by_label("Username or address").fill("ana")
        self.page.get_by_label("Password", exact=True).fill("correct horse")
        self.press("Log in", exact=True)
        expect(self.page).to_have_url(f"{self.base}/")
        expect(other).to_have_url(f"{self.base}/events")

    def test_a_session_that_is_ended_elsewhere_ends_here(self):
        self.at("/events")
        expect(self.page.locator(".conn")).to_have_text("live")
        with self.world.changed:
            self.access.sessions.clear()
            self.world.changed.notify_all()
        expect(self.page.get_by_role("heading", name="Log in")).to_be_visible(timeout=15000)
        self.assertIn("next=%2Fevents", self.page.url)

    def test_logging_out_everywhere_asks(self):
        self.log_in(self.owner, self.browser.new_context())
        self.at("/runs")
        self.page.get_by_label("Logged in as ana").click()
        expect(self.page.get_by_role("menuitem", name="Account")).to_be_focused()
        self.page.keyboard.press("ArrowUp")
        expect(self.page.get_by_role("menuitem", name="Log out everywhere…")).to_be_focused()
        self.page.keyboard.press("Enter")
        self.see("All your sessions end at once")
        self.in_dialog().get_by_role("button", name="Log out everywhere").click()
        expect(self.page.get_by_role("heading", name="Log in")).to_be_visible()
        self.assertEqual(self.access.sessions, {})

    def test_the_menu_by_keyboard(self):
        self.refusals = ()
        self.at("/runs")
        button = self.page.get_by_label("Logged in as ana")
        button.focus()
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("menuitem", name="Account")).to_be_focused()
        expect(button).to_have_attribute("aria-expanded", "true")
        self.page.keyboard.press("Escape")
        expect(button).to_be_focused()
        expect(self.page.locator("#who-menu")).to_have_count(0)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("menuitem", name="Account")).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Account", level=1)).to_be_visible()


@needs_fake
class Permissions(AccountTest):
    roles = ("guest",)
    refusals = (403,)

    def sections(self):
        return self.page.locator(".rail a[data-nav]:visible").all_inner_texts()

    def test_sections_are_those_that_one_may_see(self):
        self.at("/settings")
        expect(self.page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
        self.assertEqual(self.sections(), ["API", "Settings"])
        self.page.keyboard.press("Control+k")
        expect(self.page.get_by_role("option", name="Account")).to_be_visible()
        self.assertEqual(self.page.get_by_role("option", name="Audit").count(), 0)
        self.page.keyboard.press("Escape")
        self.at("/runs")
        self.see("You may not do this")
        self.see("runs.read")
        self.see("Who looks after accounts here can give you a role that has it.")

    def test_other_roles_count_at_once(self):
        self.owner["roles"] = ["user"]
        self.at("/settings")
        expect(self.page.locator(".conn")).to_have_text("live")
        before = ["Runs", "Approvals\n2", "New roundtable", "Events", "Playground", "Providers", "Spend", "Secrets",
                  "API", "Settings"]  # fmt: skip
        self.assertEqual(self.sections(), before)
        with self.world.changed:
            self.owner["roles"] = ["owner"]
            self.world.changed.notify_all()
        expect(self.page.locator(".rail").get_by_role("link", name="Audit")).to_be_visible(timeout=12000)
        expect(self.page.locator(".rail").get_by_role("link", name="Access")).to_be_visible()

    def test_what_was_taken_away_is_noticed_when_it_is_refused(self):
        self.owner["roles"] = ["owner"]
        self.at("/audit")
        self.see("Nothing is written down yet.")
        with self.world.changed:
            self.owner["roles"] = ["user"]
        self.press("Look again")
        self.see("You may not do this")
        expect(self.page.locator(".rail").get_by_role("link", name="Audit")).to_be_hidden()


if __name__ == "__main__":
    unittest.main()
