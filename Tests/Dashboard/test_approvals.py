"""Approvals: the real diff, both answers, and what happens when somebody was faster."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake


@needs_fake
class Approvals(PageTest):
    quiet = False  # a refused answer is an error of the network, and expected here

    def setUp(self):
        super().setUp()
        self.at("/approvals")
        expect(self.page.locator(".diff")).to_be_visible()

    def test_diff_and_approve_by_key(self):
        expect(self.page.locator(".tally")).to_contain_text("+3")
        expect(self.page.locator(".diff ins").first).to_contain_text("or by place")
        self.page.keyboard.press("d")
        expect(self.page.locator(".whole .md")).to_be_visible()
        self.page.keyboard.press("a")
        self.see("Approved: release")
        verdict = self.calls("approval")[0][2]
        self.assertEqual(verdict["verdict"], "approve")
        self.assertEqual(len(verdict["hash"]), 64)
        expect(self.page.locator(".ask")).to_have_count(1)

    def test_send_back_with_a_reason(self):
        self.page.keyboard.press("r")
        self.page.get_by_label("Reason").fill("Say since when.")
        self.page.get_by_role("button", name="Send back", exact=True).click()
        self.see("Sent back: release")
        self.assertEqual(self.calls("approval")[0][2]["reason"], "Say since when.")
        self.assertEqual(self.calls("approval")[0][2]["verdict"], "reject")

    def test_approve_with_changes(self):
        self.page.keyboard.press("e")
        self.page.get_by_label("What you agree to instead").fill("# 1.4\n")
        self.page.get_by_role("button", name="Approve with changes").click()
        self.see("Approved: release")
        self.assertEqual(self.calls("approval")[0][2]["edited"], "# 1.4\n")

    def test_somebody_was_faster(self):
        self.world.approvals[(self.world.release, "release#1")]["answer"] = {"by": "kofi", "at": "14:03"}
        self.page.keyboard.press("a")
        self.see("It was answered already.")
        self.see("answered by kofi at 14:03")
        self.page.get_by_role("button", name="Go on").click()
        expect(self.page.locator("article.cue h2")).to_have_text("delete-bucket")

    def test_it_changed_since_it_was_read(self):
        self.control("change", run=self.world.release, id="release#1", shown="# 1.4\n\nUploads are twice as fast.\n")
        self.page.keyboard.press("a")
        self.see("It has changed since you read it; nothing was answered.")
        expect(self.page.locator("tr.plus")).to_contain_text(["Uploads are twice as fast."])
        self.assertEqual(self.calls("approval"), [])
        self.page.keyboard.press("a")
        self.see("Approved: release")

    def test_what_cannot_be_undone_takes_its_name(self):
        self.page.locator(".ask").nth(1).click()
        expect(self.page.locator("article.cue h2")).to_have_text("delete-bucket")
        self.assertIn("open=", self.page.url)
        button = self.page.get_by_role("button", name="Approve")
        expect(button).to_be_disabled()
        self.page.keyboard.press("a")
        self.page.get_by_label("Type the name").fill("delete-bucket")
        button.click()
        self.see("Approved: delete-bucket")

    def test_on_the_page_of_the_run(self):
        self.at(f"/runs/{self.world.release}")
        expect(self.page.locator("article.cue")).to_be_visible()
        self.page.keyboard.press("a")
        self.see("Approved: release")
        expect(self.page.locator("article.cue")).to_have_count(0)

    def test_an_older_list_that_comes_late_is_not_shown(self):
        held = []
        self.page.route("**/approvals?limit=200", lambda r: held.append((r, r.fetch())), times=1)
        expect(self.page.locator(".conn")).to_have_text("live")
        self.control("emit", run=self.world.release, type="approval.requested", step="ok", data={"name": "ok"})
        while not held:
            self.page.wait_for_timeout(10)
        self.page.keyboard.press("a")
        expect(self.page.locator(".ask")).to_have_count(1)
        ((route, answer),) = held
        self.assertEqual(len(answer.json()["approvals"]), 2)
        with self.page.expect_event("requestfinished", lambda r: r.url.endswith("/approvals?limit=200")):
            route.fulfill(response=answer)
        self.page.wait_for_timeout(300)
        self.assertEqual(self.page.locator(".ask").count(), 1)

    def test_nothing_waits(self):
        for approval in self.world.approvals.values():
            approval["answer"] = {"by": "ana", "at": "now"}
        self.page.reload()
        self.see("Nothing waits for you.")

    def test_new_ones_come_by_themselves(self):
        expect(self.page.locator(".conn")).to_have_text("live")
        run = self.world.add_run("late", "release-notes", "waiting", "Late one", 0, 0, "approval")
        self.world.add_step(run, "ok", "approval", "waiting")
        self.world.ask(run, "ok", "May it go?", age=0)
        self.control("emit", run=run, type="approval.requested", step="ok", data={"name": "ok"})
        expect(self.page.locator(".ask")).to_have_count(3)
        expect(self.page.locator(".rail .count")).to_have_text("3")


if __name__ == "__main__":
    unittest.main()
