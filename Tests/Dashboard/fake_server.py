#!/usr/bin/env python3
"""A server for tests of the page: the API over invented runs, live events, and faults that a test asks for.

    fake_server.py PORT [WEB]

Tests steer it by POST /__test/NAME; nothing of it is part of the program.
"""

import http.server
import json
import mimetypes
import os
import re
import sys
import threading
import time
import urllib.parse

import fake_access
import fake_agents
import fake_data
import fake_gateway
import fake_live
from fake_lists import LISTS, PEOPLE
from fake_data import World, digest, now, stamp

HERE = os.path.dirname(os.path.abspath(__file__))
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Stricter than what is served: a sink for scripts that takes a text is an error in tests.
POLICY += "; require-trusted-types-for 'script'; trusted-types tutti"
mimetypes.add_type("text/javascript", ".js")
ROUTES = []
# Addresses at which there is a page; what is elsewhere is answered with 404, and the page says so.
PAGES = ("/", "/runs(/[^/]+(/steps/[^/]+)?)?", "/approvals", "/roundtables/new", "/access(/[^/]+)?",
         "/(events|docs|settings|login|register|secrets|audit|account|playground|providers|spend|agents)")  # fmt: skip


class Failure(Exception):
    def __init__(self, status, code, detail, **more):
        super().__init__(detail)
        self.status, self.body = (
            status,
            {
                "type": "about:blank",
                "title": code.replace("_", " ").capitalize(),
                "status": status,
                "detail": detail,
                "code": code,
                "trace_id": "4bf92f3577b34da6",
                **more,
            },
        )


def route(method, pattern):
    def keep(function):
        ROUTES.append((method, re.compile("^" + pattern + "$"), function))
        return function

    return keep


def find(world, ident):
    hits = [r for r in world.runs if r.startswith(ident)] if len(ident) >= 8 else []
    if len(hits) != 1:
        raise Failure(404, "not_found", f"There is no run {ident}.")
    return hits[0]


def detail(world, run):
    return {
        **world.runs[run],
        **world.details[run],
        "last_event": len(world.events[run]),
        "approvals": world.open_approvals(run),
    }


def brief(step):
    return {k: v for k, v in step.items() if k not in ("output", "prompt", "model", "streamed")}


@route("GET", "/runs")
def runs(world, q, body):
    states = {s for s in q.get("state", "").split(",") if s}
    found = [
        r
        for r in world.runs.values()
        if (not states or r["state"] in states)
        and q.get("workflow", "") in ("", r["workflow"])
        and (q.get("kin") == "all" or bool(r["parent"]) == (q.get("kin") == "children"))
        and (not q.get("cost_above") or r["cost"] and float(r["cost"]["usd"]) > float(q["cost_above"]))
        and (not q.get("from") or r["created"] >= q["from"])
        and (not q.get("before") or r["created"] < q["before"])
        and (q.get("q", "").lower() in r["title"].lower() or r["id"].startswith(q.get("q", "")))
    ]
    found.sort(key=lambda r: r["created"], reverse=True)
    start, limit = int(q.get("cursor") or 0), int(q.get("limit") or 20)
    more = start + limit < len(found)
    tally = {}
    for r in world.runs.values():
        if not r["parent"]:
            tally[r["state"]] = tally.get(r["state"], 0) + 1
    return 200, {"runs": found[start : start + limit], "next": str(start + limit) if more else None, "counts": tally}


@route("POST", "/runs")
def start_run(world, q, body):
    return 202, world.runs[
        world.add_run(
            f"started {len(world.runs)}", body["workflow"], "running", body.get("title") or body["workflow"], 0, 0
        )
    ]


@route("GET", "/runs/([^/]+)")
def one(world, q, body, ident):
    return 200, detail(world, find(world, ident))


@route("GET", "/runs/([^/]+)/steps")
def steps(world, q, body, ident):
    run = find(world, ident)
    return 200, {"steps": [brief(s) for s in list(world.steps[run].values())], "last_event": len(world.events[run])}


@route("GET", "/runs/([^/]+)/steps/([^/]+)")
def step(world, q, body, ident, key):
    run = find(world, ident)
    if key not in world.steps[run]:
        raise Failure(404, "not_found", f"The run has no step {key}.")
    return 200, world.steps[run][key]


@route("GET", "/runs/([^/]+)/events")
def run_events(world, q, body, ident):
    events = world.events[find(world, ident)]
    after, limit = int(q.get("after") or 0), int(q.get("limit") or 100)
    return 200, {"events": events[after : after + limit], "last": len(events)}


@route("GET", "/runs/([^/]+)/export")
def export(world, q, body, ident):
    return 200, detail(world, find(world, ident))


@route("GET", "/runs/([^/]+)/versions")
def versions(world, q, body, ident):
    listed = world.versions.get(find(world, ident), [])
    return 200, {"versions": [{k: v for k, v in x.items() if k != "text"} for x in listed], "current": len(listed)}


@route("GET", r"/runs/([^/]+)/versions/(\d+)")
def version(world, q, body, ident, n):
    return 200, world.versions[find(world, ident)][int(n) - 1]["text"]


@route("GET", "/runs/([^/]+)/diff")
def diff(world, q, body, ident):
    import difflib

    listed = world.versions[find(world, ident)]
    a, b = (listed[int(q[k]) - 1]["text"].split("\n") for k in ("from", "to"))
    hunks = []
    for group in difflib.SequenceMatcher(None, a, b, False).get_grouped_opcodes(3):
        lines = []
        for tag, i, j, k, m in group:
            if tag == "equal":
                lines += [{"op": " ", "text": t} for t in a[i:j]]
            else:
                lines += [{"op": "-", "text": t} for t in a[i:j]] + [{"op": "+", "text": t} for t in b[k:m]]
        hunks.append({"from_line": group[0][1] + 1, "to_line": group[0][3] + 1, "lines": lines})
    return 200, {"hunks": hunks}


@route("GET", "/runs/([^/]+)/rounds")
def rounds(world, q, body, ident):
    return 200, {
        "rounds": world.rounds.get(find(world, ident), []),
        "bar": "high",
        "threshold": 0.05,
        "max_iterations": 3,
    }


@route("GET", "/runs/([^/]+)/fork-plan")
def fork_plan(world, q, body, ident):
    all_steps = list(world.steps[find(world, ident)].values())
    at = next((i for i, s in enumerate(all_steps) if s["key"] == q.get("at")), len(all_steps))
    again = [{"key": s["key"], "took_ms": s["duration_ms"], "cost": s["cost"]} for s in all_steps[at:]]
    return 200, {
        "copied": at,
        "repeated": again,
        "estimated_cost": fake_data.cost(0.021 * len(again), 5000 * len(again)),
    }


@route("POST", "/runs/([^/]+)/(cancel|retry|resume|fork|continue|finish|resolve|comments)")
def act(world, q, body, ident, verb):
    run = find(world, ident)
    allowed = world.details[run]["actions"] + (["comments"] if world.details[run]["comments_open"] else [])
    if verb not in allowed:
        raise Failure(409, "run_ended", f"The run is {world.runs[run]['state']}; it cannot {verb} now.")
    world.calls.append((verb, run, body))
    if verb in ("fork", "continue"):
        new = world.add_run(
            f"{verb} {run} {len(world.runs)}",
            world.runs[run]["workflow"],
            "running",
            world.runs[run]["title"],
            0,
            0,
            forked_from=run,
        )
        if run in world.rounds:
            world.rounds[new], world.versions[new] = world.rounds[run], world.versions[run]
        world.event(new, "run.started", workflow=world.runs[run]["workflow"])
        return 202, world.runs[new]
    if verb == "cancel":
        world.runs[run].update(state="cancelled", finished=stamp(now()), duration_ms=1000)
        world.details[run]["actions"] = ["fork"]
    elif verb in ("retry", "resume"):
        world.runs[run].update(state="running", reason=None, error=None, finished=None)
        world.details[run]["actions"] = ["cancel"]
    world.event(run, f"run.{verb}")
    return 202, world.runs[run]


@route("GET", "/approvals")
def approvals(world, q, body):
    found = world.open_approvals()
    return 200, {"approvals": found[:int(q.get("limit", 20))], "total": len(found)}


@route("POST", "/runs/([^/]+)/approvals/([^/]+)")
def answer(world, q, body, ident, name):
    entry = world.approvals.get((find(world, ident), name))
    if not entry:
        raise Failure(404, "not_found", "There is no such approval.")
    if "answer" in entry:
        raise Failure(
            409, "approval_answered", f"It was answered by {entry['answer']['by']} at {entry['answer']['at']}: approve."
        )
    if body["hash"] != entry["hash"]:
        raise Failure(409, "approval_changed", "It shows something else by now.")
    settle(world, entry, body)
    return 200, {"verdict": body["verdict"]}


def settle(world, entry, body):
    run = entry["run"]
    entry["answer"] = {"by": "ana", "at": stamp(now()), **body}
    world.calls.append(("approval", run, body))
    world.runs[run].update(state="running", reason=None, asks=[])
    key = entry["id"].split("@")[0]
    world.steps[run][key if key in world.steps[run] else entry["name"]].update(
        state="completed",
        ended=stamp(now()),
        answer={
            "verdict": body["verdict"],
            "by": "ana",
            "at": stamp(now()),
            "reason": body.get("reason"),
            "edited": "edited" in body,
        },
    )
    world.details[run]["actions"] = ["cancel"]
    world.event(run, "approval.answered", entry["name"], verdict=body["verdict"], by="ana", reason=body.get("reason"))
    fake_agents.go_on(world, entry)


@route("POST", "/roundtables")
def start_table(world, q, body):
    if not body.get("document", "").strip():
        raise Failure(
            422,
            "bad_input",
            "The document is empty.",
            errors=[{"field": "document", "rule": "required", "message": "is empty"}],
        )
    world.calls.append(("roundtable", None, body))
    run = fake_data.roundtable(world, f"new {len(world.runs)}", body.get("title") or "New roundtable", 0, 2, "stable")
    return 202, world.runs[run]


@route("POST", "/roundtables/estimate")
def estimate(world, q, body):
    readers = len(body.get("participants", [])) or (4 if body.get("preset") else 0)
    calls = (readers + 1) * body["max_iterations"] if readers else 0
    return 200, {
        "calls": calls,
        "input_tokens": calls * 4100,
        "output_tokens": calls * 1200,
        "usd": f"{calls * 0.018:.6f}" if calls else None,
        "priced": bool(calls),
        "note": "The most that it can be; a roundtable that converges early costs less." if calls else "",
    }


@route("POST", "/roundtables/participants")
def make_participants(world, q, body):
    run = world.add_run(f"panel {len(world.runs)}", "panel", "running", "Participants", 0, 0)

    def finish():
        time.sleep(0.6)
        world.details[run]["output"] = {
            "kind": "prd",
            "panel": {
                "participants": PEOPLE[: body["count"]],
                "moderator_focus": "risks",
                "goal": "A plan that can be built",
            },
        }
        world.runs[run].update(state="completed", finished=stamp(now()))
        world.event(run, "run.completed")

    threading.Thread(target=finish, daemon=True).start()
    return 202, world.runs[run]


@route("GET", "/(presets|critics|models|kinds|workflows|rules|topics)")
def lists(world, q, body, name):
    return 200, LISTS[name]


@route("GET", "/events")
def events(world, q, body):
    limit = int(q.get("limit") or 100)
    after = max(0, len(world.feed) - int(q["tail"])) if "tail" in q and not q.get("after") else int(q.get("after") or 0)
    found = world.feed[after : after + limit]
    return 200, {"events": found, "next": found[-1]["cursor"] if found else str(after)}


@route("GET", "/system")
def system(world, q, body):
    return 200, {
        "version": "0.3.0",
        "home": "~/.local/share/tutti",
        "address": "http://127.0.0.1:8001",
        "started": stamp(now() - 7_300_000),
        "now": stamp(now()),
        "mode": "local",
        "owner": "local",
        "providers": [{"name": "anthropic", "note": "a key is set"}],
        "limits": {"body_bytes": 4194304, "streams": 64},
    }


def control(world, name, body):
    """What a test asks of the server."""
    if name == "fault":
        world.faults = body
        with world.changed:
            world.changed.notify_all()
    elif name == "emit":
        world.event(body["run"], body["type"], body.get("step"), **body.get("data", {}))
    elif name == "burst":
        threading.Thread(
            target=fake_live.live_burst, args=(world, body["run"], body["rate"], body["seconds"]), daemon=True
        ).start()
    elif name == "text":
        threading.Thread(
            target=fake_live.live_text,
            args=(world, world.live, "refine#1", body.get("words", 400), body.get("pause", 0.02)),
            daemon=True,
        ).start()
    elif name == "answer":
        settle(world, world.approvals[(body["run"], body["id"])], {"verdict": "approve"})
    elif name == "change":
        entry = world.approvals[(body["run"], body["id"])]
        entry.update(shown=body["shown"], hash=digest(body["shown"]))
    elif name == "calls":
        return {"calls": world.calls, "streams": world.faults.get("streams", 0)}
    elif name == "clear":
        for table in (world.runs, world.approvals):
            table.clear()
        world.feed.clear()
    names = ("table", "live", "release", "clean", "failed", "blocked", "budget", "hostile", "big", "grouped", "huge")
    return {n: getattr(world, n) for n in names}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world, web = None, os.path.join(HERE, "..", "..", "web")
    open_streams = 0

    def log_message(self, *arguments):
        pass

    def reply(self, status, data, kind="application/json", **headers):
        data = (
            data if isinstance(data, bytes) else data.encode() if isinstance(data, str) else json.dumps(data).encode()
        )
        self.send_response(status)
        self.send_header("Content-Type", kind + ("; charset=utf-8" if "charset" not in kind else ""))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Request-Id", "req_7f3a")
        for name, values in headers.items():
            for value in values if isinstance(values, list) else [values]:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def handle_one(self, method):
        url = urllib.parse.urlparse(self.path)
        q = {k: v[-1] for k, v in urllib.parse.parse_qs(url.query, keep_blank_values=True).items()}
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size) if size else b""
        body = json.loads(raw) if raw else {}
        if url.path.startswith("/__test/"):
            return self.reply(200, control(self.world, url.path[8:], body))
        if not url.path.startswith(("/api/v1", "/v1/", "/admin/")):
            return self.file(url.path)
        faults = self.world.faults
        if faults.get("down"):
            self.close_connection = True
            return self.connection.close()
        path = url.path.removeprefix("/api/v1")
        if faults.get("slow") and path.startswith(faults.get("path", "/")):
            time.sleep(faults["slow"])
        if faults.get("fail") and path.startswith(faults.get("path", "/")) and path != "/live":
            return self.problem(Failure(500, "internal", "The store could not be read."))
        ask = fake_access.Ask(self, method, urllib.parse.unquote(path), q, body)
        try:
            with self.world.changed:
                known = fake_access.handle(self.world.access, ask)
                if not known:
                    self.world.access.admit(ask)
                self.world.changed.notify_all()
        except fake_access.Refusal as refusal:
            failure = Failure(refusal.status, refusal.code, str(refusal), errors=refusal.errors)
            return self.problem(failure, **({"Retry_After": str(refusal.wait)} if refusal.wait else {}))
        if known:
            limits = {"RateLimit_Policy": '"person";q=1200;w=60', "RateLimit": '"person";r=1190;t=41'}
            cookies = {"Set_Cookie": ask.set_cookies} if ask.set_cookies else {}
            return self.reply(known[0], b"" if known[1] is None else known[1], **cookies, **limits)
        if path == "/live":
            return self.live(q, ask)
        if fake_gateway.respond(self.world.gateway, self, method, path, q, body, Failure):
            return None
        try:
            with self.world.changed:
                known = fake_agents.answer(self.world, method, urllib.parse.unquote(path), q, body, Failure, find)
        except Failure as failure:
            return self.problem(failure)
        if known:
            return self.reply(known[0], known[1], known[2] or "application/json")
        for verb, pattern, function in ROUTES:
            found = pattern.match(path)
            if verb == method and found:
                try:
                    with self.world.changed:
                        status, data = function(self.world, q, body, *map(urllib.parse.unquote, found.groups()))
                except Failure as failure:
                    return self.problem(failure)
                return self.reply(status, data, "text/markdown" if isinstance(data, str) else "application/json")
        return self.problem(Failure(404, "not_found", f"There is no {path}."))

    def problem(self, failure, **headers):
        self.reply(failure.status, failure.body, "application/problem+json", **headers)

    def file(self, path):
        if path == "/openapi.json":
            with open(os.path.join(HERE, "openapi.json"), "rb") as f:
                return self.reply(200, f.read())
        root = os.path.realpath(self.web)
        name = (
            os.path.realpath(os.path.join(root, path[len("/a/dev/") :]))
            if path.startswith("/a/dev/")
            else os.path.join(root, "index.html")
        )
        if not name.startswith(root) or not os.path.isfile(name):
            return self.reply(404, "not found", "text/plain")
        is_page = any(re.fullmatch(page, path) for page in PAGES)
        with open(name, "rb") as f:
            self.reply(
                200 if is_page or path.startswith("/a/dev/") else 404,
                f.read(),
                mimetypes.guess_type(name)[0] or "application/octet-stream",
                Content_Security_Policy=self.policy(name),
                Cache_Control="no-store",
            )

    def policy(self, name):
        closed = self.world.faults.get("closed_worker") and name.endswith(".js")
        return "default-src 'none'" if closed else POLICY

    def live(self, q, ask):
        world = self.world
        watched = [r for r in q.get("run", "").split(",") if r]
        last = self.headers.get("Last-Event-ID") or q.get("feed")
        place = int(last) if last else len(world.feed)
        frame = len(world.frames)
        world.faults["streams"] = world.faults.get("streams", 0) + 1
        # A stream ends when something about its reader changes, as that of the program does.
        standing = world.access.standing(ask)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        send = lambda event, data, ident=None: self.wfile.write(
            (f"id: {ident}\n" if ident else "").encode() + f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()
        )
        try:
            self.wfile.write(b"retry: 1000\n\n")
            if not self.headers.get("Last-Event-ID"):
                send(
                    "snapshot",
                    {
                        "run": None,
                        "steps": None,
                        "last_event": 0,
                        "feed": str(place),
                        "counts": {"approvals": len(world.open_approvals())},
                    },
                )
            while True:
                with world.changed:
                    if (
                        place >= len(world.feed)
                        and frame >= len(world.frames)
                        and not world.faults.get("down")
                        and not world.faults.get("cut")
                    ):
                        world.changed.wait(1)
                    if world.access.standing(ask) != standing:
                        return
                    fresh, place = world.feed[place:], len(world.feed)
                    frames, frame = world.frames[frame:], len(world.frames)
                if world.faults.get("down") or world.faults.get("cut"):
                    if world.faults.get("bye"):
                        send("bye", {"reason": "shutdown", "retry_ms": 200})
                    world.faults.pop("cut", None)
                    return self.connection.close()
                if len(fresh) == 1:
                    send("run", fresh[0], fresh[0]["cursor"])
                elif fresh:
                    send("runs", fresh, fresh[-1]["cursor"])
                for f in frames:
                    if f["run"] in watched:
                        send(f["kind"], {k: v for k, v in f.items() if k != "kind"})
                if not fresh and not frames:
                    self.wfile.write(b": beat\n\n")
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            pass

    def do_GET(self):
        self.guarded("GET")

    def do_POST(self):
        self.guarded("POST")

    def do_PUT(self):
        self.guarded("PUT")

    def do_PATCH(self):
        self.guarded("PATCH")

    def do_DELETE(self):
        self.guarded("DELETE")

    def guarded(self, method):
        try:
            self.handle_one(method)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, address)


def serve(port=0, web=None):
    """A server on a port of its own, and the world behind it."""
    handler = type("Bound", (Handler,), {"world": World()})
    handler.world.access, handler.world.gateway = fake_access.Access(), fake_gateway.Gateway()
    if web:
        handler.web = web
    server = Server(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, handler.world


if __name__ == "__main__":
    running, invented = serve(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
    fake_agents.add(invented)
    print(f"http://127.0.0.1:{running.server_port}/", flush=True)
    threading.Event().wait()
