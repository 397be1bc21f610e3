"""Agents: their list, a task for one, what one does as it does it, what it asks, its files, what it reaches."""

import io
import os
import tarfile
import tempfile
import unittest
import zipfile

from playwright.sync_api import expect

import fake_agents
from browser import NOT_FOUND, AccountTest, PageTest, needs_fake


class AgentTest(PageTest):
    def setUp(self):
        super().setUp()
        self.agents = fake_agents.add(self.world)

    def run_of(self, name, query=""):
        self.at(f"/runs/{self.agents[name]}{query}")

    def call(self, number):
        """The row of a call, such as 3.1: the second one of turn 3, counted from 0."""
        return self.page.locator(f'[data-call="{number}"]')

    def press(self, name):
        self.page.get_by_role("button", name=name).first.click()


@needs_fake
class List(AgentTest):
    def test_agents_with_what_is_wrong(self):
        self.at("/agents")
        mender = self.page.get_by_role("article", name="mender")
        expect(mender).to_contain_text("All tests pass.")
        expect(mender).to_contain_text("anthropic/claude")
        expect(mender.locator(".tag")).to_have_count(6)
        mender.get_by_text("What it is told and may do").click()
        expect(mender).to_contain_text("asks each time")
        expect(mender).to_contain_text("Run the tests, and mend the code.")
        broken = self.page.get_by_role("article", name="broken")
        expect(broken).to_contain_text("did you mean 'tools'?")
        expect(broken.get_by_role("button")).to_have_count(0)

    def test_a_task_leads_to_its_run(self):
        self.at("/agents")
        self.page.get_by_role("article", name="mender").get_by_role("button", name="Give it a task").click()
        task = self.page.get_by_label("Task", exact=True)
        expect(task).to_be_focused()
        task.fill("Mend the tests.")
        self.page.get_by_label("Dollars at most").fill("1.5")
        self.page.get_by_text("What it should know besides").click()
        self.page.get_by_label("Context").fill("{no")
        self.press("Begin")
        self.see("is no JSON")
        self.page.get_by_label("Context").fill('{"branch": "main"}')
        task.focus()
        self.page.keyboard.press("Control+Enter")
        expect(self.page.locator(".runhead h1")).to_have_text("mender: Mend the tests.")
        body = {"task": "Mend the tests.", "context": {"branch": "main"}, "budget": {"usd": "1.50"}}
        self.assertEqual([c[1:] for c in self.calls("agent")], [["mender", body]])

    def test_an_agent_without_a_model_takes_one(self):
        self.at("/agents?agent=scout")
        self.page.get_by_label("Task", exact=True).fill("Look around.")
        self.press("Begin")
        self.assertEqual(self.calls("agent"), [])
        self.page.get_by_label("Model").fill("ollama/qwen3")
        self.press("Begin")
        expect(self.page.locator(".runhead h1")).to_have_text("scout: Look around.")
        self.assertEqual(self.calls("agent")[0][2]["model"], "ollama/qwen3")

    def test_none(self):
        self.world.agents = {}
        self.at("/agents")
        self.see("Agents work on a task by themselves")

    def test_key(self):
        self.at("/runs")
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
        self.page.keyboard.press("g")
        self.page.keyboard.press("n")
        expect(self.page.get_by_role("heading", name="Agents", level=1)).to_be_visible()


@needs_fake
class Permission(AccountTest):
    roles = ("reader",)
    refusals = (403,)

    def test_who_may_not_have_agents_work(self):
        fake_agents.add(self.world)
        self.at("/agents")
        self.see("You may not do this")
        expect(self.page.locator(".problem code").first).to_have_text("agents.execute")
        expect(self.page.locator(".rail").get_by_role("link", name="Agents")).to_be_hidden()


@needs_fake
class Work(AgentTest):
    def test_turns_with_their_calls(self):
        self.run_of("done")
        expect(self.page.locator(".turn")).to_have_count(5)
        expect(self.page.locator(".task")).to_have_text("Make the tests pass.")
        expect(self.call("1.1").locator("summary")).to_contain_text("read_file")
        expect(self.call("1.1").locator(".args")).to_have_text("calc.py")
        expect(self.call("2.0").locator("summary")).to_contain_text("failed")
        expect(self.call("2.0").locator(".by")).to_have_text("allowed by ana")
        expect(self.call("2.0").locator("summary")).to_contain_text("318 ms")
        expect(self.call("2.1").locator("summary")).to_contain_text("not understood")
        expect(self.call("3.1").locator("summary")).to_contain_text("refused")
        expect(self.call("3.1").locator(".by")).to_have_text("refused by ana")
        expect(self.page.locator(".turn .md strong")).to_have_text("sign")
        self.see("It was told: Two turns are left.")
        expect(self.page.get_by_role("region", name="Answer").locator(".md")).to_have_text(
            "The sign in add was wrong; the test passes now."
        )
        expect(self.page.locator("#turn-5 .md")).to_have_count(0)

    def test_a_row_opens_by_key_to_all_of_the_call(self):
        self.run_of("done")
        summary = self.call("1.0").locator("summary").first
        expect(self.page.locator(".turn")).to_have_count(5)
        summary.focus()
        self.page.keyboard.press("Enter")
        expect(self.call("1.0").locator("pre.raw")).to_contain_text("test_calc.py\t128")
        self.call("3.0").locator("summary").first.click()
        expect(self.call("3.0").locator(".diff del")).to_have_text("-")
        expect(self.call("3.0").locator(".diff ins")).to_have_text("+")
        self.call("3.0").get_by_role("link", name="What it has changed").click()
        expect(self.page.get_by_label("Changes of")).to_have_value("turn#3/calls#1/0/edit_file#1")
        self.page.go_back()
        self.call("2.0").locator("summary").first.click()
        self.call("2.0").get_by_role("link", name="Its step").click()
        expect(self.page.locator(".steppage h1")).to_contain_text("run_command")

    def test_live(self):
        self.run_of("live")
        expect(self.page.locator(".turn")).to_have_count(2)
        expect(self.page.locator(".turn .stream")).to_have_text("I think that ")
        expect(self.page.locator(".conn")).to_have_text("live")
        self.call("1.0").locator("summary").first.click()
        run, sent = self.agents["live"], len("I think that ")
        self.world.frame(run, "text", key="turn#2/model#1", attempt=1, offset=sent, text="it works.")
        expect(self.page.locator(".turn .stream")).to_have_text("I think that it works.")
        work = self.world.agent_runs["live"]
        made = fake_agents.call("run_command", {"command": "make"}, text="made", by="ana")
        content = work.content("I think that it works.", [made])
        self.world.steps[run]["turn#2/model#1"].update(
            state="completed", ended="x", output={"response": {"content": content}}
        )
        self.world.event(run, "step.completed", "turn#2/model#1", attempt=1)
        expect(self.call("2.0").locator("summary")).to_contain_text("queued")
        work.step(0, made)
        expect(self.call("2.0").locator("summary")).to_contain_text("done")
        self.call("2.0").locator("summary").first.click()
        expect(self.call("2.0").locator("pre.raw").last).to_have_text("made")
        work.end_turn(content, [made])
        expect(self.call("2.0").locator(".by")).to_have_text("allowed by ana")
        # What was opened stays open when more is known.
        expect(self.call("2.0").locator("pre.raw").last).to_be_visible()
        expect(self.call("1.0").locator("pre.raw").last).to_be_visible()

    def test_what_could_not_be_read_is_tried_again(self):
        self.refusals = (500,)
        broken = []
        self.page.route("**/steps/turn%231", lambda r: broken.append(r) or r.fulfill(status=500, json={}), times=1)
        self.run_of("done")
        self.press("Try again")
        expect(self.call("1.1").locator("summary")).to_contain_text("read_file")
        self.assertEqual(len(broken), 1)

    def test_many_turns(self):
        work = self.world.agent_runs["live"]
        for n in range(60):
            work.take(f"Turn after {n}.", fake_agents.call("list_files", {}, text="x"))
        self.run_of("live")
        expect(self.page.locator(".turn")).to_have_count(40)
        self.press("Show 22 turns before")
        expect(self.page.locator(".turn")).to_have_count(62)
        expect(self.page.locator(".turn h3").first).to_have_text("Turn 1")

    def test_other_runs_have_neither_work_nor_files(self):
        self.at(f"/runs/{self.world.release}?tab=files")
        expect(self.page.get_by_role("tab")).to_have_text(["Graph", "Timeline", "Journal", "Data"])


@needs_fake
class Asks(AgentTest):
    def answer(self):
        return self.calls("approval")[0][2]

    def test_exactly_what_will_run(self):
        self.run_of("asks")
        card = self.page.locator("article.cue")
        expect(card.get_by_role("heading")).to_have_text("mender wants to call run_command")
        expect(card.locator("dt")).to_have_text(["command", "timeout"])
        expect(card.locator("pre.raw").first).to_have_text("rm -rf build # ⟨U+202E⟩txt.exe⟨U+200B⟩")
        expect(self.call("2.0").locator("summary")).to_contain_text("your turn")
        self.page.keyboard.press("a")
        self.see("Approved: run_command-2-1")
        self.assertNotIn("edited", self.answer())
        self.assertEqual(len(self.answer()["hash"]), 64)
        expect(card).to_have_count(0)
        expect(self.call("2.0").locator(".by")).to_have_text("allowed by ana")
        expect(self.page.locator(".turn")).to_have_count(3)

    def test_refuse_with_a_reason(self):
        self.run_of("asks")
        expect(self.page.locator("article.cue .wish")).to_be_visible()
        self.page.keyboard.press("r")
        self.page.get_by_label("Reason").fill("Not this folder.")
        self.press("Refuse")
        self.see("Refused: run_command-2-1")
        self.assertEqual((self.answer()["verdict"], self.answer()["reason"]), ("reject", "Not this folder."))
        expect(self.call("2.0").locator(".by")).to_have_text("refused by ana")

    def test_change_its_arguments(self):
        self.run_of("asks")
        expect(self.page.locator("article.cue .wish")).to_be_visible()
        self.page.keyboard.press("e")
        text = self.page.get_by_label("What you agree to instead")
        self.assertIn("\\u202etxt.exe\\u200b", text.input_value())
        text.fill("{")
        self.press("Approve with changes")
        self.see("That is no JSON")
        text.fill('{"command": "make clean"}')
        self.press("Approve with changes")
        self.see("Approved: run_command-2-1")
        self.assertEqual(
            self.answer()["edited"], {"agent": "mender", "tool": "run_command", "arguments": {"command": "make clean"}}
        )

    def test_unchanged_escapes_say_the_same(self):
        self.run_of("asks")
        expect(self.page.locator("article.cue .wish")).to_be_visible()
        self.page.keyboard.press("e")
        self.press("Approve with changes")
        self.see("Approved: run_command-2-1")
        self.assertEqual(self.answer()["edited"]["arguments"], {"command": fake_agents.BIDI, "timeout": 30})

    def test_choose_an_answer(self):
        self.run_of("question")
        expect(self.page.locator(".question")).to_have_text("Which of <b>these</b> do you like?")
        expect(self.page.get_by_role("button", name="Answer", exact=True)).to_be_disabled()
        self.page.keyboard.press("a")
        expect(self.page.get_by_role("radio").first).to_be_focused()
        self.page.keyboard.press(" ")
        self.page.get_by_role("button", name="Answer", exact=True).click()
        self.see("Answered: ask_person-1-1")
        self.assertEqual(self.answer()["verdict"], "approve")
        self.assertEqual(self.answer()["edited"]["answer"], "Tutti")
        expect(self.call("1.0").locator(".by")).to_have_text("answered by ana")

    def test_an_answer_of_ones_own_or_none(self):
        self.at("/approvals")
        self.page.locator(".ask", has_text="ask_person").click()
        own = self.page.get_by_label("Another answer")
        own.fill("Quartet")
        self.press("No answer")
        self.page.get_by_role("button", name="Rather not").click()
        expect(own).to_have_value("Quartet")
        own.press("Control+Enter")
        self.see("Answered: ask_person-1-1")
        self.assertEqual(self.answer()["edited"]["answer"], "Quartet")

    def test_a_question_is_left_without_an_answer(self):
        self.run_of("question")
        expect(self.page.locator(".question")).to_be_visible()
        self.page.keyboard.press("r")
        self.page.get_by_label("Reason").fill("I do not know.")
        self.page.get_by_role("button", name="No answer", exact=True).click()
        self.see("Left without an answer")
        self.assertEqual((self.answer()["verdict"], self.answer()["reason"]), ("reject", "I do not know."))

    def test_did_it_happen(self):
        self.run_of("outcome")
        expect(self.page.locator("article.cue h2")).to_have_text("Did this happen: send_mail?")
        expect(self.page.locator("article.cue").get_by_role("button")).to_have_text(
            ["It happeneda", "It did not happen…r"]
        )
        self.press("It happened")
        self.see("It happened: send_mail-1-1-outcome")
        self.assertEqual(self.answer()["verdict"], "approve")

    def test_who_may_not_answer(self):
        few = {"permissions": {"runs.read": "all"}}
        self.page.route("**/auth/me", lambda r: r.fulfill(json={**r.fetch().json(), **few}))
        self.run_of("question")
        self.see("Others answer this.")
        expect(self.page.locator("article.cue").get_by_role("button")).to_have_count(0)


@needs_fake
class Files(AgentTest):
    def setUp(self):
        super().setUp()
        self.run_of("done", "?tab=files")
        expect(self.page.locator(".diff")).to_be_visible()

    def files(self):
        return self.page.locator(".changes .file").all_inner_texts()

    def test_changes_in_all(self):
        self.assertEqual([" ".join(f.split()) for f in self.files()],
                         ["± calc.py changed", "+ logo.png added", "+ notes/new.md added",
                          "− notes/old.txt removed"])  # fmt: skip
        expect(self.page.locator(".diff del")).to_have_text("-")
        expect(self.page.locator("tr.plus")).to_contain_text(["return a + b"])
        self.page.get_by_role("button", name="logo.png").click()
        self.see("This is no text, so no lines are compared.")
        self.page.get_by_role("button", name="notes/old.txt").click()
        expect(self.page.locator("tr.minus")).to_contain_text(["to be thrown away"])
        self.page.reload()
        expect(self.page.locator("tr.minus")).to_contain_text(["to be thrown away"])

    def test_call_by_call(self):
        self.page.keyboard.press("]")
        expect(self.page.locator(".changes p")).to_have_text("2 files differ")
        self.page.keyboard.press("]")
        expect(self.page.locator(".changes p")).to_have_text("2 files differ")
        expect(self.page.get_by_label("Changes of")).to_have_value("turn#4/calls#1/0/write_file#1")
        expect(self.page.locator(".filepane h2")).to_have_text("notes/new.md")
        expect(self.page.get_by_role("button", name="Next call")).to_be_disabled()
        self.page.get_by_label("Changes of").select_option("turn 3: edit_file")
        expect(self.page.locator(".filepane h2")).to_have_text("calc.py")
        self.page.keyboard.press("[")
        self.page.keyboard.press("[")
        expect(self.page.locator(".changes p")).to_have_text("4 files differ")

    def test_the_file_itself(self):
        self.page.keyboard.press("d")
        expect(self.page.locator(".filebody pre")).to_contain_text("def twice(a):")
        self.page.get_by_role("button", name="logo.png").click()
        self.see("This is no text. It can be downloaded.")
        with self.page.expect_download() as kept:
            self.page.get_by_role("link", name="Download").click()
        self.assertEqual(kept.value.suggested_filename, "logo.png")

    def test_side_by_side(self):
        self.press("side by side")
        expect(self.page.locator("table.diff.side")).to_be_visible()
        self.assertLessEqual(self.wide(), 0)

    def test_downloads(self):
        for kind in ("zip", "tar"):
            with self.page.expect_download() as kept:
                self.page.get_by_role("link", name=kind, exact=True).click()
            self.assertTrue(kept.value.suggested_filename.endswith(f".{kind}"))
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "x")
                kept.value.save_as(path)
                with open(path, "rb") as f:
                    data = io.BytesIO(f.read())
            names = zipfile.ZipFile(data).namelist() if kind == "zip" else tarfile.open(fileobj=data).getnames()
            self.assertEqual(sorted(names), ["calc.py", "logo.png", "notes/new.md", "test_calc.py"])

    def test_they_come_while_it_works(self):
        self.run_of("live", "?tab=files")
        expect(self.page.locator(".conn")).to_have_text("live")
        self.see("Nothing differs.")
        work = self.world.agent_runs["live"]
        work.model(work.content("", []))
        work.step(0, fake_agents.call("write_file", {}, files={**fake_agents.BEFORE, "fresh.txt": "new\n"}))
        expect(self.page.locator(".changes .file")).to_contain_text(["fresh.txt"])


@needs_fake
class NoFiles(AgentTest):
    def test_an_agent_without_a_folder(self):
        self.run_of("question", "?tab=files")
        self.see("Nothing is recorded of its files yet.")

    def test_a_server_that_keeps_none(self):
        self.refusals = (404,)
        del self.world.files[self.agents["done"]]
        self.run_of("done", "?tab=files")
        self.see("This run has no files.")
        self.assertEqual(self.wrong, [NOT_FOUND])


@needs_fake
class Egress(AgentTest):
    def test_decisions_and_what_went_through(self):
        self.run_of("done")
        self.page.get_by_role("tab", name="Egress").click()
        rows = self.page.locator(".egress tbody tr")
        expect(rows).to_have_count(3)
        expect(rows.nth(2)).to_contain_text("CONNECT pypi.org:443")
        expect(rows.nth(2)).to_contain_text("2.0 KiB, 1.4 MiB")
        expect(rows.nth(0)).to_contain_text("not known")
        self.press("refused 1")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("no rule allows it")

    def test_it_comes_with_the_first_decision(self):
        self.run_of("live")
        expect(self.page.locator(".conn")).to_have_text("live")
        expect(self.page.get_by_role("tab", name="Files")).to_be_visible()
        expect(self.page.get_by_role("tab", name="Egress")).to_have_count(0)
        self.world.event(self.agents["live"], "egress.decided", None, host="a.example", port=80, method="GET",
                         allowed=False, reason="no rule allows it")  # fmt: skip
        self.page.get_by_role("tab", name="Egress").click()
        expect(self.page.locator(".egress tbody tr")).to_have_count(1)
        self.world.event(self.agents["live"], "egress.decided", None, host="b.example", port=80, method="GET",
                         allowed=True, reason="the rule allows it")  # fmt: skip
        expect(self.page.locator(".egress tbody tr").first).to_contain_text("open")


@needs_fake
class Hostile(AgentTest):
    def test_every_place(self):
        for query in ("", "?tab=files", "?tab=files&view=file", "?tab=egress", "?tab=journal", "?tab=graph"):
            with self.subTest(query):
                self.run_of("hostile", query)
                expect(self.page.locator(".runhead h1")).to_be_visible()
                self.page.wait_for_timeout(700)
                for summary in self.page.locator(".work summary").all():
                    if summary.is_visible():
                        summary.click()
                self.page.wait_for_timeout(200)
                self.inert()
                self.assertLessEqual(self.wide(), 0)

    def test_what_they_ask(self):
        shown = {"agent": "<b>\u202e", "tool": "<img src=x>\u202e", "arguments": {"<b>\u200b": fake_agents.HOSTILE}}
        choices = [fake_agents.HOSTILE, {}, "\u202e"]
        asked = {"agent": "<b>\u202e", "question": fake_agents.HOSTILE, "choices": choices}
        for entry in list(self.world.approvals.values()):
            if entry["run"] in self.agents.values():
                entry["shown"] = asked if "question" in entry["shown"] else shown
        for name in ("asks", "question", "outcome"):
            self.run_of(name)
            expect(self.page.locator("article.cue .btns")).to_be_visible()
            self.inert()
            self.assertLessEqual(self.wide(), 0)

    def test_agents(self):
        self.world.agents = {"<b>\u202e": {"role": "\u202e", "goal": fake_agents.HOSTILE, "model": "<i>\u202e"},
                             "x": {"problem": fake_agents.HOSTILE}}  # fmt: skip
        self.at("/agents")
        expect(self.page.locator("article")).to_have_count(2)
        self.page.locator("summary").first.click()
        self.page.wait_for_timeout(300)
        self.inert()


@needs_fake
class Narrow(AgentTest):
    width, height, theme = 390, 780, "dark"

    def test_everything_fits(self):
        self.at("/agents?agent=mender")
        expect(self.page.get_by_label("Task", exact=True)).to_be_visible()
        self.assertLessEqual(self.wide(), 0)
        for name in self.agents:
            for query in ("", "?tab=files", "?tab=egress"):
                with self.subTest(name + query):
                    self.run_of(name, query)
                    expect(self.page.locator(".tabbody > div").first).to_be_visible()
                    self.page.wait_for_timeout(400)
                    self.assertLessEqual(self.wide(), 0)
        self.run_of("asks")
        self.press("Approve")
        self.see("Approved: run_command-2-1")


if __name__ == "__main__":
    unittest.main()
