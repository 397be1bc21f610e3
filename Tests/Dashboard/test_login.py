"""Logging in, the first account, invitations, a new password by a code."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake


class LoginTest(PageTest):
    refusals = (401,)

    def setUp(self):
        super().setUp()
        self.access = self.world.access

    def fill(self, **fields):
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(value)

    def log_in(self, name="ana", password="correct horse"):
        self.fill(Username_or_address=name, Password=password)
        self.page.get_by_role("button", name="Log in", exact=True).click()


@needs_fake
class Login(LoginTest):
    def setUp(self):
        super().setUp()
        self.access.add("ana", ["owner"])

    def test_leads_back_to_where_one_was(self):
        self.at("/events?type=run.*#there")
        expect(self.page.get_by_role("heading", name="Log in")).to_be_visible()
        expect(self.page.get_by_label("Username or address")).to_be_focused()
        self.log_in()
        expect(self.page).to_have_url(f"{self.base}/events?type=run.*#there")
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()
        self.see("1 of 46 held")

    def test_by_address(self):
        self.at("/login")
        self.log_in("ana@example.org")
        expect(self.page).to_have_url(f"{self.base}/")

    def test_leads_nowhere_else(self):
        for there in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/login",
                      "/nowhere", "data:text/html,x"):  # fmt: skip
            with self.subTest(there):
                self.context.clear_cookies()
                self.at("/login?next=" + there.replace(":", "%3A").replace("/", "%2F").replace("\\", "%5C"))
                self.log_in()
                expect(self.page).to_have_url(f"{self.base}/")

    def test_wrong_password_then_a_delay(self):
        self.refusals = (401, 429)
        self.at("/login")
        for _ in range(3):
            self.log_in(password="wrong horse")
            self.see("the name or the password is wrong")
        self.log_in(password="wrong horse")
        expect(self.page.get_by_role("button", name="Wait")).to_be_disabled()
        self.see("too many tries in vain")
        expect(self.page.get_by_role("button", name="Log in", exact=True)).to_be_enabled(timeout=6000)
        self.log_in()
        expect(self.page).to_have_url(f"{self.base}/")

    def test_who_is_logged_in_goes_on(self):
        self.at("/login")
        self.log_in()
        expect(self.page).to_have_url(f"{self.base}/")
        self.at("/login?next=/events")
        expect(self.page).to_have_url(f"{self.base}/events")

    def test_other_issuers(self):
        self.access.providers = ["google", "<b>evil</b>"]
        self.at("/login?error=openid_too_late")
        self.see("It took too long. Begin again.")
        link = self.page.get_by_role("link", name="Log in by google")
        self.assertEqual(link.get_attribute("href"), "/auth/oauth/google/login")
        self.see("Log in by <b>evil</b>")
        self.at("/login?error=%3Cimg%20src%3Dx%3E")
        self.see("<img src=x>")
        self.assertEqual(self.page.locator("main img, main b b").count(), 0)

    def test_another_issuer_leads_back_as_well(self):
        self.access.providers = ["google"]
        # What the issuer does between is not ours: the browser comes back with the cookies of a login.
        there = "<link rel=icon href='data:,'><title>the issuer</title>"
        self.page.route("**/auth/oauth/google/login", lambda r: r.fulfill(body=there, content_type="text/html"))
        self.at("/events?type=run.*")
        self.page.get_by_role("link", name="Log in by google").click()
        expect(self.page).to_have_title("the issuer")
        port = int(self.base.rsplit(":", 1)[1])
        for cookie in self.access.cookies(port, *self.access.begin(self.access.named("ana"), "x")):
            name, value = cookie.split("; ")[0].split("=", 1)
            self.context.add_cookies([{"name": name, "value": value, "url": self.base}])
        self.at("/")
        expect(self.page).to_have_url(f"{self.base}/events?type=run.*")
        self.see("1 of 46 held")
        self.at("/")
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()

    def test_the_password_can_be_seen(self):
        self.at("/login")
        password = self.page.get_by_label("Password", exact=True)
        self.assertEqual(password.get_attribute("autocomplete"), "current-password")
        self.page.get_by_label("Show it").check()
        expect(password).to_have_attribute("type", "text")

    def test_a_new_password_by_a_code(self):
        self.refusals = (401, 403)
        made = self.access.codes
        made["tti_good"] = {"user": next(iter(self.access.users)), "hint": "tti_good"}
        self.at("/login#reset=tti_bad")
        expect(self.page).to_have_url(f"{self.base}/login")
        expect(self.page.get_by_label("Code", exact=True)).to_have_value("tti_bad")
        self.fill(New_password="another horse")
        self.page.get_by_role("button", name="Set the password").click()
        self.see("the code is unknown")
        expect(self.page.get_by_label("Code", exact=True)).to_be_focused()
        self.fill(Code="tti_good")
        self.page.get_by_role("button", name="Set the password").click()
        self.see("The password is set. Log in with it.")
        self.log_in(password="another horse")
        expect(self.page).to_have_url(f"{self.base}/")

    def test_keys_of_other_pages_do_nothing(self):
        self.at("/login")
        self.page.get_by_role("heading", name="Log in").click()
        for key in ("g", "e", "n", "Control+k"):
            self.page.keyboard.press(key)
        expect(self.page.get_by_role("heading", name="Log in")).to_be_visible()
        self.assertEqual(self.page.locator("dialog, .rail").count(), 0)


@needs_fake
class FirstAccount(LoginTest):
    refusals = ()

    def make(self, verb="Make the first account", **more):
        self.fill(Username="ana", Address="ana@example.org", Password="correct horse", **more)
        self.page.get_by_role("button", name=verb).click()

    def test_handing_over(self):
        self.at("/runs")
        self.page.get_by_label("Nobody logs in here").click()
        self.see("Only this machine reaches the server.")
        self.page.get_by_role("menuitem", name="Hand over to accounts…").click()
        expect(self.page.get_by_role("heading", name="Hand over to accounts")).to_be_visible()
        self.see("All that is here becomes yours")
        self.see("From then on everybody logs in, you too.")
        self.make()
        expect(self.page).to_have_url(f"{self.base}/")
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()
        self.assertEqual([u["roles"] for u in self.access.users.values()], [["owner"]])

    def test_is_offered_in_settings_account_and_access(self):
        for place in ("/settings", "/account", "/access", "/access/keys"):
            with self.subTest(place):
                self.at(place)
                link = self.page.locator("main").get_by_role("link", name="Hand over to accounts…")
                self.assertEqual(link.get_attribute("href"), "/register")

    def test_another_tab_is_asked_to_log_in(self):
        self.refusals = (401,)
        other = self.tab()
        self.at("/runs", other)
        expect(other.locator(".conn")).to_have_text("live")
        self.at("/register")
        self.make()
        expect(self.page.get_by_label("Logged in as ana")).to_be_visible()
        # It shares the cookies, so it is logged in as well.
        expect(other.get_by_label("Logged in as ana")).to_be_visible()

    def test_on_a_network_the_setup_code_is_asked_for(self):
        self.refusals = (401, 403)
        self.access.setup = "tts_setup"
        self.at("/runs")
        expect(self.page).to_have_url(f"{self.base}/register")
        self.see("It stands in the log of the server")
        self.make(Setup_code="tts_wrong")
        self.see("the code is unknown")
        self.make(Setup_code="tts_setup")
        expect(self.page).to_have_url(f"{self.base}/")

    def test_the_login_is_not_needed(self):
        self.at("/login?next=/events")
        expect(self.page).to_have_url(f"{self.base}/events")


@needs_fake
class Invited(LoginTest):
    def setUp(self):
        super().setUp()
        self.access.add("ana", ["owner"])
        self.access.codes["tti_good"] = {"roles": ["operator"], "hint": "tti_good"}

    def test_by_a_link_that_reaches_no_log(self):
        asked = []
        self.page.on("request", lambda r: asked.append(r.url))
        self.at("/register#tti_good")
        expect(self.page.get_by_label("Invitation")).to_have_value("tti_good")
        expect(self.page).to_have_url(f"{self.base}/register")
        self.fill(Username="bea", Address="bea@example.org", Name="Bea", Password="correct horse")
        self.page.get_by_role("button", name="Make the account").click()
        expect(self.page.get_by_label("Logged in as bea")).to_be_visible()
        self.assertEqual(self.access.named("bea")["roles"], ["operator"])
        self.assertFalse([url for url in asked if "tti_good" in url.split("#")[0]])

    def test_by_a_query_that_goes_out_of_the_address(self):
        self.at("/register?code=tti_good")
        expect(self.page.get_by_label("Invitation")).to_have_value("tti_good")
        expect(self.page).to_have_url(f"{self.base}/register")

    def test_what_is_taken_is_told_at_its_field(self):
        self.refusals = (400, 403)
        self.at("/register")
        self.fill(Username="ana", Address="x@example.org", Invitation="tti_bad", Password="correct horse")
        self.page.get_by_role("button", name="Make the account").click()
        self.see("the code is unknown")
        expect(self.page.get_by_label("Invitation")).to_be_focused()
        self.fill(Invitation="tti_good")
        self.page.get_by_role("button", name="Make the account").click()
        self.see("somebody has this username already")
        expect(self.page.get_by_label("Username")).to_be_focused()

    def test_open_registration_asks_for_no_code(self):
        self.refusals = ()
        self.access.is_open = True
        self.at("/login")
        self.page.get_by_role("link", name="Make an account").click()
        self.see("Anybody may make an account here.")
        self.assertEqual(self.page.get_by_label("Invitation").count(), 0)

    def test_short_passwords_are_not_sent(self):
        self.refusals = ()
        self.at("/register#tti_good")
        self.fill(Username="bea", Address="bea@example.org", Password="short")
        self.page.get_by_role("button", name="Make the account").click()
        self.assertTrue(self.page.get_by_label("Password", exact=True).evaluate("e => e.validity.tooShort"))
        self.assertIsNone(self.access.named("bea"))


@needs_fake
class PhoneLogin(LoginTest):
    width, height, theme = 390, 844, "dark"

    def test_fits(self):
        self.access.add("ana", ["owner"])
        for place in ("/login", "/login?error=openid_refused", "/login#reset=tti_c", "/register#tti_c"):
            with self.subTest(place):
                self.page = self.tab()
                self.at(place)
                expect(self.page.locator("main form")).to_be_visible()
                self.assertLessEqual(self.wide(), 0)


if __name__ == "__main__":
    unittest.main()
