"""People, invitations, keys and sessions of all, roles, the policy, limits."""

import unittest

from playwright.sync_api import expect

from browser import AccountTest, needs_fake


@needs_fake
class People(AccountTest):
    def setUp(self):
        super().setUp()
        self.bea = self.access.add("bea", name="Bea Other")

    def row(self, name):
        return self.page.locator(f"tr[data-user={name}]")

    def test_roles_are_given(self):
        self.at("/access")
        expect(self.row("bea")).to_contain_text("Bea Other")
        self.press("Change bea")
        box = self.in_dialog()
        expect(box.get_by_label("user: ")).to_be_checked()
        box.get_by_label("operator: ").check()
        box.get_by_label("Name", exact=True).fill("Bea <i>New</i>")
        box.get_by_role("button", name="Change").click()
        expect(self.row("bea")).to_contain_text("operator")
        expect(self.row("bea")).to_contain_text("Bea <i>New</i>")
        self.assertEqual(self.bea["roles"], ["operator", "user"])

    def test_a_refusal_stays_in_its_dialog(self):
        self.refusals = (409,)
        self.at("/access/people")
        self.press("Change ana")
        box = self.in_dialog()
        box.get_by_label("owner: ").uncheck()
        box.get_by_label("user: ").check()
        box.get_by_role("button", name="Change").click()
        expect(box).to_contain_text("this is the only active owner")

    def test_an_account_is_closed_and_opened(self):
        self.access.begin(self.bea, "curl/8")
        self.at("/access/people")
        self.press("Close bea")
        self.see("cannot log in any more")
        self.in_dialog().get_by_role("button", name="Close it").click()
        expect(self.row("bea")).to_contain_text("closed")
        self.assertEqual([s["user_id"] for s in self.access.sessions.values()], [self.owner["id"]])
        self.press("Open bea")
        self.in_dialog().get_by_role("button", name="Open it").click()
        expect(self.row("bea")).to_contain_text("yes")
        self.assertTrue(self.bea["active"])

    def test_a_reset_code_is_shown_once(self):
        self.at("/access/people")
        self.press("Reset code for bea")
        self.in_dialog().get_by_role("button", name="Make the code").click()
        self.see("This is shown once.")
        code = next(iter(self.access.codes))
        expect(self.page.locator("[data-once]")).to_have_text(code)
        expect(self.page.locator("[data-link]")).to_have_text(f"{self.base}/login#reset={code}")
        self.press("I have kept it")
        expect(self.page.locator("dialog")).to_have_count(0)
        self.assertNotIn(code, self.page.content())

    def test_removing_takes_the_name(self):
        self.at("/access/people")
        self.press("Remove bea")
        yes = self.in_dialog().get_by_role("button", name="Remove", exact=True)
        expect(yes).to_be_disabled()
        self.in_dialog().get_by_label("Type bea to confirm").fill("bea")
        yes.click()
        expect(self.row("bea")).to_have_count(0)
        self.assertNotIn(self.bea["id"], self.access.users)

    def test_oneself_is_neither_closed_nor_removed(self):
        self.at("/access/people")
        expect(self.row("ana")).to_contain_text("(you)")
        self.assertEqual(self.page.get_by_role("button", name="Remove ana").count(), 0)
        self.assertEqual(self.page.get_by_role("button", name="Close ana").count(), 0)

    def test_many_are_found_and_paged(self):
        for n in range(120):
            self.access.add(f"p{n:03d}")
        self.at("/access/people")
        rows = self.page.locator("tbody tr")
        expect(rows).to_have_count(50)
        self.press("Show more")
        expect(rows).to_have_count(100)
        self.page.keyboard.press("/")
        expect(self.page.get_by_label("Find a person")).to_be_focused()
        self.page.keyboard.type("p04")
        expect(rows).to_have_count(10)
        self.page.get_by_label("Find a person").fill("nobody like it")
        self.see("Nobody has this name among those that are shown.")

    def test_tabs_by_keyboard(self):
        self.at("/access/people")
        self.page.get_by_role("tab", name="People").focus()
        self.page.keyboard.press("ArrowRight")
        expect(self.page).to_have_url(f"{self.base}/access/invitations")
        expect(self.page.get_by_role("tab", name="Invitations")).to_be_focused()

    def test_unknown_part(self):
        self.at("/access/nothing")
        self.see("There is no such part.")


@needs_fake
class Invitations(AccountTest):
    def test_made_and_withdrawn(self):
        self.at("/access/invitations")
        self.see("No invitation is open.")
        self.press("Invite somebody…")
        box = self.in_dialog()
        box.get_by_label("Address").fill("bea@example.org")
        box.get_by_label("operator: ").check()
        box.get_by_role("button", name="Make the invitation").click()
        self.see("This is shown once.")
        code, made = next(iter(self.access.codes.items()))
        self.assertEqual((made["roles"], made["email"]), (["operator", "user"], "bea@example.org"))
        expect(self.page.locator("[data-link]")).to_have_text(f"{self.base}/register#{code}")
        self.press("I have kept it")
        expect(self.page.locator("tbody tr")).to_contain_text("bea@example.org")
        self.press("Withdraw")
        self.in_dialog().get_by_role("button", name="Withdraw").click()
        self.see("No invitation is open.")


@needs_fake
class Everybody(AccountTest):
    def test_keys_of_all(self):
        bea = self.access.add("bea")
        self.access.keys["key_1"] = {"id": "key_1", "name": "of bea", "hint": "tutti_x", "user_id": bea["id"],
                                     "key": "", "project": None, "scopes": None, "created_at": "2026-01-01T00:00:00Z",
                                     "expires_at": "2026-01-02T00:00:00Z", "last_used": None}  # fmt: skip
        self.at("/access/keys")
        row = self.page.locator("tbody tr")
        expect(row).to_contain_text("bea")
        expect(row).to_contain_text("expired")
        expect(row).to_contain_text("all that its owner may")
        self.press("Revoke of bea")
        self.in_dialog().get_by_role("button", name="Revoke").click()
        self.see("Nobody has an API key.")

    def test_sessions_of_all(self):
        self.access.begin(self.access.add("bea"), "Mozilla/5.0 (Windows NT) Firefox/140")
        self.at("/access/sessions")
        row = self.page.locator("tbody tr", has_text="bea")
        expect(row).to_contain_text("Firefox on Windows")
        row.get_by_role("button", name="End").click()
        self.in_dialog().get_by_role("button", name="End it").click()
        expect(self.page.locator("tbody tr")).to_have_count(1)

    def test_roles(self):
        self.at("/access/roles")
        row = self.page.get_by_role("row", name="audit.read")
        expect(row.locator("td")).to_have_text(["● all", "·no", "·no", "·no", "·no"])
        expect(self.page.get_by_role("columnheader", name="owner")).to_contain_text("yours")
        self.see("Runs, projects and roundtables of one's own.")

    def test_the_policy_is_tried(self):
        self.refusals = (422,)
        self.at("/access/policy")
        self.press("Ask", exact=True)
        self.see("Allowed for what is one's own.")
        self.see("role:user")
        self.page.get_by_label("wants").fill("audit.read")
        self.press("Ask", exact=True)
        self.see("Not allowed.")
        self.page.get_by_label("wants").fill("runs.red")
        self.press("Ask", exact=True)
        self.see("did you mean 'runs.read'?")
        expect(self.page.get_by_label("wants")).to_be_focused()

    def test_limits(self):
        self.at("/access/limits")
        expect(self.page.get_by_role("row", name="person")).to_contain_text("1200 in 60 s")
        expect(self.page.get_by_role("row", name="person")).to_contain_text("1190")

    def test_local_has_none(self):
        self.access.users.clear()
        self.at("/access/sessions")
        self.see("Nobody logs in here: only this machine reaches the server.")


@needs_fake
class Approvals(AccountTest):
    """What a rule holds back until somebody else has approved."""

    refusals = (403,)

    def setUp(self):
        super().setUp()
        self.bea = self.access.add("bea", ("owner",), name="Bea Other")
        self.cyn = self.access.add("cyn")

    def test_a_code_is_given_and_used(self):
        self.at("/access/approvals")
        choice = self.page.get_by_label("Who")
        expect(choice.locator("option")).to_have_text(["bea (Bea Other)", "cyn (cyn)"])
        choice.select_option(self.bea["id"])
        self.page.get_by_label("may once").fill("users.manage")
        self.press("Approve once")
        self.see("With it bea may do what users.manage stands for")
        code = self.page.locator("[data-once]").inner_text()
        self.access.held = {"users.manage"}

        context = self.browser.new_context(reduced_motion="reduce")
        self.addCleanup(context.close)
        self.log_in(self.bea, context)
        page = context.new_page()
        page.goto(self.base + "/access/people")
        self.press("Close cyn", page)
        self.in_dialog(page).get_by_role("button", name="Close it").click()
        self.see("it is users.manage", page)
        self.in_dialog(page).get_by_label("Code").fill("tta_wrong")
        self.press("Go on", page)
        self.see("no code in X-Approval is good here", page)
        self.in_dialog(page).get_by_label("Code").fill(f" {code} ")
        self.press("Go on", page)
        expect(page.locator("tr[data-user=cyn]")).to_contain_text("closed")
        expect(page.locator("dialog")).to_have_count(0)
        self.assertEqual(self.access.approvals, {})

    def test_who_has_no_code_leaves_it(self):
        self.access.held = {"users.manage"}
        self.at("/access/people")
        self.press("Close cyn")
        self.in_dialog().get_by_role("button", name="Close it").click()
        self.see("Somebody else has to approve")
        self.in_dialog().get_by_role("button", name="Leave it").click()
        expect(self.in_dialog()).to_contain_text("this needs the approval of somebody else")
        self.assertTrue(self.cyn["active"])

    def test_a_mistyped_permission_is_told(self):
        self.refusals = (422,)
        self.at("/access/approvals")
        self.page.get_by_label("may once").fill("users.mange")
        self.press("Approve once")
        self.see("there is no such permission")
        expect(self.page.get_by_label("may once")).to_be_focused()


@needs_fake
class Reader(AccountTest):
    """Whoever may read only is offered nothing else."""

    roles = ("reader",)

    def test_no_verb_is_offered(self):
        self.at(f"/runs/{self.world.live}")
        expect(self.page.locator(".runhead h1")).to_be_visible()
        expect(self.page.locator(".runhead [data-verb]")).to_have_count(0)
        self.at(f"/runs/{self.world.release}")
        self.see("Others answer this.")
        expect(self.page.get_by_role("button", name="Approve")).to_have_count(0)


@needs_fake
class Operator(AccountTest):
    roles = ("operator",)
    refusals = (403,)

    def test_sees_what_it_may(self):
        self.at("/access")
        expect(self.page.get_by_role("tab")).to_have_text(["Roles", "Try the policy", "Limits"])
        self.at("/access/people")
        self.see("You may not do this")
        self.see("users.read")


@needs_fake
class Hostile(AccountTest):
    EVIL = "<img src=x onerror=\"document.title='owned'\">\u202egnp zero\u200bwidth \u001b[31mred\u0007"

    def test_names_are_text(self):
        evil = self.access.add("eve", name=self.EVIL, email=self.EVIL)
        self.access.begin(evil, self.EVIL)
        self.access.codes["tti_x"] = {"roles": ["user"], "hint": "tti_x", "email": self.EVIL, "created_by": self.EVIL,
                                      "created_at": "2026-01-01T00:00:00Z",
                                      "expires_at": "2036-01-01T00:00:00Z"}  # fmt: skip
        self.access.keys["k"] = {"id": "k", "name": self.EVIL, "hint": self.EVIL, "user_id": evil["id"], "key": "",
                                 "project": self.EVIL, "scopes": [self.EVIL], "created_at": "2026-01-01T00:00:00Z",
                                 "expires_at": None, "last_used": None}  # fmt: skip
        self.access.secrets[("tenant", "x")] = {"id": "s", "name": self.EVIL, "reference": self.EVIL, "scope": "tenant",
            "label": self.EVIL, "provider": self.EVIL, "hint": "\u202e", "version": 1, "owner": None, "last_used": None,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}  # fmt: skip
        self.access.tell("login.failed", {"id": "usr_x", "username": self.EVIL}, self.EVIL, **{self.EVIL: self.EVIL})
        for place in ("/access/people", "/access/invitations", "/access/keys", "/access/sessions",
                      "/secrets?scope=tenant", "/audit"):  # fmt: skip
            with self.subTest(place):
                self.at(place)
                expect(self.page.locator("tbody tr").first).to_be_visible()
                self.inert()
                self.assertLessEqual(self.wide(), 0)
        self.press("Details of entry 1")
        expect(self.in_dialog()).to_contain_text("<img src=x")
        self.assertEqual(self.page.locator("dialog img").count(), 0)


if __name__ == "__main__":
    unittest.main()
