"""Invented agents: their files, what they have done, what they ask, and what became of the files they work on.

`add` puts them into a world; the other tests see none of them.
"""

import difflib
import hashlib
import io
import json
import re
import tarfile
import zipfile

from fake_data import HOSTILE, cost

TOOLS = ("read_file", "list_files", "edit_file", "write_file", "run_command", "ask_person")
BEFORE = {
    "calc.py": "def add(a, b):\n    return a - b\n\n\ndef twice(a):\n    return add(a, a)\n",
    "notes/old.txt": "to be thrown away\n",
    "test_calc.py": "import unittest\n",
}
BIDI = "rm -rf build # \u202etxt.exe\u200b"


def version(files):
    return hashlib.sha256(json.dumps(files, sort_keys=True, default=repr).encode()).hexdigest()


def call(tool, arguments, verdict="done", text="", took=20, by=None, files=None, **data):
    """A call with what came of it; `files` are those behind it."""
    return {"tool": tool, "arguments": arguments, "verdict": verdict, "text": text, "took": took, "by": by,
            "files": files, "data": data}  # fmt: skip


class Work:
    """The run of an agent as it grows, turn by turn."""

    def __init__(self, world, name, agent, task, state, age, first=None, reason=None, **more):
        self.world, self.turn, self.at = world, 0, 10
        self.run = world.add_run(
            f"agent {name}", "agent", state, f"{agent}: {task}"[:120], age, 64_000, reason, cost=cost(0.0182, 9400)
        )
        tools = [{"name": t, **({"permission": "ask"} if t in ("edit_file", "run_command") else {})} for t in TOOLS]
        world.details[self.run]["input"] = {
            "agent": {"name": agent, "role": "a careful engineer", "goal": "All tests pass.", "tools": tools,
                      "instructions": "Run the tests, and mend the code.", "helpers": [], "model": "anthropic/claude",
                      "limits": {"turns": 30, "toolCalls": 200, "contextTokens": 100000}},
            "task": task, "model": "anthropic/claude", **more,
        }  # fmt: skip
        self.files = dict(first) if first is not None else None
        world.files[self.run] = {"first": self.files and dict(self.files), "versions": []}

    def model(self, content, state="completed", **more):
        """The next answer of the model."""
        self.turn += 1
        self.world.add_step(
            self.run, f"turn#{self.turn}/model#1", state=state, at=self.at, took=1800, parent=f"turn#{self.turn}",
            cost=cost(0.004, 2100), output={"response": {"content": content}, "spending": SPENT} if content else None,
            **more,
        )  # fmt: skip
        self.at += 1810

    def step(self, i, made, **more):
        """The step of a call, and the news of it."""
        key = f"turn#{self.turn}/calls#1/{i}/{made['tool']}#1"
        output = {"text": made["text"], "isError": made["verdict"] == "failed", "data": made["data"]}
        self.world.add_step(
            self.run, key, at=self.at, took=made["took"], parent=f"turn#{self.turn}/calls#1/{i}",
            output={"output": output}, **more,
        )  # fmt: skip
        self.at += made["took"] + 5
        if made["files"] is not None:
            self.files = made["files"]
            self.world.files[self.run]["versions"].append((key, dict(self.files)))
        arguments = made["arguments"] if isinstance(made["arguments"], str) else json.dumps(made["arguments"])
        self.world.event(self.run, "tool.called", key, tool=made["tool"], arguments=arguments[:1000],
                         is_error=output["isError"], text=made["text"][:1000])  # fmt: skip
        self.world.event(self.run, "step.completed", key, attempt=1)

    def content(self, said, calls, thought=None):
        parts = [{"reasoning": thought}] if thought else []
        parts += [{"text": said}] if said else []
        for i, c in enumerate(calls):
            arguments = c["arguments"] if isinstance(c["arguments"], str) else json.dumps(c["arguments"])
            parts.append({"toolCall": {"id": f"c{self.turn}{i}", "name": c["tool"], "arguments": arguments}})
        return parts

    def end_turn(self, content, calls, note=None):
        """What the journal keeps of the turn."""
        made = [
            {"id": f"c{self.turn}{i}", "tool": c["tool"], "verdict": c["verdict"], **({"decidedBy": c["by"]} if c["by"]
             else {}), "output": {"text": c["text"], "isError": c["verdict"] != "done", "data": c["data"]},
             **({"files": version(c["files"])} if c["files"] is not None else {})}
            for i, c in enumerate(calls)
        ]  # fmt: skip
        self.world.add_step(
            self.run, f"turn#{self.turn}", "branch", at=0, took=self.at,
            output={"content": content, "calls": made, "spending": SPENT, **({"note": note} if note else {})},
        )  # fmt: skip
        self.world.event(self.run, "step.completed", f"turn#{self.turn}", attempt=1)

    def take(self, said, *calls, thought=None, note=None):
        """A whole turn."""
        content = self.content(said, calls, thought)
        self.model(content)
        for i, c in enumerate(calls):
            if c["verdict"] in ("done", "failed") and c["tool"] != "ask_person":
                self.step(i, c)
        self.end_turn(content, calls, note)

    def ask(self, name, shown, i=0, **more):
        """An approval that a call waits for."""
        key = f"turn#{self.turn}/calls#1/{i}/{name}#1"
        self.world.add_step(self.run, key, "approval", "waiting", at=self.at, parent=f"turn#{self.turn}/calls#1/{i}")
        entry = self.world.ask(self.run, name, shown, ident=f"{key}@0", **more)
        self.world.event(self.run, "approval.requested", key, name=name, id=entry["id"])
        return entry

    def answer(self, answer, end="completed", **more):
        self.world.details[self.run]["output"] = {
            "end": end, "answer": answer, "turns": self.turn, "toolCalls": 5, "spending": SPENT,
            **({"files": version(self.files)} if self.files is not None else {}), **more,
        }  # fmt: skip
        self.world.event(self.run, "run.completed")


SPENT = {"calls": 1, "inputTokens": 1900, "outputTokens": 210}


def add(world):
    """The agents of the home, and their runs, by names."""
    world.agents = {
        "mender": {"role": "a careful engineer", "goal": "All tests pass.", "model": "anthropic/claude"},
        "scout": {"role": None, "goal": "Finds out what is new.", "model": None},
        "broken": {"problem": "agents/broken.yaml, line 3: 'tols' is no field of an agent; did you mean 'tools'?"},
    }
    runs = {"done": done(world), "asks": asks(world), "question": question(world), "live": live(world),
            "outcome": outcome(world), "hostile": hostile(world)}  # fmt: skip
    world.agent_runs = runs
    return {name: work.run for name, work in runs.items()}


def done(world):
    work = Work(world, "done", "mender", "Make the tests pass.", "completed", 12 * 60000, BEFORE)
    mended = {**BEFORE, "calc.py": BEFORE["calc.py"].replace("a - b", "a + b"), "logo.png": b"\x89PNG\0\1"}
    tidy = {k: v for k, v in mended.items() if k != "notes/old.txt"} | {"notes/new.md": "# What was wrong\n\nA sign.\n"}
    work.take("I look at what there is.", call("list_files", {}, text="calc.py\t32\ntest_calc.py\t128\n", entries=2),
              call("read_file", {"path": "calc.py"}, text="1\tdef add(a, b):\n2\t    return a - b\n"),
              thought="The name says that it adds.")  # fmt: skip
    work.take("", call("run_command", {"command": "python3 -m unittest"}, "failed", "exit code 1\nFAIL: test_add", 318,
              by="ana"), call("find_bugs", {"where": "all"}, "wrong", "you have no tool of this name"))  # fmt: skip
    work.take("The **sign** is wrong.", call("edit_file", {"path": "calc.py", "old": "a - b", "new": "a + b"},
              text="'calc.py' is changed.", by="ana", files=mended),
              call("run_command", {"command": "rm -rf /"}, "refused", "ana has refused this call: certainly not",
                   by="ana"), note="Two turns are left.")  # fmt: skip
    work.take("", call("write_file", {"path": "notes/new.md", "content": "# What was wrong\n\nA sign.\n"},
                       text="'notes/new.md' is written.", files=tidy))  # fmt: skip
    work.take("The sign in `add` was wrong; the test passes now.")
    for n, (host, allowed) in enumerate((("pypi.org", True), ("evil.example", False), ("pypi.org", True))):
        world.event(work.run, "egress.decided", "turn#2/calls#1/0/run_command#1", host=host, port=443, method="CONNECT",
                    allowed=allowed, reason="the rule allows it" if allowed else "no rule allows it",
                    **({"rule": "pypi.org", "address": "151.101.0.223"} if allowed else {}))  # fmt: skip
        if n == 0:
            world.event(work.run, "egress.ended", "turn#2/calls#1/0/run_command#1", host=host, port=443, bytes_up=2048,
                        bytes_down=1_500_000, duration_ms=840)  # fmt: skip
    work.answer("The sign in `add` was wrong; the test passes now.")
    return work


def asks(world):
    work = Work(world, "asks", "mender", "Clean the build up.", "waiting", 4 * 60000, BEFORE, "approval")
    work.take("I look first.", call("list_files", {}, text="build\ncalc.py\n"))
    work.wanted = {"agent": "mender", "tool": "run_command", "arguments": {"command": BIDI, "timeout": 30}}
    work.model(work.content("This should do.", [{"tool": "run_command", "arguments": work.wanted["arguments"]}]))
    work.ask("run_command-2-1", work.wanted, age=90_000)
    return work


def question(world):
    work = Work(world, "question", "scout", "Find a name.", "waiting", 6 * 60000, None, "approval")
    shown = {"agent": "scout", "question": "Which of <b>these</b> do you like?", "choices": ["Tutti", "Solo \u202ex"]}
    asked = {"question": shown["question"], "choices": shown["choices"]}
    work.model(work.content("", [{"tool": "ask_person", "arguments": asked}]))
    work.ask("ask_person-1-1", shown, age=60_000)
    return work


def outcome(world):
    work = Work(world, "outcome", "mender", "Send the mail.", "waiting", 7 * 60000, None, "approval")
    shown = {"agent": "mender", "tool": "send_mail", "arguments": {"to": "all@example.org"}}
    work.model(work.content("", [{"tool": "send_mail", "arguments": shown["arguments"]}]))
    work.ask("send_mail-1-1-outcome", shown, age=30_000)
    return work


def live(world):
    work = Work(world, "live", "mender", "Read everything.", "running", 2 * 60000, BEFORE)
    work.take("I begin.", call("list_files", {}, text="calc.py\n"))
    work.model(None, "running", streamed="I think that ")
    return work


def hostile(world):
    name = "<img src=x onerror=alert(1)>\u202e"
    first = {"<b>\u202e.txt": "a\n"}
    work = Work(world, "hostile", name, HOSTILE, "completed", 20 * 60000, first, context={"<i>": HOSTILE})
    files = {"<b>\u202e.txt": HOSTILE, "<script>alert(1)</script>.js": HOSTILE}
    work.take(HOSTILE, call("<script>\u202e", {"path": HOSTILE, "<b>": [HOSTILE], "old": "a", "new": HOSTILE},
              text=HOSTILE, by="<b>\u202eana", files=files, page=HOSTILE), thought=HOSTILE, note=HOSTILE)  # fmt: skip
    work.take("", call("run_command", "no JSON " + HOSTILE, "wrong", HOSTILE))
    world.event(work.run, "egress.decided", None, host="evil\u202e.example<b>", port=443, method="<i>", allowed=False,
                reason=HOSTILE, rule=HOSTILE)  # fmt: skip
    work.answer(HOSTILE + "!", "exhausted", value={"<b>": HOSTILE})
    return work


def go_on(world, entry):
    """What an agent does when its question was answered."""
    work = next((w for w in world.agent_runs.values() if w.run == entry["run"]), None)
    if not work:
        return
    is_call, answer = "tool" in entry["shown"], entry["answer"]
    shown, isdone = answer.get("edited") or entry["shown"], answer["verdict"] == "approve"
    text = "removed" if is_call and isdone else shown.get("answer") or f"ana has refused: {answer.get('reason')}"
    tool = entry["shown"].get("tool", "ask_person")
    made = call(tool, shown.get("arguments", {}), "done" if isdone else "refused", text, by="ana")
    content = work.world.steps[work.run][f"turn#{work.turn}/model#1"]["output"]["response"]["content"]
    if is_call and isdone:
        work.step(0, made)
    work.end_turn(content, [made])
    work.model(None, "running", streamed="")


# The API.


def view(name, agent):
    return {"id": name, "name": name, "description": agent.get("goal"), "model": agent.get("model"),
            "tools": [] if "problem" in agent else list(TOOLS), "problem": agent.get("problem")}  # fmt: skip


def whole(name, agent):
    return {"name": name, "role": agent["role"], "goal": agent["goal"], "model": agent["model"],
            "instructions": "Run the tests, and mend the code.",
            "tools": [{"name": t, "permission": "ask" if t == "run_command" else "always"} for t in TOOLS],
            "helpers": [], "turns_max": 30, "tool_calls_max": 200, "context_tokens_max": 100000,
            "output": None}  # fmt: skip


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def changes(a, b):
    kind = lambda p: "added" if p not in a else "removed" if p not in b else "changed"
    return [{"path": p, "kind": kind(p)} for p in sorted({*a, *b}) if a.get(p) != b.get(p)]


def diff(a, b):
    if any(isinstance(x, bytes) for x in (a, b)):
        return {"kind": "binary", "hunks": []}
    a, b = (x.split("\n")[:-1] if x else [] for x in (a, b))
    hunks = []
    for group in difflib.SequenceMatcher(None, a, b, False).get_grouped_opcodes(3):
        lines = []
        for tag, i, j, k, m in group:
            if tag == "equal":
                lines += [{"kind": "same", "text": t} for t in a[i:j]]
            else:
                lines += [{"kind": "removed", "text": t} for t in a[i:j]]
                lines += [{"kind": "added", "text": t} for t in b[k:m]]
        hunks.append({"old_start": group[0][1] + 1, "new_start": group[0][3] + 1, "lines": lines})
    return {"kind": "lines", "hunks": hunks}


def archive(files, kind):
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w") as z:
            for name, content in files.items():
                z.writestr(name, as_bytes(content))
    else:
        with tarfile.open(fileobj=out, mode="w:gz" if kind == "tar.gz" else "w") as t:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(as_bytes(content))
                t.addfile(info, io.BytesIO(as_bytes(content)))
    return out.getvalue()


def files_of(world, run, part, q, failure):
    kept = world.files.get(run)
    if kept is None:
        raise failure(404, "not_an_agent", "This run is none of an agent.")
    first, made = kept["first"], kept["versions"]
    by_version = {version(f): f for f in [first or {}, *(f for _, f in made)]}
    latest = made[-1][1] if made else first

    def at(name, usual):
        if name in q and q[name] not in by_version:
            raise failure(404, "not_found", "There is no such version.")
        return by_version[q[name]] if name in q else usual

    if part == "":
        a, b = at("from", first) or {}, at("to", latest) or {}
        return 200, {"first": first and version(first), "latest": latest and version(latest),
                     "versions": [{"key": k, "version": version(f)} for k, f in made],
                     "changes": changes(a, b)}, None  # fmt: skip
    if part == "/diff":
        a, b = at("from", first) or {}, at("to", latest) or {}
        if q["path"] not in {*a, *b}:
            raise failure(404, "not_found", "There is no such file.")
        return 200, diff(a.get(q["path"], ""), b.get(q["path"], "")), None
    chosen = at("version", latest) or {}
    if part == "/archive":
        return 200, archive(chosen, q["format"]), "application/octet-stream"
    if q["path"] not in chosen:
        raise failure(404, "not_found", "There is no such file.")
    content = chosen[q["path"]]
    return 200, as_bytes(content), "application/octet-stream" if isinstance(content, bytes) else "text/plain"


def answer(world, method, path, q, body, failure, find):
    """Status, body and media type, or None when it is about something else."""
    found = re.fullmatch(r"/runs/([^/]+)/files(|/content|/diff|/archive)", path)
    if found:
        return files_of(world, find(world, found[1]), found[2], q, failure)
    if path == "/agents":
        return 200, {"agents": [view(n, a) for n, a in world.agents.items()], "total": len(world.agents)}, None
    found = re.fullmatch(r"/agents/([^/]+)(/runs)?", path)
    if not found:
        return None
    if found[1] not in world.agents:
        raise failure(404, "unknown_agent", "There is no such agent.")
    if not found[2]:
        return 200, whole(found[1], world.agents[found[1]]), None
    world.calls.append(("agent", found[1], body))
    if not (world.agents[found[1]]["model"] or body.get("model")):
        raise failure(422, "bad_input", "The agent names no model; choose one.")
    work = Work(world, f"new {len(world.runs)}", found[1], body["task"], "running", 0, {})
    world.agent_runs[work.run] = work
    work.model(None, "running", streamed="")
    world.event(work.run, "run.started", workflow="agent")
    return 202, world.runs[work.run], None
