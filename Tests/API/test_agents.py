"""Agents that act: a real program with a real sandbox and an invented model, on the command line, over the API, and
killed in the middle of changing files."""

import http.server
import io
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest
import zipfile

from server import LIMIT, Server, command, until


class ActingModel:
    """A server of the chat completions dialect that answers by how far a conversation has come."""

    def __init__(self, turns):
        """`turns` are lists of calls `(tool, arguments)`, or texts; the last one is said again."""
        self.turns, self.asked, self.on_turn = turns, 0, None
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                turn = sum(message["role"] == "assistant" for message in body["messages"])
                owner.asked += 1
                if owner.on_turn:
                    owner.on_turn(turn)
                self.answer(owner.turns[min(turn, len(owner.turns) - 1)], turn, body.get("stream"))

            def answer(self, said, turn, is_stream):
                message = {"role": "assistant", "content": said if isinstance(said, str) else ""}
                if not isinstance(said, str):
                    message["tool_calls"] = [
                        {
                            "id": f"call_{turn}_{index}", "type": "function", "index": index,
                            "function": {"name": tool, "arguments": json.dumps(arguments)},
                        }
                        for index, (tool, arguments) in enumerate(said)
                    ]
                finish = "stop" if isinstance(said, str) else "tool_calls"
                usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
                if is_stream:
                    chunk = {"id": "x", "object": "chat.completion.chunk", "model": "m"}
                    pieces = [
                        {**chunk, "choices": [{"index": 0, "delta": message, "finish_reason": None}]},
                        {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}], "usage": usage},
                    ]
                    text = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces) + "data: [DONE]\n\n"
                    kind = "text/event-stream"
                else:
                    choices = [{"index": 0, "message": message, "finish_reason": finish}]
                    text = json.dumps({"id": "x", "object": "chat.completion", "choices": choices, "usage": usage})
                    kind = "application/json"
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                try:
                    self.wfile.write(text.encode())
                except (BrokenPipeError, ConnectionResetError):
                    pass  # whoever asked was killed

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # a connection that ends with who is killed
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def environment(self):
        return {"TUTTI_PROVIDERS_LAB_URL": f"http://127.0.0.1:{self.server.server_port}/v1"}

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def has_sandbox():
    answer = subprocess.run(command("doctor", "--json"), capture_output=True, text=True, timeout=LIMIT)
    checks = json.loads(answer.stdout)["checks"]
    return any(check["name"] == "sandbox" and check["state"] == "ok" for check in checks)


AGENT = """name: mender
goal: All tests pass.
instructions: Mend the code.
model: lab/m
tools: [read_file, write_file, edit_file, list_files, run_command{more}]
"""
MENDING = [
    [("list_files", {}), ("read_file", {"path": "calc.py"})],
    [("run_command", {"command": "python3 -B -m unittest -q"})],
    [("edit_file", {"path": "calc.py", "old": "a - b", "new": "a + b"})],
    [("run_command", {"command": "python3 -B -m unittest -q"})],
    "The test passes now.",
]
CODE = "def add(a, b):\n    return a - b\n"
TEST = "import unittest\nfrom calc import add\n\n\nclass T(unittest.TestCase):\n    def test(self):\n" \
    "        self.assertEqual(add(2, 3), 5)\n"


@unittest.skipUnless(has_sandbox(), "this machine lets no sandbox be made")
class AgentTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tutti-agents-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.home = os.path.join(self.folder, "home")
        self.project = os.path.join(self.folder, "project")
        os.makedirs(os.path.join(self.home, "agents"))
        os.makedirs(self.project)
        self.write_agent()
        self.put("calc.py", CODE)
        self.put("test_calc.py", TEST)

    def write_agent(self, more=""):
        pathlib.Path(self.home, "agents", "mender.yaml").write_text(AGENT.format(more=more))

    def put(self, name, text):
        pathlib.Path(self.project, name).write_text(text)

    def text(self, name):
        return pathlib.Path(self.project, name).read_text()

    def model(self, turns):
        model = ActingModel(turns)
        self.addCleanup(model.close)
        return model

    def start(self, model, *words, **settings):
        return subprocess.Popen(
            command(*words, "--home", self.home, **(model.environment if model else {}), **settings), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)

    def tutti(self, model, *words, **settings):
        process = self.start(model, *words, **settings)
        output, errors = process.communicate(timeout=3 * LIMIT)
        process.args = (output, errors)
        return process.returncode, output, errors

    def newest(self, model):
        _, output, _ = self.tutti(model, "runs", "ls", "--json")
        return json.loads(output)[0]["id"]


class CommandLine(AgentTest):
    def test_a_folder_is_mended(self):
        model = self.model(MENDING)
        code, output, errors = self.tutti(
            model, "run", "mender", "Make the tests pass.", "--folder", self.project, "--apply", "--json")
        self.assertEqual(code, 0, errors)
        told = json.loads(output)
        self.assertEqual((told["end"], told["answer"], told["applied"]), ("completed", MENDING[-1], True))
        self.assertEqual(told["changes"], [{"path": "calc.py", "kind": "changed"}])
        self.assertEqual(self.text("calc.py"), CODE.replace("-", "+"))
        code, output, errors = self.tutti(model, "runs", "files", told["run"], "calc.py")
        self.assertEqual((code, output), (0, CODE.replace("-", "+")), errors)
        out = os.path.join(self.folder, "out")
        self.assertEqual(self.tutti(model, "runs", "files", told["run"], "--into", out)[0], 0)
        self.assertEqual(sorted(os.listdir(out)), ["calc.py", "test_calc.py"])

    def test_without_apply_the_folder_stays(self):
        model = self.model(MENDING)
        code, output, errors = self.tutti(model, "run", "mender", "Mend it.", "--folder", self.project)
        self.assertEqual(code, 0, errors)
        self.assertIn("changed calc.py", output)
        self.assertEqual(self.text("calc.py"), CODE)

    def test_what_was_changed_meanwhile_is_not_overwritten(self):
        model = self.model(MENDING)
        model.on_turn = lambda turn: turn == 3 and self.put("calc.py", "mine\n")
        code, _, errors = self.tutti(model, "run", "mender", "Mend it.", "--folder", self.project, "--apply")
        self.assertNotEqual(code, 0)
        self.assertIn("calc.py", errors)
        self.assertEqual(self.text("calc.py"), "mine\n")

    def test_what_is_wrong_is_said_before_anything_begins(self):
        model = self.model(MENDING)
        for words, told in [
            (["run", "mender"], "needs a task"), (["run", "mendre", "x"], "there is no agent 'mendre'"),
            (["run", "mender", "x", "--apply"], "--folder"), (["run", "mender", "x", "--folder", "none"], "none"),
        ]:
            code, _, errors = self.tutti(model, *words)
            self.assertEqual((code, told in errors), (2, True), errors)
        self.write_agent(", shell")
        code, _, errors = self.tutti(model, "run", "mender", "x")
        self.assertEqual((code, "'shell'" in errors), (2, True), errors)
        code, output, _ = self.tutti(model, "agents", "check")
        self.assertEqual((code, "shell" in output), (1, True), output)
        self.assertEqual(model.asked, 0)

    def test_a_question_parks_the_run_until_somebody_answers(self):
        self.write_agent(", ask_person")
        model = self.model([[("ask_person", {"question": "Which sign?"})], "done"])
        code, _, errors = self.tutti(model, "run", "mender", "Ask.", "--no-wait")
        self.assertEqual(code, 4, errors)
        self.assertIn("Which sign?", errors)
        code, output, errors = self.tutti(
            model, "runs", "approve", self.newest(model), "--reason", "plus", "--resume")
        self.assertEqual(code, 0, errors)

    def test_a_tool_that_is_to_be_asked_about_shows_what_will_run(self):
        model = self.model([[("run_command", {"command": "echo secret-plan > f"})], "done"])
        code, _, errors = self.tutti(
            model, "run", "mender", "Run.", "--no-wait", TUTTI_TOOLS_RUN_COMMAND_PERMISSION="ask")
        self.assertEqual(code, 4, errors)
        self.assertIn("echo secret-plan > f", errors)

    def test_without_a_sandbox_it_is_said_each_time(self):
        model = self.model([[("run_command", {"command": "pwd"})], [("run_command", {"command": "pwd"})], "done"])
        code, _, errors = self.tutti(model, "run", "mender", "Run.", "--unsafe-no-sandbox")
        self.assertEqual(code, 0, errors)
        self.assertEqual(errors.count("WITHOUT A SANDBOX"), 2, errors)


class Killed(AgentTest):
    """`kill -9` while an agent adds a line to a file with each call."""

    LINES = 5

    def test_no_line_is_lost_or_there_twice(self):
        turns = [[("run_command", {"command": f"echo {n} >> log; sleep 0.3; echo {n} >> log"})]
                 for n in range(self.LINES)]
        expected = "".join(f"{n}\n{n}\n" for n in range(self.LINES))
        for turn in range(self.LINES):
            for moment in ("asking", "writing"):
                with self.subTest(turn=turn, moment=moment):
                    self.kill(turns + ["done"], turn, moment, expected)

    def kill(self, turns, turn, moment, expected):
        """Kills it while the model is asked for a turn, or when that turn's program has written its first line."""
        model = self.model(turns)
        reached, goes_on = threading.Event(), threading.Event()

        def on_turn(asked):
            if asked == turn:
                reached.set()
            # Nothing of a later turn begins before the death.
            if asked > turn or asked == turn and moment == "asking":
                goes_on.wait(3 * LIMIT)

        model.on_turn = on_turn
        process = self.start(model, "run", "mender", "Count.")
        self.assertTrue(reached.wait(3 * LIMIT))
        if moment == "writing":
            until(lambda: self.lines_so_far() > 2 * turn, "the first line", 3 * LIMIT)
        process.kill()
        process.communicate()
        model.on_turn = None
        goes_on.set()
        run = self.newest(model)
        code, _, errors = self.tutti(model, "runs", "resume", run)
        self.assertEqual(code, 0, errors)
        _, output, errors = self.tutti(model, "runs", "files", run, "log")
        self.assertEqual(output, expected, errors)

    def lines_so_far(self):
        """Of the run at work, whose folder is in the home, or beside it where the administrator runs the tests."""
        run = self.newest(None)
        places = [pathlib.Path(self.home, "workspaces"), *pathlib.Path("/var/lib/tutti").glob("*")]
        for place in places:
            log = place / "files" / run / "log"
            try:
                return len(log.read_text().splitlines())
            except OSError:
                continue
        return 0


class OverTheAPI(AgentTest):
    def setUp(self):
        super().setUp()
        self.write_agent()
        self.acting = self.model([[("write_file", {"path": "a/b.txt", "content": "one\n"})], "written"])
        self.server = Server(self.home, environment=self.acting.environment)
        self.addCleanup(self.server.remove)

    def test_it_is_executed_and_its_files_are_had(self):
        answer = self.server.ask("POST", "/agents/mender/api/v1/execute", {"task_description": "Write.", "context": {}})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["result"], "written")
        run = answer.json["run_id"]
        files = self.server.get(f"/api/v1/runs/{run}/files").json
        self.assertEqual(files["changes"], [{"path": "a/b.txt", "kind": "added"}])
        self.assertEqual(len(files["versions"]), 1)
        self.assertEqual(self.server.get(f"/api/v1/runs/{run}/files/content?path=a/b.txt").body, b"one\n")
        diff = self.server.get(f"/api/v1/runs/{run}/files/diff?path=a/b.txt").json
        self.assertEqual(diff["hunks"][0]["lines"], [{"kind": "added", "text": "one"}])
        archive = self.server.get(f"/api/v1/runs/{run}/files/archive?format=zip")
        self.assertEqual(zipfile.ZipFile(io.BytesIO(archive.body)).read("a/b.txt"), b"one\n")
        for path, status in [
            ("/files/content?path=../x", 400), ("/files/content?path=none", 404), ("/files/content", 400),
            ("/files/archive?format=rar", 400), (f"/files/content?path=a/b.txt&version={'0' * 64}", 404),
        ]:
            refused = self.server.get(f"/api/v1/runs/{run}{path}")
            self.assertEqual(refused.status, status, f"{path}: {refused}")

    def test_readiness_tells_of_the_sandbox(self):
        def told():
            checks = self.server.get("/ready").json["checks"]
            return next((check for check in checks if check["name"] == "sandbox" and check["status"] == "ok"), None)

        self.assertIn("memory", until(told, "the sandbox")["detail"])
