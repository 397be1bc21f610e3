"""The page of a run: graph, timeline, document, journal, the step beside them, and what can be done."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake


@needs_fake
class Graph(PageTest):
    def test_nodes_are_buttons_with_names(self):
        self.at(f"/runs/{self.world.live}?tab=graph")
        expect(self.page.get_by_role("button", name="product, review, done")).to_be_visible()
        self.page.get_by_role("button", name="refine, step, running").click()
        expect(self.page.locator("aside.panel h2")).to_have_text("refine")
        self.assertIn("step=refine%231", self.page.url)
        self.page.reload()
        expect(self.page.locator("aside.panel h2")).to_have_text("refine")

    def test_arrows_walk(self):
        self.at(f"/runs/{self.world.live}?tab=graph")
        expect(self.page.locator(".node").first).to_be_visible()
        self.page.keyboard.press("g")
        self.page.keyboard.press("g")
        self.page.keyboard.press("ArrowRight")
        expect(self.page.locator('[data-id="judge#1"]')).to_be_focused()
        self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("aside.panel h2")).to_have_text("refine")

    def test_large_graphs_fold_and_larger_ask(self):
        self.at(f"/runs/{self.world.grouped}")
        expect(self.page.locator(".node")).to_have_count(16)
        self.page.locator(".node").last.click()
        expect(self.page.locator(".node")).to_have_count(35)
        self.at(f"/runs/{self.world.huge}")
        self.see("This run has 9")
        expect(self.page.locator(".logbox")).to_be_visible()
        self.page.get_by_role("button", name="Draw the graph").click()
        expect(self.page.locator(".node")).to_have_count(900)

    def test_states_change_as_they_happen(self):
        self.at(f"/runs/{self.world.live}?tab=graph")
        expect(self.page.locator('[data-id="refine#1"]')).to_have_class("node running")
        expect(self.page.locator(".conn")).to_have_text("live")
        self.control("emit", run=self.world.live, type="step.failed", step="refine#1", data={"attempt": 1})
        expect(self.page.locator(".log.error")).to_contain_text("step.failed")


@needs_fake
class Timeline(PageTest):
    def test_pauses_are_compressed(self):
        self.at(f"/runs/{self.world.release}?tab=timeline")
        expect(self.page.locator(".gapmark").first).to_contain_text("14 h")
        width = lambda: self.page.locator(".wave", has_text="draft").locator(".bar").bounding_box()["width"]
        compressed = width()
        self.page.get_by_label("compress pauses").uncheck()
        expect(self.page.locator(".gapmark")).to_have_count(0)
        self.assertGreater(compressed, 10 * width())
        self.assertIn("gaps=full", self.page.url)
        self.page.reload()
        expect(self.page.get_by_label("compress pauses")).not_to_be_checked()

    def test_search_and_attempts(self):
        self.at(f"/runs/{self.world.release}?tab=timeline")
        expect(self.page.locator(".wave:visible")).to_have_count(5)
        self.page.get_by_label("Attempts").select_option("2")
        expect(self.page.locator(".wave:visible")).to_have_count(1)
        self.see("check × 3")

    def test_of_many_steps_only_those_in_sight_exist(self):
        self.at(f"/runs/{self.world.huge}?tab=timeline")
        self.see("900 rows")
        self.assertLess(self.page.locator(".wave").count(), 60)


@needs_fake
class Document(PageTest):
    def test_rounds_versions_and_diffs(self):
        self.at(f"/runs/{self.world.table}")
        self.see("goal reached")
        self.see("Critics, round 3")
        self.page.get_by_role("button", name="Round 1:").click()
        self.see("Findings of round 1")
        self.see("Faces are personal data, and nothing says who may see them")
        self.assertIn("round=1", self.page.url)
        self.page.reload()
        self.see("Findings of round 1")
        self.page.get_by_label("Version", exact=True).select_option("2")
        self.page.get_by_role("button", name="changes").click()
        expect(self.page.locator(".diff ins").first).to_be_visible()
        self.page.get_by_role("button", name="side by side").click()
        expect(self.page.locator(".diff.side")).to_be_visible()
        self.page.get_by_role("button", name="read").click()
        expect(self.page.locator(".docpane .md h3")).to_have_text("PRD: Moments, photo sharing for the Holiday app")

    def test_severity(self):
        self.at(f"/runs/{self.world.table}?round=1&severity=high")
        expect(self.page.locator(".finding")).to_have_count(2)


@needs_fake
class Actions(PageTest):
    def test_retry(self):
        self.at(f"/runs/{self.world.failed}")
        self.see("the provider is overloaded (529), and 3 attempts were made")
        self.page.get_by_role("button", name="Retry").click()
        self.see("What failed is done again")
        expect(self.page.locator(".runline .state").first).to_contain_text("running")
        self.assertEqual(len(self.calls("retry")), 1)

    def test_cancel_asks(self):
        self.at(f"/runs/{self.world.live}")
        self.page.get_by_role("button", name="Cancel").click()
        self.page.get_by_role("button", name="Leave it").click()
        self.assertEqual(self.calls("cancel"), [])
        self.page.get_by_role("button", name="Cancel").click()
        self.page.get_by_role("button", name="Cancel the run").click()
        expect(self.page.locator(".runline .state").first).to_contain_text("cancelled")

    def test_fork_says_what_it_takes_over(self):
        self.at(f"/runs/{self.world.failed}?step=summarise%231")
        self.page.get_by_role("button", name="Fork").click()
        self.see("1 result")
        self.see("1 step")
        self.page.get_by_role("button", name="the input of the run").click()
        edit = self.page.get_by_label("What is put in its place")
        expect(edit).to_have_value('{\n  "title": "Briefing for Monday"\n}')
        edit.fill("no json")
        self.page.locator("dialog").get_by_role("button", name="Fork", exact=True).click()
        self.see("That is no JSON")
        edit.fill('{"title": "other"}')
        self.page.locator("dialog").get_by_role("button", name="Fork", exact=True).click()
        self.see("The fork has begun.")
        self.assertEqual(self.calls("fork")[0][2], {"at": "summarise#1", "input": {"title": "other"}})
        self.see("fork of")

    def test_continue_resume_and_comment(self):
        self.at(f"/runs/{self.world.table}")
        self.page.get_by_role("button", name="Continue").click()
        self.page.get_by_label("Rounds at most").fill("4")
        self.page.locator("dialog").get_by_role("button", name="Continue").click()
        self.see("A new run goes on.")
        self.assertEqual(self.calls("continue")[0][2], {"max_iterations": 4})
        self.at(f"/runs/{self.world.budget}")
        self.page.get_by_role("button", name="Resume").click()
        self.page.get_by_label("More dollars").fill("+2")
        self.page.locator("dialog").get_by_role("button", name="Resume").click()
        self.see("The run goes on.")
        self.assertEqual(self.calls("resume")[0][2], {"budget": {"usd": "+2"}})
        self.at(f"/runs/{self.world.live}")
        self.page.get_by_role("button", name="Comment").click()
        self.page.get_by_label("Comment").fill("Name the owner.")
        self.page.get_by_role("button", name="Send", exact=True).click()
        self.see("hears it at its next round")
        self.assertEqual(self.calls("comments")[0][2], {"text": "Name the owner.", "severity": "high"})

    def test_only_what_makes_sense_is_offered(self):
        self.at(f"/runs/{self.world.table}")
        expect(self.page.get_by_role("button", name="Fork")).to_be_visible()
        expect(self.page.get_by_role("button", name="Cancel")).to_have_count(0)
        expect(self.page.get_by_role("button", name="Retry")).to_have_count(0)

    def test_beginning_of_an_id(self):
        self.at(f"/runs/{self.world.table[:14]}?tab=data")
        expect(self.page).to_have_url(f"{self.base}/runs/{self.world.table}?tab=data")


@needs_fake
class Journal(PageTest):
    def test_filter(self):
        self.at(f"/runs/{self.world.table}?tab=journal")
        self.see("22 lines")
        self.page.get_by_label("Filter the log").fill("type:round step:judge#2")
        self.see("1 of 22 lines")
        self.page.get_by_label("Filter the log").fill("level:error")
        self.see("0 of 22 lines")

    def test_role(self):
        self.at(f"/runs/{self.world.table}?tab=journal")
        expect(self.page.get_by_role("log")).to_have_attribute("aria-live", "off")


@needs_fake
class Step(PageTest):
    def test_page_of_a_step(self):
        self.at(f"/runs/{self.world.table}/steps/review%231%2Fproduct%2Freview%231")
        self.see("4,100 in, 1,110 out")
        self.see("640 ms")
        self.page.get_by_role("button", name="Prompt").click()
        self.see("You are the product critic.")
        self.page.reload()
        self.see("You are the product critic.")
        self.page.get_by_role("button", name="Copy as").click()
        self.see("tutti runs fork")
        self.page.keyboard.press("u")
        expect(self.page.locator("aside.panel")).to_be_visible()

    def test_answer_streams_without_gap_or_repeat(self):
        self.at(f"/runs/{self.world.live}/steps/refine%231")
        expect(self.page.locator(".stream")).to_be_attached()
        self.page.wait_for_timeout(600)
        self.control("text", words=260, pause=0.01)
        self.page.wait_for_timeout(900)
        self.page.reload()
        expect(self.page.locator(".stream")).to_be_attached()
        whole = lambda: self.world.steps[self.world.live]["refine#1"]["streamed"]
        self.page.wait_for_timeout(600)
        shown = self.page.locator(".stream").inner_text().split()
        self.assertEqual(shown, whole().split()[: len(shown)])
        expect(self.page.locator(".stepview .state")).to_contain_text("done", timeout=10000)
        expect(self.page.locator(".stepbody .md")).to_have_text(whole().strip())


if __name__ == "__main__":
    unittest.main()
