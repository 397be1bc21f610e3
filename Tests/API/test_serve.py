"""The command itself: where it listens, one server a home, the check, and a disk that is full."""

import json
import os
import subprocess
import unittest

from server import ASKING, DOCUMENT, Server, ServerTest, tutti, until


class Command(ServerTest):
    def test_one_server_a_home(self):
        other = tutti("serve", "--listen", "127.0.0.1:0", "--home", self.server.home)
        self.assertEqual(other.returncode, 1, other)
        self.assertIn(self.server.address, other.stderr)
        self.assertEqual(self.server.get("/health").status, 200)

    def test_a_port_that_is_taken(self):
        home = os.path.join(self.server.folder, "another")
        other = tutti("serve", "--listen", f"127.0.0.1:{self.server.port}", "--home", home)
        self.assertEqual(other.returncode, 1, other)
        self.assertIn(str(self.server.port), other.stderr)

    def test_addresses_of_others(self):
        home = os.path.join(self.server.folder, "open")
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.org:0"):
            with self.subTest(address):
                refused = tutti("serve", "--listen", address, "--home", home)
                self.assertEqual(refused.returncode, 2, refused)
                self.assertIn("speaks no TLS", refused.stderr)
        for address in ("127.0.0.1:70000", "127.0.0.1:x", ":", ""):
            with self.subTest(address):
                refused = tutti("serve", "--listen", address, "--home", home)
                self.assertEqual(refused.returncode, 2, refused)
        self.assertFalse(os.path.exists(home), "a command line that cannot be used has made a home")

    def test_the_check(self):
        home = os.path.join(self.server.folder, "checked")
        good = tutti("serve", "--check", "--listen", "127.0.0.1:0", "--home", home)
        self.assertEqual(good.returncode, 0, good)
        missing = tutti("serve", "--check", "--config", os.path.join(home, "none.yaml"), "--home", home)
        self.assertEqual(missing.returncode, 2, missing)
        self.assertIn("none.yaml", missing.stderr)
        broken = os.path.join(self.server.folder, "broken.yaml")
        with open(broken, "w") as file:
            file.write("server: {listn: x}\n")
        refused = tutti("serve", "--check", "--config", broken, "--home", home)
        self.assertEqual(refused.returncode, 2, refused)
        self.assertIn("listn", refused.stderr)
        taken = tutti("serve", "--check", "--listen", f"127.0.0.1:{self.server.port}", "--home", home)
        self.assertNotEqual(taken.returncode, 0, taken)

    def test_other_commands_work_beside_it(self):
        run, question = self.server.asks()
        shown = tutti("runs", "show", run, "--json", "--home", self.server.home)
        self.assertEqual(json.loads(shown.stdout)["asks"], ["go"], shown)
        answered = tutti("runs", "approve", run, "go", "--home", self.server.home)
        self.assertEqual(answered.returncode, 0, answered)
        _, state = self.server.events(run)
        self.assertEqual(state, "completed")

    def test_a_signal_twice(self):
        other = Server()
        self.addCleanup(other.remove)
        self.assertEqual(other.stop(), 0)
        other.start()
        self.assertEqual(other.stop(), 0)


class Full(unittest.TestCase):
    """A home on a disk that fills while the server works."""

    def setUp(self):
        # Much beneath the sizes that readiness asks for, there is nothing to fill; much above, it takes long.
        self.server = None
        self.home = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"tutti-full-{os.getpid()}")
        os.makedirs(self.home)
        self.addCleanup(os.rmdir, self.home)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=160m", "none", self.home], capture_output=True, text=True
        )
        if mounted.returncode != 0:
            self.skipTest("mounting a small file system is not allowed here")
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.home], check=True)
        self.server = Server(home=os.path.join(self.home, "home"))
        self.addCleanup(self.server.remove)
        self.ballast = os.path.join(self.home, "ballast")

    def fill(self):
        with open(self.ballast, "wb", buffering=0) as file:
            for piece in (b"\0" * (1 << 20), b"\0" * 4096):
                try:
                    while True:
                        file.write(piece)
                except OSError:
                    pass

    def ready(self, status):
        return until(lambda: (a := self.server.get("/ready")).status == status and a, f"/ready says {status}")

    def test_it_fills_and_is_made_room(self):
        run, question = self.server.asks()
        done = self.server.roundtable()
        self.server.events(done)
        self.assertEqual(self.ready(200).json["status"], "degraded")
        self.fill()
        checks = {check["name"]: check["status"] for check in self.ready(503).json["checks"]}
        self.assertEqual(checks["disk"], "down")
        order = {"document": DOCUMENT + "\n" + "More words of it. " * 40_000}
        refused = self.server.post("/api/v1/roundtables", order, Idempotency_Key="full")
        self.assertIn(refused.status, (503, 507), refused)
        self.assertEqual(refused.headers["Content-Type"], "application/problem+json")
        self.assertTrue(refused.json["code"].startswith(("store_", "audit_")), refused)
        reads = "/health", "/api/v1/runs", f"/api/v1/runs/{done}", f"/api/v1/runs/{run}/steps", "/api/v1/approvals"
        for path in reads:
            with self.subTest(path):
                self.assertEqual(self.server.get(path).status, 200)
        events, _ = self.server.events(done)
        self.assertEqual(events[-1].data["type"], "run.completed")
        os.remove(self.ballast)
        self.ready(200)
        again = self.server.post("/api/v1/roundtables", order, Idempotency_Key="full")
        self.assertEqual(again.status, 202, again)
        _, state = self.server.events(again.json["id"])
        self.assertEqual(state, "completed")
        place = question["id"].replace("#", "%23").replace("/", "%2F")
        body = {"verdict": "approve", "hash": question["hash"]}
        self.assertEqual(self.server.post(f"/api/v1/runs/{run}/approvals/{place}", body).status, 200)
        self.server.wait_for(self.server.begin(ASKING), "approval.requested")
        self.assertEqual(self.server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
