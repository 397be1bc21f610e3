"""A server of the binary under test, in a home of its own, and what tests ask it with: plain requests, and streams."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TUTTI_BINARY", "")
# Longer than anything here takes on a slow machine; whoever waits longer waits for ever.
LIMIT = 20

DOCUMENT = (ROOT / "Examples" / "photo-sharing-prd.md").read_text()
# Commands are not carried out for callers of the API; a run that takes time waits, step by step.
LONG = "name: long\nsteps:\n" + "".join(f"  - {{name: s{n}, wait: {{for: 10ms}}}}\n" for n in range(1, 161))
ASKING = "name: asking\nsteps:\n  - {name: before, wait: {for: 1ms}}\n  - {name: go, approval: {show: May it go?}}\n"
# It goes on when the answer is there, so that a second answer finds a run that is at work.
ASKING_MORE = ASKING + "  - {name: after, wait: {signal: never}}\n"
# The model of runs that are not to come to their end.
SILENT = "ollama/none"


def until(condition, what, limit=LIMIT):
    """Waits for what tells of itself in no other way."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {limit} s: {what}")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


class Event:
    """One server-sent event."""

    def __init__(self, lines):
        fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":"))
        self.id, self.name = fields.get("id"), fields.get("event", "message")
        self.data = json.loads(fields["data"])

    def __repr__(self):
        return f"{self.name} {self.id} {str(self.data)[:200]}"


class Stream:
    """Server-sent events, one after the other; it ends where the server ends it in good order."""

    def __init__(self, port, path, after=None, headers=None):
        self.path = path
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        headers = {"Accept": "text/event-stream", **(headers or {})}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        self.connection.request("GET", path, headers=headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status

    def lines(self):
        rest, end = b"", time.monotonic() + LIMIT
        # Cut off, rather than ended, it raises `IncompleteRead`.
        while piece := self.response.read1():
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
            # The server's own sign of life every few seconds keeps the socket from running out of time.
            if time.monotonic() > end:
                raise AssertionError(f"{self.path} has not told what was waited for within {LIMIT} s")

    def __iter__(self):
        lines = []
        for line in self.lines():
            if line:
                lines.append(line.decode())
                continue
            if any(part.startswith("data: ") for part in lines):
                yield Event(lines)
            lines = []

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Server:
    def __init__(self, home=None, listen="127.0.0.1:0", environment=None):
        self.environment = environment or {}
        self.folder = tempfile.mkdtemp(prefix="tutti-api-")
        self.home = home or os.path.join(self.folder, "home")
        self.log = os.path.join(self.folder, "log")
        self.process, self.port = None, 0
        self.start(listen)

    def start(self, listen=None):
        """Starts it, or starts it again at the same port."""
        listen = listen or f"127.0.0.1:{self.port}"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command("serve", "--listen", listen, "--json", "--home", self.home, **self.environment),
                stdout=subprocess.PIPE,
                stderr=log,
            )
        output, text = self.process.stdout, ""
        while not text.rstrip().endswith("}"):
            line = output.readline().decode()
            if not line:
                raise AssertionError("the server did not start: " + pathlib.Path(self.log).read_text())
            text += line
        output.close()
        self.address = json.loads(text)["address"]
        self.port = int(self.address.rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, limit=LIMIT):
        """Ends it as a service manager does; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit)

    def remove(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None, headers=None, host=True):
        """One request; a dictionary as the body is sent as JSON. `host=False` leaves the field out."""
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        try:
            connection.putrequest(method, path, skip_host=not host or "Host" in headers, skip_accept_encoding=True)
            if body is not None:
                headers.setdefault("Content-Length", str(len(body)))
            for name, value in headers.items():
                connection.putheader(name, value)
            try:
                connection.endheaders(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has answered before it had all
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def raw(self, request):
        """Bytes as they are; all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT) as link:
            try:
                link.sendall(request)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it may close before it has all
            answer = b""
            try:
                while piece := link.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass
            return answer

    def get(self, path, **headers):
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def stream(self, path, after=None, headers=None):
        return Stream(self.port, path, after, headers)

    def begin(self, definition):
        """The id of a run of a workflow file."""
        answer = self.post("/api/v1/runs", {"definition": definition})
        assert answer.status == 202, answer
        return answer.json["id"]

    def roundtable(self, **more):
        answer = self.post("/api/v1/roundtables", {"document": DOCUMENT, **more})
        assert answer.status == 202, answer
        return answer.json["id"]

    def events(self, run, after=None):
        """All events of a run to its end, and the state that it ended with."""
        with self.stream(f"/api/v1/runs/{run}/events", after) as stream:
            events = list(stream)
        assert events[-1].name == "end", events[-1]
        return events[:-1], events[-1].data["state"]

    def wait_for(self, run, kind):
        """The first event of a type in a run."""
        with self.stream(f"/api/v1/runs/{run}/events") as stream:
            for event in stream:
                if event.data.get("type") == kind:
                    return event
        raise AssertionError(f"{run} ended without {kind}")

    def asks(self, definition=ASKING):
        """A run that waits for an answer, and what it asks."""
        run = self.begin(definition)
        self.wait_for(run, "approval.requested")
        return run, next(a for a in self.get("/api/v1/approvals").json["approvals"] if a["run"] == run)


def command(*arguments, **environment):
    # A model that is named in a test is asked for at a port where nobody listens, unless it brings its own.
    environment = {"OLLAMA_HOST": "127.0.0.1:9", **environment}
    settings = [f"{name}={value}" for name, value in environment.items()]
    return [str(ROOT / "scripts" / "without-keys"), "env", *settings, BINARY, *arguments]


def tutti(*arguments):
    """A command of the binary that ends by itself."""
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=LIMIT)


class ServerTest(unittest.TestCase):
    """`self.server` is one that runs; it is the test's own when the class says `own = True`."""

    own = False

    @classmethod
    def setUpClass(cls):
        if not cls.own:
            cls.server = Server()
            cls.addClassCleanup(cls.server.remove)

    def setUp(self):
        if self.own:
            self.server = Server()
            self.addCleanup(self.server.remove)

    def refused(self, answer, status, code=None):
        """Whether it is a problem, told as all of them are."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["detail"] and problem["title"] and problem["code"], problem)
        self.assertEqual(problem["request_id"], answer.headers["X-Request-Id"])
        if code:
            self.assertEqual(problem["code"], code)
        return problem
