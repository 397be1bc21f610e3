"""The page before the server that it is made for: `TUTTI_BINARY=… scripts/test-dashboard test_real_server`."""

import pathlib
import sys
import unittest

from playwright.sync_api import expect

from browser import NOT_FOUND, PageTest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "API"))

from server import ASKING_MORE, BINARY, DOCUMENT, LONG, Server  # noqa: E402

EVIL = (
    "# <script>document.title='owned'</script>\n\n"
    "<img src=x onerror=\"document.title='owned'\"> [click](javascript:document.title='owned') "
    "![pixel](https://evil.example/p.png) [ok](https://example.org/a) "
    "\u202egnp.exe zero\u200bwidth \u001b[31mred\u0007\n\n"
    "<iframe src='https://evil.example'></iframe><style>body { display: none }</style>\n"
)


@unittest.skipUnless(BINARY, "no TUTTI_BINARY is given")
class RealTest(PageTest):
    def serve(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        return self.server.address

    def live(self, page=None):
        expect((page or self.page).locator(".conn")).to_have_text("live")

    def state(self, word, page=None):
        expect((page or self.page).locator(".runline .state").first).to_contain_text(word, timeout=20000)

    def journal(self, page=None):
        """The kinds and steps of all lines of the log, in their order, by way of its own rows."""
        page = page or self.page
        return page.evaluate(
            """async () => {
              const list = document.querySelector('[role=log]'), seen = new Map();
              const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              for (let y = 0; ; y += 200) {
                list.scrollTop = y;
                list.dispatchEvent(new Event('scroll'));
                await frame();
                for (const row of list.querySelectorAll('.log'))
                  if (row.offsetParent) seen.set(row.offsetTop + new DOMMatrix(getComputedStyle(row).transform).f,
                    [row.querySelector('.ty').textContent, row.querySelector('.st').textContent].join(' '));
                if (y > list.scrollHeight) break;
              }
              return [...seen].sort((a, b) => a[0] - b[0]).map(r => r[1]);
            }"""
        )


class Roundtable(RealTest):
    def test_from_its_start_to_its_end(self):
        self.at("/roundtables/new")
        self.page.get_by_label("Document", exact=True).fill(DOCUMENT)
        self.see("free, offline")
        self.page.get_by_role("button", name="Start the roundtable").click()
        expect(self.page.locator(".runhead h1")).to_contain_text("Moments")
        self.state("done")
        run = self.page.url.split("/runs/")[1].split("?")[0]
        events, state = self.server.events(run)
        self.assertEqual(state, "completed")
        self.page.get_by_role("tab", name="Graph").click()
        expect(self.page.get_by_role("button", name="product, review, done").first).to_be_visible()
        self.assertEqual(self.page.locator(".node.running").count(), 0)
        self.page.get_by_role("tab", name="Timeline").click()
        expect(self.page.locator(".wave").first).to_be_visible()
        self.page.get_by_role("tab", name="Document").click()
        self.see("Findings of round")
        self.page.get_by_role("button", name="changes").click()
        expect(self.page.locator(".diff tr.plus").first).to_be_visible()
        self.page.get_by_role("button", name="read").click()
        self.page.get_by_label("Version", exact=True).select_option("1")
        expect(self.page.locator(".docpane .md")).to_contain_text("Author: Nadia Keller")
        self.page.get_by_role("tab", name="Journal").click()
        self.see(f"{len(events)} lines")
        told = [f"{e.data['type']} {e.data['step'] or ''}" for e in events]
        self.assertEqual(self.journal(), told)
        self.page.get_by_role("tab", name="Data").click()
        expect(self.page.locator(".t-data")).to_contain_text("outcome")

    def test_the_page_of_a_step(self):
        run = self.server.roundtable()
        self.server.events(run)
        self.at(f"/runs/{run}/steps/judge%231")
        expect(self.page.locator(".stepview .state").first).to_contain_text("done")
        self.page.reload()
        expect(self.page.locator(".stepview .state").first).to_contain_text("done")


class Approvals(RealTest):
    def other(self):
        """Another browser, so that nothing is shared but the server."""
        context = self.browser.new_context(reduced_motion="reduce")
        self.addCleanup(context.close)
        return context.new_page()

    def test_answered_in_one_window_is_gone_in_the_other(self):
        run, _ = self.server.asks()
        self.server.asks()
        other = self.other()
        for page in (self.page, other):
            self.at("/approvals", page)
            expect(page.locator(".ask")).to_have_count(2)
            self.live(page)
        self.page.get_by_role("button", name="Approve").click()
        self.see("Approved: go")
        expect(self.page.locator(".ask")).to_have_count(1)
        expect(other.locator(".ask")).to_have_count(1)
        self.assertEqual(self.server.events(run)[1], "completed")

    def answer_late(self, place, words):
        """Answers in a second window; the order arrives when the first window has answered already."""
        other, held = self.other(), []
        other.route("**/approvals/*", lambda route: held.append(route))
        for page in (self.page, other):
            self.at(place, page)
            expect(page.get_by_role("button", name="Approve")).to_be_visible()
            self.live(page)
        with other.expect_request("**/approvals/*"):
            other.get_by_role("button", name="Approve").click()
        self.page.get_by_role("button", name="Approve").click()
        self.see("Approved: go")
        # The second window has heard of it before its own order is refused.
        expect(other.locator(".rail .count")).to_be_hidden()
        held[0].continue_()
        self.see(words, other)
        other.get_by_role("button", name="Go on").click()
        expect(other.get_by_text(words)).to_have_count(0)

    def test_the_slower_one_is_told_on_the_list(self):
        self.server.asks(ASKING_MORE)
        self.answer_late("/approvals", "It was answered already.")

    def test_the_slower_one_is_told_on_the_page_of_the_run(self):
        run, _ = self.server.asks(ASKING_MORE)
        self.answer_late(f"/runs/{run}", "It was answered already.")

    def test_the_slower_one_is_told_also_when_the_run_has_ended(self):
        self.server.asks()
        self.answer_late("/approvals", "It was answered already.")

    def test_who_answers_a_run_that_was_cancelled_is_told_of_its_end(self):
        run, _ = self.server.asks()
        held = []
        self.page.route("**/approvals/*", lambda route: held.append(route))
        self.at("/approvals")
        self.live()
        with self.page.expect_request("**/approvals/*"):
            self.page.get_by_role("button", name="Approve").click()
        self.server.post(f"/api/v1/runs/{run}/cancel", {})
        expect(self.page.locator(".rail .count")).to_be_hidden()
        self.quiet = False  # the refusal is an error of the network
        held[0].continue_()
        self.see("The run has ended")

    def test_what_is_written_stays_when_the_question_is_gone(self):
        _, question = self.server.asks(ASKING_MORE)
        self.at("/approvals")
        self.live()
        self.page.get_by_role("button", name="Send back").click()
        self.page.get_by_label("Reason").fill("Say since when.")
        place = question["id"].replace("#", "%23").replace("/", "%2F")
        answer = {"verdict": "approve", "hash": question["hash"]}
        self.server.post(f"/api/v1/runs/{question['run']}/approvals/{place}", answer)
        expect(self.page.locator(".rail .count")).to_be_hidden()
        expect(self.page.get_by_label("Reason")).to_have_value("Say since when.")
        self.quiet = False  # the refusal is an error of the network
        self.page.get_by_role("button", name="Send back", exact=True).click()
        self.see("It was answered already.")

    def test_comes_by_itself(self):
        self.at("/approvals")
        self.see("Nothing waits for you.")
        self.live()
        run, _ = self.server.asks()
        expect(self.page.locator("article.cue h2")).to_have_text("go")
        self.page.keyboard.press("a")
        self.see("Approved: go")
        self.assertEqual(self.server.events(run)[1], "completed")


class Killed(RealTest):
    quiet = False  # a server that is not there is an error of the network

    def tearDown(self):
        super().tearDown()
        for line in self.wrong:
            self.assertIn("net::ERR_", line)

    def test_the_page_comes_back_by_itself(self):
        run = self.server.begin(LONG)
        self.at(f"/runs/{run}?tab=journal")
        self.live()
        self.server.wait_for(run, "wait.ended")
        expect(self.page.locator(".log").first).to_be_visible()
        self.server.kill()
        expect(self.page.locator("div.offline")).to_contain_text("cannot be reached", timeout=15000)
        expect(self.page.locator(".conn")).to_have_text("offline")
        self.assertGreater(len(self.journal()), 0, "what was loaded is gone")
        self.server.start()
        expect(self.page.locator(".conn")).to_have_text("live", timeout=40000)
        expect(self.page.locator("div.offline")).to_be_hidden()
        events, state = self.server.events(run)
        self.assertEqual(state, "completed")
        self.state("done")
        self.see(f"{len(events)} lines")
        self.assertEqual(self.journal(), [f"{e.data['type']} {e.data['step'] or ''}" for e in events])

    def test_a_question_is_still_there(self):
        self.server.asks()
        self.at("/approvals")
        self.see("May it go?")
        self.live()
        self.server.kill()
        expect(self.page.locator(".conn")).to_have_text("offline", timeout=15000)
        expect(self.page.locator("article.cue h2")).to_have_text("go")
        self.server.start()
        self.page.get_by_role("button", name="Try now").click()
        self.live()
        self.page.get_by_role("button", name="Approve").click()
        self.see("Approved: go")


class Hostile(RealTest):
    def test_documents(self):
        run = self.server.roundtable(document=EVIL + DOCUMENT, title="<b>bold</b>\u202eevil")
        self.server.events(run)
        for place in (f"/runs/{run}?tab=document", f"/runs/{run}?tab=document&view=diff", f"/runs/{run}?tab=journal",
                      f"/runs/{run}?tab=data", f"/runs/{run}?tab=graph&step=refine%231", "/runs", "/events",
                      f"/runs/{run}/steps/refine%231"):  # fmt: skip
            with self.subTest(place):
                self.at(place)
                expect(self.page.locator(".runhead h1, .stepview, h1").first).to_be_visible()
                self.live()
                self.inert()
        self.at(f"/runs/{run}?tab=document&to=1&view=read")
        document = self.page.locator(".docpane .md")
        expect(document).to_contain_text("<script>document.title='owned'</script>")
        expect(document).to_contain_text("[image: pixel]")
        self.inert()

    def test_outputs_and_questions(self):
        show = "\n".join("        " + line for line in EVIL.splitlines()).replace("\u001b", "").replace("\u0007", "")
        definition = (
            "name: hostile\nsteps:\n  - {name: word, wait: {signal: word}}\n"
            f"  - name: go\n    approval:\n      show: |\n{show}\n        ${{{{ steps.word }}}}\n"
        )
        run = self.server.begin(definition)
        self.server.post(f"/api/v1/runs/{run}/signal", {"name": "word", "value": EVIL})
        self.server.wait_for(run, "approval.requested")
        for place in ("/approvals", f"/runs/{run}", f"/runs/{run}?tab=data", f"/runs/{run}?tab=journal", "/events"):
            with self.subTest(place):
                self.at(place)
                self.live()
                if place in ("/approvals", f"/runs/{run}"):
                    expect(self.page.locator("article.cue")).to_contain_text("document.title='owned'")
                self.inert()


class Views(RealTest):
    def test_filters_survive_a_reload(self):
        failed, question = self.server.asks()
        place = question["id"].replace("#", "%23").replace("/", "%2F")
        answer = {"verdict": "reject", "hash": question["hash"]}
        self.server.post(f"/api/v1/runs/{failed}/approvals/{place}", answer)
        self.server.events(failed)
        self.server.events(self.server.roundtable())
        self.server.events(self.server.roundtable(title="Other words"))
        rows = self.page.locator("table.runs tbody tr")
        self.at("/runs")
        expect(rows).to_have_count(3)
        self.page.get_by_role("button", name="failed").click()
        expect(rows).to_have_count(1)
        self.page.reload()
        expect(rows).to_have_count(1)
        expect(self.page.get_by_role("button", name="failed")).to_have_attribute("aria-pressed", "true")
        self.page.get_by_role("button", name="failed").click()
        self.page.get_by_label("Search runs").fill("other words")
        expect(rows).to_have_count(1)
        self.page.reload()
        expect(rows).to_have_count(1)
        expect(self.page.get_by_label("Search runs")).to_have_value("other words")

    def test_runs_come_by_themselves(self):
        self.at("/runs")
        self.live()
        run = self.server.roundtable()
        self.see("Moments")
        row = self.page.locator("table.runs tbody tr").first
        expect(row.locator(".state")).to_contain_text("done")
        row.get_by_role("link").first.click()
        expect(self.page).to_have_url(f"{self.base}/runs/{run}")

    def test_an_address_that_is_not_there(self):
        self.expected = (NOT_FOUND,)
        self.at("/nowhere")
        self.see("There is no such page.")
        self.page.get_by_role("link", name="Go to the runs").click()
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()

    def test_a_run_that_is_not_there(self):
        self.expected = (NOT_FOUND,)
        self.at("/runs/run_00000000000000000000000000")
        self.see("run_00000000000000000000000000")
        expect(self.page.get_by_role("alert").first).to_be_visible()

    def test_events_are_live(self):
        self.at("/events")
        self.see("Nothing has happened yet.")
        self.live()
        first = self.server.roundtable()
        count = len(self.server.events(first)[0])
        self.see(f"{count} of {count} held")
        self.page.get_by_label("Types of events").fill("run.*")
        self.see(f"2 of {count} held")
        self.page.reload()
        self.see(f"2 of {count} held")
        self.live()
        second = self.server.roundtable()
        both = count + len(self.server.events(second)[0])
        self.see(f"4 of {both} held")

    def test_first_run(self):
        self.at("/runs")
        self.page.get_by_role("button", name="Run a demo, offline").click()
        expect(self.page.locator(".runhead h1")).to_be_visible()
        self.state("done")

    def test_the_api_is_described(self):
        self.at("/docs")
        self.see("Lists runs, the newest first.")
        self.page.get_by_label("Find an operation").fill("startRoundtable")
        expect(self.page.locator(".operation")).to_have_count(1)

    def test_the_server_ends_while_pages_look(self):
        self.quiet = False
        self.at("/runs")
        self.live()
        self.assertEqual(self.server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
