"""Choosing a model or a role by score, without asking anybody."""

import pathlib
import tempfile
import unittest

from server import Server, ServerTest, until

TASK = {"task_id": "t1", "task_type": "review", "task_name": "Review the database code"}
EXPERTS = [
    {"role": "Reader", "skills": ["review", "database", "code"]},
    {"role": "Cook", "description": "makes soup", "skills": ["soup"]},
]
PARTS = ["similarity", "load", "success", "cost", "latency"]
ROUTES = """
deployments:
  coder: {model: ollama/coder, skills: [database, code, review]}
  poet: {model: ollama/poet, skills: [verse]}
routes:
  best: {strategy: scored, deployments: [poet, coder]}
"""


class Choosing(ServerTest):
    def test_a_role_of_the_request(self):
        answer = self.server.post("/api/v1/route", {**TASK, "experts": EXPERTS, "trace_id": "x"})
        self.assertEqual(answer.status, 200, answer)
        told = answer.json
        self.assertEqual((told["selected_expert"], told["task_id"], told["trace_id"]), ("Reader", "t1", "x"))
        self.assertEqual(told["routing_type"], "scored")
        self.assertLess(told["routing_ms"], 100)
        weights = told["explanation"]["weights"]
        self.assertEqual({score["role"] for score in told["all_scores"]}, {"Reader", "Cook"})
        for score in told["all_scores"]:
            self.assertAlmostEqual(sum(weights[part] * score[part] for part in PARTS), score["composite"])

    def test_older_addresses_know_a_team(self):
        for path in ("/route", "/route/batch"):
            task = {**TASK, "task_type": "architecture"}
            answer = self.server.post(path, task if path == "/route" else {"requests": [task]})
            self.assertEqual(answer.status, 200, answer)
            told = answer.json if path == "/route" else answer.json["results"][0]
            self.assertEqual((told["selected_expert"], told["routing_type"]), ("CTO", "direct"))

    def test_what_does_not_fit_is_named(self):
        for change, field in (
            ({"task_id": None}, "/task_id"),
            ({"priority": "urgent"}, "/priority"),
            ({"experts": []}, "/experts"),
            ({"experts": [{"skills": []}]}, "/experts/0/role"),
            ({"stats": {"a": {"p95_ms": -1}}}, "/stats/a/p95_ms"),
        ):
            with self.subTest(field):
                alone = self.server.post("/api/v1/route", {**TASK, **change})
                self.refused(alone, 422, "bad_input")
                self.assertEqual(alone.json["errors"][0]["field"], field)
                asked = [{**TASK, "pool": "team"}, {**TASK, **change}]
                batch = self.server.post("/api/v1/route/batch", {"requests": asked})
                self.refused(batch, 422, "bad_input")
                self.assertEqual(batch.json["errors"][0]["field"], "/requests/1" + field)
        many = self.server.post("/api/v1/route/batch", {"requests": [TASK] * 101})
        self.refused(many, 422, "bad_input")
        self.assertEqual(many.json["errors"][0]["field"], "/requests")


class Deployments(unittest.TestCase):
    @staticmethod
    def figures(told):
        return next(one for one in told["explanation"]["figures"] if one["role"] == "coder")

    def test_they_are_chosen_by_skill_and_by_what_their_calls_have_told(self):
        home = tempfile.TemporaryDirectory(prefix="tutti-routing-")
        self.addCleanup(home.cleanup)
        routes = pathlib.Path(home.name, "routes.yaml")
        routes.write_text(ROUTES)
        pathlib.Path(home.name, "tutti.yaml").write_text(f"models: {{routes: {routes}}}\nlog: {{level: info}}\n")
        server = Server(home=home.name)
        self.addCleanup(server.remove)
        told = server.post("/api/v1/route", TASK).json
        self.assertEqual((told["selected_expert"], told["selected_model"]), ("coder", "ollama/coder"))
        self.assertEqual(self.figures(told)["source"], "assumed")
        # Nobody listens there, so its circuit opens.
        for _ in range(6):
            body = {"model": "best", "messages": [{"role": "user", "content": "Review the database code"}]}
            server.post("/v1/chat/completions", body, Authorization="Bearer any")
        told = server.post("/api/v1/route", {**TASK, "priority": "critical"}).json
        self.assertEqual((self.figures(told)["source"], self.figures(told)["success"]), ("measured", 0))
        log = pathlib.Path(server.log)
        until(lambda: "a call is routed by score" in log.read_text(), "the decision in the log")
