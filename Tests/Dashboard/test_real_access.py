"""Accounts in a browser, before the server that they are made for: `TUTTI_BINARY=… scripts/test-dashboard
test_real_access`."""

import json
import pathlib
import re
import socket
import unittest
import unittest.mock

from playwright.sync_api import expect

from test_real_server import BINARY, LONG, RealTest, Server

PASSWORD = "correct horse battery"


@unittest.skipUnless(BINARY, "no TUTTI_BINARY is given")
class AccessTest(RealTest):
    refusals = (401,)

    def register(self, page, name, verb="Make the account"):
        page.get_by_label("Username").fill(name)
        page.get_by_label("Address").fill(f"{name}@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name=verb).click()
        expect(page.get_by_label(f"Logged in as {name}")).to_be_visible()

    def hand_over(self):
        self.at("/register")
        self.register(self.page, "ana", "Make the first account")

    def log_in(self, page, name, password=PASSWORD):
        page.get_by_label("Username or address").fill(name)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Log in", exact=True).click()

    def other(self):
        """Another browser, so that nothing is shared but the server."""
        context = self.browser.new_context(reduced_motion="reduce")
        self.addCleanup(context.close)
        return context.new_page()

    def press(self, name, page=None, **more):
        (page or self.page).get_by_role("button", name=name, **more).first.click()

    def in_dialog(self, page=None):
        return (page or self.page).locator("dialog").last

    def invite(self):
        """A link by which somebody makes an account, as the owner sees it."""
        self.at("/access/invitations")
        self.press("Invite somebody…")
        self.press("Make the invitation")
        link = self.page.locator("[data-link]").inner_text()
        self.press("I have kept it")
        return link

    def joined(self, name="bea"):
        """The page of a second person, in a browser of their own."""
        page = self.other()
        page.goto(self.invite())
        self.register(page, name)
        return page

    def ask(self, path, page=None):
        """What the page gets by its own requests."""
        return (page or self.page).evaluate(
            "path => import(document.querySelector('script[type=module]').src.replace('main.js', 'lib/api.js'))"
            ".then(api => api.get(path))", path)  # fmt: skip

    def forget(self, *words, page=None):
        for word in words:
            (page or self.page).context.clear_cookies(name=f"tutti_{word}_{self.server.port}")

    def renew_in(self, pages):
        """Tokens that are gone, for several pages at once; the session outlives it."""
        for gone in (("access",), ("access", "page")) * 3:
            self.forget(*gone)
            for page in pages:
                # Neither waits for its answer here.
                page.evaluate(
                    "() => { const root = document.documentElement; root.dataset.got = '';"
                    "import(document.querySelector('script[type=module]').src.replace('main.js', 'lib/api.js'))"
                    ".then(api => Promise.all([1, 2, 3].map(() => api.get('/runs?limit=1'))))"
                    ".then(() => { root.dataset.got = 'all'; }); }"
                )
            for page in pages:
                expect(page.locator("html")).to_have_attribute("data-got", "all")
        self.assertNotIn("token.reused", self.actions())
        self.assertEqual(len(self.ask("/auth/sessions")["sessions"]), 1)

    def actions(self):
        return [e["action"] for e in self.ask("/audit?limit=100")["entries"]]


class Handover(AccessTest):
    def test_all_that_is_here_becomes_the_owners(self):
        run = self.server.roundtable(title="Before anybody came")
        self.server.events(run)
        other = self.tab()
        self.at("/runs", other)
        self.live(other)
        self.at("/settings")
        self.page.get_by_role("link", name="Hand over to accounts…").click()
        self.register(self.page, "ana", "Make the first account")
        self.see("Before anybody came")
        stranger = self.other()
        stranger.goto(f"{self.base}/runs/{run}?tab=journal")
        expect(stranger.get_by_role("heading", name="Log in")).to_be_visible()
        self.assertEqual(self.server.get("/api/v1/runs").status, 401)
        self.log_in(stranger, "ana", "wrong horse")
        expect(stranger.get_by_text("the name or the password is wrong").first).to_be_visible()
        self.log_in(stranger, "ana")
        expect(stranger).to_have_url(f"{self.base}/runs/{run}?tab=journal")
        self.live(stranger)
        expect(stranger.locator(".log").first).to_be_visible()
        expect(other.get_by_label("Logged in as ana")).to_be_visible()

    def test_too_many_tries_have_to_wait(self):
        self.refusals = (401, 429)
        self.hand_over()
        stranger = self.other()
        stranger.goto(f"{self.base}/login")
        # Some are free. Then waits double with each try, so that sooner or later one comes too early, on any machine.
        for _ in range(12):
            with stranger.expect_response("**/auth/login") as answer:
                self.log_in(stranger, "ana", "wrong horse")
            if answer.value.status == 429:
                break
        expect(stranger.get_by_text("too many tries in vain").first).to_be_visible()
        expect(stranger.get_by_role("button", name="Log in", exact=True)).to_be_enabled(timeout=15000)


class People(AccessTest):
    def test_who_is_invited_sees_what_is_their_own(self):
        self.server.events(self.server.roundtable(title="Of the owner"))
        self.hand_over()
        bea = self.joined()
        expect(bea.get_by_text("Every run is listed here").first).to_be_visible()
        self.assertEqual(bea.get_by_text("Of the owner").count(), 0)
        rail = bea.locator(".rail")
        expect(rail.get_by_role("link", name="Secrets")).to_be_visible()
        expect(rail.get_by_role("link", name="Audit")).to_be_hidden()
        self.live(bea)
        # Another role counts at once, also on a page that is open.
        self.at("/access/people")
        self.press("Change bea")
        self.in_dialog().get_by_role("checkbox", name=re.compile("^operator:")).check()
        self.in_dialog().get_by_role("button", name="Change").click()
        expect(self.page.locator("tr[data-user=bea]")).to_contain_text("operator")
        expect(rail.get_by_role("link", name="Access")).to_be_visible(timeout=15000)
        bea.goto(f"{self.base}/runs")
        expect(bea.get_by_text("Of the owner").first).to_be_visible()
        bea.goto(f"{self.base}/audit")
        expect(bea.get_by_text("audit.read").first).to_be_visible()

    def test_an_invitation_is_good_once(self):
        self.refusals = (401, 403)
        self.hand_over()
        link = self.invite()
        first, second = self.other(), self.other()
        first.goto(link)
        self.register(first, "bea")
        second.goto(link)
        second.get_by_label("Username").fill("eve")
        second.get_by_label("Address").fill("eve@example.org")
        second.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Make the account", second)
        expect(second.get_by_text("the code is unknown").first).to_be_visible()

    def test_who_is_closed_out_is_out_at_once(self):
        self.hand_over()
        bea = self.joined()
        self.live(bea)
        self.at("/access/people")
        self.press("Close bea")
        self.press("Close it")
        expect(bea.get_by_role("heading", name="Log in")).to_be_visible(timeout=15000)
        self.log_in(bea, "bea")
        expect(bea.get_by_text("the account is closed").first).to_be_visible()

    def test_a_session_that_is_ended_by_an_owner_ends(self):
        self.hand_over()
        bea = self.joined()
        bea.goto(f"{self.base}/events")
        self.live(bea)
        self.at("/access/sessions")
        self.page.locator("tbody tr", has_text="bea").get_by_role("button", name="End").click()
        self.press("End it")
        expect(bea.get_by_role("heading", name="Log in")).to_be_visible(timeout=15000)
        self.log_in(bea, "bea")
        expect(bea).to_have_url(f"{self.base}/events")

    def test_a_new_password_by_a_code(self):
        self.hand_over()
        bea = self.joined()
        self.at("/access/people")
        self.press("Reset code for bea")
        self.press("Make the code")
        link = self.page.locator("[data-link]").inner_text()
        self.press("I have kept it")
        stranger = self.other()
        stranger.goto(link)
        stranger.get_by_label("New password").fill("quite another one")
        self.press("Set the password", stranger)
        expect(stranger.get_by_text("The password is set.").first).to_be_visible()
        # All sessions have ended with it.
        expect(bea.get_by_role("heading", name="Log in")).to_be_visible(timeout=15000)
        self.log_in(stranger, "bea")
        expect(stranger.locator(".problem")).to_be_visible()
        self.log_in(stranger, "bea", "quite another one")
        expect(stranger.get_by_label("Logged in as bea")).to_be_visible()


class Sessions(AccessTest):
    def test_logging_out_in_one_tab_ends_the_other(self):
        self.hand_over()
        other = self.tab()
        self.at("/events", other)
        self.live(other)
        self.page.get_by_label("Logged in as ana").click()
        self.page.get_by_role("menuitem", name="Log out", exact=True).click()
        for page in (self.page, other):
            expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        self.log_in(self.page, "ana")
        expect(other).to_have_url(f"{self.base}/events")
        expect(other.get_by_label("Logged in as ana")).to_be_visible()

    def test_logging_out_everywhere_ends_other_browsers(self):
        self.hand_over()
        stranger = self.other()
        stranger.goto(f"{self.base}/login")
        self.log_in(stranger, "ana")
        self.live(stranger)
        self.page.get_by_label("Logged in as ana").click()
        self.page.get_by_role("menuitem", name="Log out everywhere…").click()
        self.in_dialog().get_by_role("button", name="Log out everywhere").click()
        expect(stranger.get_by_role("heading", name="Log in")).to_be_visible(timeout=15000)

    def test_two_tabs_that_renew_keep_the_session(self):
        self.hand_over()
        other = self.tab()
        self.at("/runs", other)
        self.live(other)
        self.renew_in([self.page, other])

    def test_a_live_page_goes_on_when_its_token_is_gone(self):
        run = self.server.begin(LONG)
        self.server.events(run)
        self.hand_over()
        elsewhere = self.server.post("/auth/login", {"username": "ana", "password": PASSWORD}).json["access_token"]
        self.at("/events")
        self.live()
        for gone in (("access",), ("access", "page")):
            before = self.page.evaluate("document.cookie")
            self.forget(*gone)
            # The stream is cut, since its reader has changed, and comes back with new tokens.
            changed = self.server.ask(
                "PATCH", "/auth/me", {"name": " ".join(gone)}, {"Authorization": f"Bearer {elsewhere}"}
            )
            self.assertEqual(changed.status, 200, changed)
            self.page.wait_for_function(
                "before => /page/.test(document.cookie) && document.cookie !== before", arg=before
            )
            self.live()
        self.at(f"/runs/{run}?tab=journal")
        expect(self.page.locator(".log").first).to_be_visible()
        self.forget("access")
        self.press("Fork")
        expect(self.in_dialog()).to_contain_text("Fork")
        self.assertEqual(self.page.locator("dialog .problem").count(), 0)
        self.assertNotIn("token.reused", self.actions())

    def test_a_server_that_starts_again_knows_the_session(self):
        self.quiet = False
        self.hand_over()
        self.at("/runs")
        self.live()
        self.server.kill()
        expect(self.page.locator(".conn")).to_have_text("offline", timeout=15000)
        self.server.start()
        expect(self.page.locator(".conn")).to_have_text("live", timeout=40000)
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()
        self.page.reload()
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()

    def test_other_sessions_are_listed_and_ended(self):
        self.hand_over()
        stranger = self.other()
        stranger.goto(f"{self.base}/login?next=/events")
        self.log_in(stranger, "ana")
        self.live(stranger)
        self.at("/account")
        expect(self.page.get_by_role("region", name="Sessions").locator("tbody tr")).to_have_count(2)
        self.press("End all others…")
        self.press("End the others")
        expect(self.page.get_by_role("region", name="Sessions").locator("tbody tr")).to_have_count(1)
        expect(stranger.get_by_role("heading", name="Log in")).to_be_visible(timeout=15000)


class NetworkServer(Server):
    """One that stands on a network, without TLS: the browser has no locks there, and no clipboard."""

    def start(self, listen=None):
        module = __import__(Server.__module__)
        plain = module.command
        with unittest.mock.patch.object(module, "command", lambda *a, **e: [*plain(*a, **e), "--insecure-http"]):
            super().start(listen)

    @property
    def setup_code(self):
        return re.search(r"tts_\w+", pathlib.Path(self.log).read_text())[0]


def address_of_this_machine():
    """That by which others reach it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        try:
            link.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return link.getsockname()[0]


class OnANetwork(AccessTest):
    def serve(self):
        address = address_of_this_machine()
        if not address or address.startswith("127."):
            self.skipTest("this machine is on no network")
        self.server = NetworkServer(listen="0.0.0.0:0")
        self.addCleanup(self.server.remove)
        return f"http://{address}:{self.server.port}"

    def tearDown(self):
        # The browser says at each answer that it does not heed this field over plain http.
        unheeded = "The Cross-Origin-Opener-Policy header has been ignored"
        self.wrong[:] = [line for line in self.wrong if not line.startswith(unheeded)]
        super().tearDown()

    def test_the_first_account_needs_the_setup_code(self):
        self.refusals = (401, 403)
        self.at("/runs")
        expect(self.page).to_have_url(f"{self.base}/register")
        self.page.get_by_label("Setup code").fill("tts_wrong")
        self.page.get_by_label("Username").fill("ana")
        self.page.get_by_label("Address").fill("ana@example.org")
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Make the first account")
        self.see("the code is unknown")
        self.page.get_by_label("Setup code").fill(self.server.setup_code)
        self.press("Make the first account")
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()
        self.live()
        self.assertEqual(self.page.evaluate("typeof navigator.locks"), "undefined")
        other = self.tab()
        self.at("/runs", other)
        self.live(other)
        self.renew_in([self.page, other])
        self.at("/access/invitations")
        self.press("Invite somebody…")
        self.press("Make the invitation")
        self.in_dialog().get_by_role("button", name="Copy", exact=True).click()
        self.see("Copying is not allowed here")


POLICY = """extends: built-in
rules:
  - id: keys-need-two
    effect: needs_approval
    permissions: [keys.manage]
    except_roles: [owner]
"""


class HeldBack(AccessTest):
    refusals = (401, 403)

    def serve(self):
        address = super().serve()
        home = pathlib.Path(self.server.home)
        (home / "policy.yaml").write_text(POLICY)
        (home / "tutti.yaml").write_text("auth:\n  policy: policy.yaml\n")
        self.server.stop()
        self.server.start()
        return address

    def test_somebody_else_approves_what_a_rule_holds_back(self):
        self.hand_over()
        bea = self.joined()
        bea.goto(self.base + "/account")
        self.press("Make a key…", bea)
        self.in_dialog(bea).get_by_label("Name", exact=True).fill("nightly")
        self.press("Make it", bea)
        expect(self.in_dialog(bea)).to_contain_text("keys-need-two")

        self.at("/access/approvals")
        self.page.get_by_label("Who").select_option(label="bea (bea)")
        self.page.get_by_label("may once").fill("keys.manage")
        self.press("Approve once")
        code = self.page.locator("[data-once]").inner_text()

        self.in_dialog(bea).get_by_label("Code").fill(code)
        self.press("Go on", bea)
        expect(bea.locator("[data-once]")).to_be_visible()
        self.press("I have kept it", bea)
        # To see one's own keys is held back as well; the owner is not.
        self.at("/access/keys")
        expect(self.page.get_by_role("row", name="nightly")).to_be_visible()
        actions = self.actions()
        for action in ("policy.denied", "policy.approved", "approval.used", "key.created"):
            self.assertIn(action, actions)


class Keeping(AccessTest):
    def test_a_key_is_held_to_its_scopes(self):
        self.hand_over()
        self.at("/account")
        self.press("Make a key…")
        self.in_dialog().get_by_label("Name", exact=True).fill("nightly")
        self.in_dialog().get_by_label("It may do all that I may").uncheck()
        self.in_dialog().get_by_label("runs.read: ").check()
        self.in_dialog().get_by_label("limits.read: ").check()
        self.press("Make it")
        key = self.page.locator("[data-once]").inner_text()
        self.press("I have kept it")
        bearer = {"Authorization": f"Bearer {key}"}
        self.assertEqual(self.server.get("/api/v1/runs", **bearer).status, 200)
        refusal = self.server.get("/api/v1/audit", **bearer)
        self.assertEqual((refusal.status, refusal.json["code"]), (403, "not_permitted"))
        self.page.reload()
        row = self.page.get_by_role("region", name="API keys").locator("tbody tr")
        expect(row).to_contain_text("runs.read")
        self.press("Limits of nightly")
        self.in_dialog().get_by_label("Models and routes").fill("openai/*")
        self.in_dialog().get_by_label("Dollars a day").fill("2.50")
        self.press("Hold it to that")
        expect(row).to_contain_text("$0 of $2.50 a day")
        expect(row).to_contain_text("openai/*")
        limits = self.server.get("/api/v1/limits", **bearer)
        budget = next(quota for quota in limits.json["quotas"] if quota["holder"] == "key")
        self.assertEqual((budget["name"], budget["cap"], budget["used"]), ("usd_a_day", 2_500_000, 0))
        self.press("Revoke nightly")
        self.in_dialog().get_by_role("button", name="Revoke").click()
        self.see("You have no API keys.")
        self.assertEqual(self.server.get("/api/v1/runs", **bearer).status, 401)

    def test_secrets_never_come_back(self):
        self.hand_over()
        heard, seen = [], []
        self.page.on("response", lambda r: heard.append(r) if "/secrets" in r.url and r.status < 300 else None)

        def read():
            # Bodies are there as long as their page is.
            seen.extend(answer.text() for answer in heard)
            heard.clear()

        self.at("/secrets?scope=tenant")
        self.press("Keep a secret…")
        self.in_dialog().get_by_label("Name").fill("mail.password")
        self.in_dialog().get_by_label("Value").fill("quite-a-secret-value-7890")
        self.press("Keep", exact=True)
        expect(self.page.locator("tbody tr")).to_contain_text("secret:tenant/mail.password")
        read()
        self.page.reload()
        expect(self.page.locator("tbody tr")).to_contain_text("…7890")
        read()
        self.assertNotIn("quite-a-secret", self.page.content() + "".join(seen))
        self.at("/account")
        self.press("Keep a key…")
        self.in_dialog().get_by_label("Provider").fill("openai")
        self.in_dialog().get_by_label("Key", exact=True).fill("sk-quite-a-secret-1234")
        self.press("Keep it")
        expect(self.page.get_by_role("region", name="Keys for providers of models")).to_contain_text("…1234")
        self.assertNotIn("sk-quite", json.dumps(self.ask("/audit?limit=100")))

    def test_the_audit_log_is_verified_and_exported(self):
        self.hand_over()
        self.at("/audit")
        expect(self.page.locator("tbody tr").first).to_be_visible()
        self.press("Verify")
        self.see("Nothing was changed.")
        head = self.page.locator("[data-head]").inner_text()
        number, text = head.split(":")
        entry = next(e for e in self.ask("/audit?limit=100")["entries"] if e["n"] == int(number))
        self.assertEqual(entry["hash"], text)
        with self.page.expect_download() as download:
            self.press("Export")
        with open(download.value.path()) as lines:
            self.assertIn(text, lines.read())
        self.page.get_by_label("Action").fill("user.registered")
        expect(self.page.locator("tbody tr")).to_have_count(1)
        self.press("Details of entry")
        expect(self.in_dialog()).to_contain_text("owner")

    def test_roles_policy_and_limits_are_those_of_the_server(self):
        self.refusals = (401, 422)
        self.hand_over()
        self.at("/access/roles")
        expect(self.page.get_by_role("row", name="audit.read").locator("td").first).to_be_visible()
        self.at("/access/policy")
        self.press("Ask", exact=True)
        self.see("role:user")
        self.page.get_by_label("wants").fill("audit.read")
        self.press("Ask", exact=True)
        self.see("Not allowed.")
        self.page.get_by_label("wants").fill("audit.red")
        self.press("Ask", exact=True)
        self.see("did you mean")
        self.at("/access/limits")
        expect(self.page.get_by_role("row", name="person")).to_contain_text("in 60 s")

    def test_every_page_of_accounts_says_when_there_is_nothing(self):
        self.refusals = (401,)
        self.hand_over()
        empty = {
            "/access/keys": "Nobody has an API key.",
            "/access/invitations": "No invitation is open.",
            "/secrets": "Nothing is kept here.",
            "/account": "You have no API keys.",
        }
        for place, words in empty.items():
            with self.subTest(place):
                self.at(place)
                self.see(words)


if __name__ == "__main__":
    unittest.main()
