"""Invented runs for tests of the page: what they look like at rest, and how they go on when they are live."""

import hashlib
import json
import random
import threading
import time

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
HOUR = 3_600_000
HOSTILE = (
    "# <img src=x onerror=\"document.title='owned'\">\n\n<script>document.title='owned'</script>\n\n"
    "[click](javascript:document.title='owned') [data](data:text/html,<script>1</script>) "
    "[fine](https://example.org/a?b=1) ![pixel](https://evil.example/track.png)\n\n"
    "\u202egnp.exe \u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007 zero\u200bwidth\n\n"
    "| a | <b>b</b> |\n|---|---|\n| <iframe src=//evil.example> | **bold** |\n\n> quote\n\n- [ ] task `code <i>`\n"
)
DOCUMENT = """# PRD: Moments, photo sharing for the Holiday app

## Problem
Travellers take photos of the same days and cannot see each other's. Nine of ten ask for the photos of others.

## How it works
Photos are uploaded in the background as soon as there is a network. The upload should be fast.
The exact location and the time of each photo are stored with the photo.
Faces are found by a model, so that albums can be sorted by person.

## Out of scope
Printing of albums, public albums, and selling photos.
"""


def stamp(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms / 1000)) + f".{int(ms) % 1000:03d}Z"


def now():
    return int(time.time() * 1000)


def run_id(name):
    digest = hashlib.sha256(name.encode()).digest()
    return "run_" + "".join(DIGITS[b % 32] for b in digest[:26])


def cost(usd, tokens):
    return {"usd": f"{usd:.6f}", "tokens": tokens}


class World:
    """All runs, the feed of their events, and what somebody waits for."""

    def __init__(self):
        self.changed = threading.Condition(threading.RLock())
        self.runs, self.steps, self.events, self.details = {}, {}, {}, {}
        self.rounds, self.versions, self.approvals = {}, {}, {}
        # Filled by `fake_agents.add`.
        self.agents, self.agent_runs, self.files = {}, {}, {}
        self.feed, self.frames = [], []
        self.calls = []
        self.faults = {}
        self.random = random.Random(7)
        build(self)

    def event(self, run, kind, step=None, **data):
        with self.changed:
            n = len(self.events[run]) + 1
            entry = {
                "specversion": "1.0",
                "id": f"{run}/{n}",
                "type": kind,
                "source": "/tutti/" + self.runs[run]["workflow"],
                "subject": run,
                "time": stamp(now()),
                "step": step,
                "data": data,
            }
            self.events[run].append(entry)
            self.feed.append({**entry, "cursor": str(len(self.feed) + 1)})
            self.changed.notify_all()
            return entry

    def frame(self, run, kind, **data):
        with self.changed:
            self.frames.append({"run": run, "kind": kind, **data})
            self.changed.notify_all()

    def add_run(self, name, workflow, state, title, age, took, reason=None, **more):
        run, created = run_id(name), now() - age
        ended = state in ("completed", "failed", "cancelled")
        verbs = {
            "completed": ["fork"],
            "failed": ["retry", "fork"],
            "cancelled": ["fork"],
            "blocked": ["resume", "fork", "cancel"],
            "queued": ["cancel"],
            "running": ["cancel"],
            "waiting": ["cancel", "fork"],
        }[state]
        self.runs[run] = {
            "id": run,
            "workflow": workflow,
            "state": state,
            "reason": reason,
            "title": title,
            "created": stamp(created),
            "finished": stamp(created + took) if ended else None,
            "deadline": None,
            "duration_ms": took,
            "queue": None,
            "cancel_requested": False,
            "taken_up": 1,
            "executor": None,
            "error": None,
            "asks": [],
            "unattended": False,
            "parent": None,
            "root": None,
            "forked_from": None,
            "generation": 0,
            "cost": None,
            **more,
        }
        self.details[run] = {
            "input": {"title": title},
            "output": None,
            "budget": [],
            "result": None,
            "approvals": [],
            "actions": verbs,
            "comments_open": False,
        }
        self.steps[run], self.events[run] = {}, []
        return run

    def add_step(self, run, key, kind="step", state="completed", at=0, took=100, parent=None, **more):
        created = parse(self.runs[run]["created"])
        over = state not in ("running", "waiting")
        self.steps[run][key] = {
            "key": key,
            "name": key.split("/")[-1].split("#")[0],
            "kind": kind,
            "state": state,
            "attempt": 1,
            "started": stamp(created + at),
            "ended": stamp(created + at + took) if over else None,
            "duration_ms": took if over else None,
            "due": None,
            "error": None,
            "cost": None,
            "answer": None,
            "child": None,
            "parent": parent,
            "has_output": state == "completed",
            "output": None,
            "prompt": None,
            "model": None,
            "streamed": None,
            **more,
        }
        step = self.steps[run][key]
        step["has_output"] = step["output"] is not None
        return step

    def ask(self, run, name, shown, previous=None, **more):
        ident = more.pop("ident", f"{name}#1")
        entry = {
            "run": run,
            "workflow": self.runs[run]["workflow"],
            "title": self.runs[run]["title"],
            "name": name,
            "id": ident,
            "shown": shown,
            "hash": digest(shown),
            "asked": stamp(now() - more.pop("age", 5 * 60000)),
            "expires": None,
            "previous": previous,
            **more,
        }
        self.approvals[(run, ident)] = entry
        self.details[run]["actions"] = ["approve", "cancel", "fork"]
        return entry

    def open_approvals(self, run=None):
        found = [a for a in self.approvals.values() if "answer" not in a and run in (None, a["run"])]
        return sorted(found, key=lambda a: a["asked"])


def digest(value):
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def parse(text):
    import calendar

    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) * 1000 + int(text[20:23])


def finding(critic, severity, title, line, state="new"):
    return {
        "id": f"{critic}/{title[:12]}",
        "critic": critic,
        "severity": severity,
        "category": "missing-" + critic,
        "title": title,
        "detail": "",
        "suggestion": "Say it in one sentence, with a number.",
        "location": f"How it works, line {line}",
        "state": state,
    }


def counts(findings):
    return {s: sum(f["severity"] == s for f in findings) for s in ("critical", "high", "medium", "low")}


def judged(number, findings, change, over=None):
    critics = [
        {
            "critic": c,
            "role": "reader",
            "model": "anthropic/claude-sonnet",
            "counts": counts([f for f in findings if f["critic"] == c]),
            "error": None,
            "assessment": "The plan is clear about whom it is for. What happens when the network fails is left open.",
            "spending": cost(0.021, 5210),
        }
        for c in ("product", "engineering", "ai-risk")
    ]
    return {
        "round": number,
        "version": number,
        "change": change,
        "counts": counts(findings),
        "critics": critics,
        "findings": findings,
        "fixed": [finding("product", "medium", "Nothing says how success is measured", 4)] if number > 1 else [],
        "verdict": over,
        "edits": [
            {"rule": "vague-quality", "line": 7, "what": 'gave "fast" a number', "why": '"fast" cannot be tested'}
        ],
        "moderator": None,
    }


FOUND = [
    ("ai-risk", "critical", "Faces are personal data, and nothing says who may see them", 9),
    ("engineering", "high", "Nothing says what happens when the upload fails", 7),
    ("product", "high", '"fast" cannot be tested', 7),
    ("engineering", "medium", "No limit for the size of a photo", 7),
    ("product", "medium", "Nothing says for whom it is not", 3),
    ("ai-risk", "medium", "No way to turn the model off", 9),
    ("product", "low", "The title names two things", 1),
]


def roundtable(world, name, title, age, rounds, over):
    run = world.add_run(
        name, "roundtable", "completed", title, age, rounds * 42_000, cost=cost(0.071 * rounds, 17_400 * rounds)
    )
    world.rounds[run], world.versions[run] = [], []
    text, at = DOCUMENT, 0
    for n in range(1, rounds + 1):
        found = [finding(*f, state="new" if n == 1 else "repeated") for f in FOUND[2 * (n - 1) :]]
        last = n == rounds
        world.rounds[run].append(
            judged(
                n,
                found,
                None if n == 1 else 0.14 / n,
                {"outcome": over, "reason": "no open finding reaches the bar", "goal_reached": True} if last else None,
            )
        )
        world.versions[run].append(
            {
                "version": n,
                "sha256": digest(text),
                "bytes": len(text.encode()),
                "change": None if n == 1 else 0.14 / n,
                "created": stamp(now() - age),
                "text": text,
            }
        )
        text = (
            text.replace("should be fast.", "takes at most 10 s for a photo of 12 MB.")
            if n == 1
            else text + f"\n## Answer {n}\nFaces are kept for 30 days, and only their owner sees them.\n"
        )
        at = review(world, run, n, at, "completed")
        if not last:
            world.add_step(run, f"judge#{n}", at=at, took=300)
            world.add_step(run, f"refine#{n}", at=at + 310, took=11_000, cost=cost(0.012, 3100))
            at += 11_400
    world.add_step(run, "deliver#1", at=at + 200, took=40)
    world.details[run].update(
        output={"document": text},
        result={
            "outcome": over,
            "reason": "no open finding reaches the bar",
            "rounds": rounds,
            "open": world.rounds[run][-1]["counts"],
        },
        actions=["fork", "continue"],
        input={"document": DOCUMENT, "title": title},
    )
    for n in range(1, rounds + 1):
        for critic in ("product", "engineering", "ai-risk"):
            world.event(
                run,
                "critic.completed",
                f"review#{n}/{critic}/review#1",
                critic=critic,
                round=n,
                counts={"critical": 0, "high": 1, "medium": 2, "low": 0},
            )
            world.event(run, "step.completed", f"review#{n}/{critic}/review#1", attempt=1)
        world.event(
            run,
            "round.judged",
            f"judge#{n}",
            round=n,
            counts=world.rounds[run][n - 1]["counts"],
            reason="2 open findings are high or worse",
        )
    world.event(run, "run.completed", outcome=over)
    return run


def review(world, run, n, at, state):
    world.add_step(run, f"review#{n}", "settled", state=state, at=at, took=22_000)
    longest = 0
    for i, critic in enumerate(("product", "engineering", "ai-risk")):
        took = 14_000 + i * 3_300
        longest = max(longest, took)
        world.add_step(run, f"review#{n}/{critic}", "scope", state=state, at=at, took=took, parent=f"review#{n}")
        world.add_step(
            run,
            f"review#{n}/{critic}/review#1",
            state=state,
            at=at + 4,
            took=took,
            parent=f"review#{n}/{critic}",
            cost=cost(0.021, 5210),
            model={
                "name": "anthropic/claude-sonnet",
                "provider": "anthropic",
                "usage": {"input_tokens": 4100, "output_tokens": 1110},
                "finish_reason": "end",
                "time_to_first_ms": 640,
            },
            prompt=[
                {"role": "system", "content": f"You are the {critic} critic."},
                {"role": "user", "content": DOCUMENT},
            ],
            output={
                "findings": [{"severity": "high", "title": "Nothing says what happens when the upload fails"}],
                "assessment": "Clear, but open about failures.",
            },
        )
    return at + longest + 10


def build(world):
    world.table = roundtable(
        world, "moments", "PRD: Moments, photo sharing for the Holiday app", 40 * 60000, 3, "converged"
    )
    live_table(world)
    release(world)
    troubles(world)
    hostile(world)
    world.big = wide(world, "big", "Nightly evaluation, 200 steps", 200, grouped=False)
    world.grouped = wide(world, "grouped", "Evaluation by language, 320 steps", 320, grouped=True)
    world.huge = wide(world, "huge", "Import of a catalogue, 900 steps", 900, grouped=False)
    titles = [
        "Release notes 0.9",
        "Pricing page copy",
        "Threat model: gateway",
        "Onboarding mail",
        "Billing PRD",
        "Incident review 41",
        "Vector recall tuning",
    ]
    for i in range(140):
        state = ["completed", "completed", "completed", "failed", "cancelled", "completed", "queued"][i % 7]
        run = world.add_run(
            f"filler {i}",
            ["roundtable", "release-notes", "briefing"][i % 3],
            state,
            f"{titles[i % 7]}",
            2 * HOUR + i * 37 * 60000,
            4000 + i * 911,
            cost=cost(0.013 * (i % 90), 900 * (i % 90)) if i % 4 else None,
        )
        if state == "failed":
            world.runs[run]["error"] = {
                "code": "timeout",
                "message": "no answer from the model within 60 s",
                "origin": "draft#1",
                "data": None,
            }
        world.add_step(run, "draft#1", state="failed" if state == "failed" else "completed", took=4000)


def live_table(world):
    run = world.live = world.add_run(
        "gateway", "roundtable", "running", "RFC: one gateway for all models", 70_000, 0, cost=cost(0.213, 48_210)
    )
    world.rounds[run] = [judged(1, [finding(*f) for f in FOUND], None)]
    world.versions[run] = [
        {"version": 1, "sha256": "0", "bytes": len(DOCUMENT), "change": None, "created": stamp(now()), "text": DOCUMENT}
    ]
    at = review(world, run, 1, 0, "completed")
    world.add_step(run, "judge#1", at=at, took=200)
    world.add_step(
        run,
        "refine#1",
        state="running",
        at=at + 210,
        streamed="",
        prompt=[{"role": "user", "content": "Refine the document."}],
        model={
            "name": "anthropic/claude-sonnet",
            "provider": "anthropic",
            "usage": {},
            "finish_reason": None,
            "time_to_first_ms": 512,
        },
    )
    world.details[run].update(
        comments_open=True,
        actions=["finish", "cancel"],
        input={"document": DOCUMENT},
        budget=[{"unit": "usd", "cap": "2.00", "used": "0.213", "held": "0.08"}],
    )
    for n in range(1, 20):
        world.event(run, "step.completed", "judge#1", attempt=1, n=n)


def release(world):
    run = world.release = world.add_run(
        "release",
        "release-notes",
        "waiting",
        "Release notes 1.4",
        26 * HOUR,
        26 * HOUR,
        "approval",
        asks=["release"],
        cost=cost(0.094, 21_900),
    )
    world.add_step(run, "draft#1", took=9_000, output="## 1.4\n- faster uploads", cost=cost(0.03, 7000))
    child = world.add_run(
        "release child", "roundtable", "completed", "Release notes 1.4", 26 * HOUR, 60_000, parent=run, root=run
    )
    world.add_step(
        run,
        "review#1",
        "child",
        at=9_100,
        took=61_000,
        child={"id": child, "state": "completed", "cost": cost(0.064, 14_900)},
    )
    world.add_step(run, "pause#1", "sleep", at=70_200, took=14 * HOUR)
    world.add_step(run, "check#1", at=70_300 + 14 * HOUR, took=12_000, attempt=3)
    world.add_step(run, "release", "approval", "waiting", at=82_400 + 14 * HOUR)
    world.event(run, "approval.requested", "release", name="release")
    old = "# 1.4\n\nUploads are faster.\nAlbums can be sorted by day.\n\n## Fixed\n- The map forgot its zoom.\n"
    new = old.replace("faster.", "twice as fast on slow networks.").replace("by day.", "by day or by place.")
    new += "- Faces are kept for 30 days only.\n"
    world.ask(run, "release", new, old, age=11 * HOUR, estimate={"usd": "0.42"})
    other = world.clean = world.add_run(
        "clean",
        "clean-up",
        "waiting",
        "Clean up the old bucket",
        3 * HOUR,
        3 * HOUR,
        "approval",
        asks=["delete-bucket"],
    )
    world.add_step(other, "list#1", took=700, output={"objects": 1821})
    world.add_step(other, "delete-bucket", "approval", "waiting", at=900)
    world.ask(
        other,
        "delete-bucket",
        {"bucket": "photos-2019", "objects": 1821, "bytes": 90_123_444},
        {"bucket": "photos-2019", "objects": 1790, "bytes": 90_123_000},
        age=2 * HOUR,
        destructive=True,
        expires=stamp(now() + 5 * HOUR),
    )


def troubles(world):
    run = world.failed = world.add_run(
        "failed",
        "briefing",
        "failed",
        "Briefing for Monday",
        50 * 60000,
        95_000,
        cost=cost(0.31, 60_000),
        error={
            "code": "overloaded",
            "message": "the provider is overloaded (529), and 3 attempts were made",
            "origin": "summarise#1",
            "data": {"status": 529},
        },
    )
    world.add_step(run, "fetch#1", took=2_000)
    for n in (1, 2, 3):
        world.event(
            run,
            "step.retrying" if n < 3 else "step.failed",
            "summarise#1",
            attempt=n,
            error={"code": "overloaded", "message": "the provider is overloaded (529)"},
        )
    world.add_step(
        run,
        "summarise#1",
        state="failed",
        at=2_100,
        took=90_000,
        attempt=3,
        error={
            "code": "overloaded",
            "message": "the provider is overloaded (529)",
            "origin": "summarise#1",
            "data": {"status": 529},
        },
    )
    run = world.blocked = world.add_run(
        "blocked",
        "briefing",
        "blocked",
        "Briefing, older code",
        5 * HOUR,
        3000,
        "diverged",
        error={
            "code": "diverged",
            "message": "the workflow asks for 'fetch#2', the journal has 'summarise#1'",
            "origin": None,
            "data": None,
        },
    )
    world.add_step(run, "fetch#1")
    run = world.budget = world.add_run(
        "budget", "venture", "waiting", "Bakery subscription", 90 * 60000, 90 * 60000, "budget", cost=cost(1.5, 310_000)
    )
    world.details[run].update(
        actions=["resume", "cancel"], budget=[{"unit": "usd", "cap": "2.00", "used": "1.50", "held": "0.00"}]
    )
    world.add_step(run, "plan#1", took=30_000)


def hostile(world):
    run = world.hostile = world.add_run(
        "hostile", "roundtable", "completed", "<img src=x onerror=alert(1)> \u202eevil\u001b[31m", 30 * 60000, 1000
    )
    world.rounds[run] = [judged(1, [finding("product", "high", "<script>document.title='owned'</script>", 1)], None)]
    world.versions[run] = [
        {"version": 1, "sha256": "0", "bytes": len(HOSTILE), "change": None, "created": stamp(now()), "text": HOSTILE}
    ]
    world.add_step(run, "answer#1", output=HOSTILE, prompt=[{"role": "user", "content": HOSTILE}], streamed=HOSTILE)
    world.add_step(
        run, "<b>bold</b>#1", output={"<img src=x>": HOSTILE, "image": "data:image/png;base64," + "A" * 9000}
    )
    world.event(run, "step.completed", "answer#1", message=HOSTILE)


def wide(world, name, title, many, grouped):
    run = world.add_run(name, "evaluation", "running", title, 9 * 60000, 0)
    for i in range(many):
        state = "completed" if i < many - 12 else "running" if i < many - 4 else "waiting"
        kind = "signal" if state == "waiting" else "step"
        if grouped:
            scope = f"language#{i // 20 + 1}"
            if scope not in world.steps[run]:
                world.add_step(
                    run,
                    scope,
                    "all",
                    state="running" if i // 20 == many // 20 - 1 else "completed",
                    at=i * 400,
                    took=9000,
                )
            world.add_step(
                run, f"{scope}/case#{i + 1}", kind, state, at=i * 400 + i % 20, took=3000 + i % 7 * 300, parent=scope
            )
        else:
            world.add_step(run, f"case#{i + 1}", kind, state, at=i // 8 * 2000 + i % 8, took=1500 + i % 8 * 60)
    return run
