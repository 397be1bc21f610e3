"""Questions to people: answered once, by one of them, and kept over a crash."""

import concurrent.futures
import threading
import unittest

from server import ASKING_MORE, ServerTest, until


class Approvals(ServerTest):
    own = True

    def answer(self, question, verdict="approve", **more):
        place = f"/api/v1/runs/{question['run']}/approvals/" + question["id"].replace("#", "%23").replace("/", "%2F")
        return self.server.post(place, {"verdict": verdict, "hash": question["hash"], **more})

    def test_two_at_once(self):
        for _ in range(10):
            run, question = self.server.asks(ASKING_MORE)
            together = threading.Barrier(2)

            def answer(verdict):
                together.wait()
                return self.answer(question, verdict)

            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                answers = list(pool.map(answer, ("approve", "reject")))
            self.assertEqual(sorted(a.status for a in answers), [200, 409], answers)
            late = next(a for a in answers if a.status == 409)
            self.refused(late, 409, "approval_answered")
            told = self.server.get(f"/api/v1/runs/{run}/events").json["events"]
            self.assertEqual([e["type"] for e in told].count("approval.answered"), 1, told)

    def test_after_the_end(self):
        run, question = self.server.asks()
        self.assertEqual(self.answer(question).status, 200)
        self.server.events(run)
        problem = self.refused(self.answer(question), 409)
        self.assertEqual(problem["code"], "approval_answered")

    def test_pending_over_a_kill(self):
        run, question = self.server.asks()
        self.server.kill()
        self.server.start()
        again = self.server.get("/api/v1/approvals").json["approvals"]
        self.assertEqual(again, [question])
        # It is asked from the start; the run stands in the queue until the new server has taken it over.
        until(lambda: self.server.get(f"/api/v1/runs/{run}").json["state"] == "waiting", "the run waits again")
        answer = self.answer(question, reason="It is good.")
        self.assertEqual(answer.status, 200, answer)
        _, state = self.server.events(run)
        self.assertEqual(state, "completed")
        output = self.server.get(f"/api/v1/runs/{run}").json["output"]["go"]
        self.assertEqual((output["approved"], output["reason"]), (True, "It is good."))
        self.assertEqual(self.server.get("/api/v1/approvals").json["approvals"], [])

    def test_answered_before_the_run_is_taken_over(self):
        run, question = self.server.asks()
        self.server.kill()
        self.server.start()
        answer = self.answer(question)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.server.events(run)[1], "completed")

    def test_the_answer_is_kept_over_a_kill(self):
        run, question = self.server.asks()
        self.assertEqual(self.answer(question).status, 200)
        self.server.kill()
        self.server.start()
        _, state = self.server.events(run)
        self.assertEqual(state, "completed")
        self.refused(self.answer(question), 409)

    def test_what_is_not_what_was_seen(self):
        run, question = self.server.asks()
        self.refused(self.answer({**question, "hash": "0" * 64}), 409, "approval_changed")
        self.refused(self.answer({**question, "id": "nothing"}), 404)
        self.refused(self.answer(question, "perhaps"), 422)
        self.refused(self.answer(question, "reject", edited="x"), 422)
        self.assertEqual(self.server.get(f"/api/v1/runs/{run}").json["state"], "waiting")

    def test_edited(self):
        run, question = self.server.asks()
        self.assertEqual(self.answer(question, edited={"instead": ["this", 1, None]}).status, 200)
        self.server.events(run)
        self.assertEqual(
            self.server.get(f"/api/v1/runs/{run}").json["output"]["go"]["value"], {"instead": ["this", 1, None]}
        )

    def test_a_run_that_is_cancelled_asks_no_more(self):
        run, question = self.server.asks()
        self.assertEqual(self.server.post(f"/api/v1/runs/{run}/cancel").status, 202)
        _, state = self.server.events(run)
        self.assertEqual(state, "cancelled")
        self.assertEqual(self.server.get("/api/v1/approvals").json["approvals"], [])
        self.refused(self.answer(question), 409)


if __name__ == "__main__":
    unittest.main()
