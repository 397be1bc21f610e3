"""The description of the API, and whether the server keeps to it."""

import os
import pathlib
import subprocess
import sys
import unittest

from server import ASKING, Server

PROGRAMS = pathlib.Path(sys.executable).parent
# Not among them: `positive_data_acceptance` (a key that is used again, or a run that does not stand so, is refused
# whatever the data), `unsupported_method` (methods of aliases are not in the description), and those of logins, which
# there are none.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance,negative_data_rejection"
)
# Parameters that are too long together make the target too long before any of them is read: 414.
CONFIGURATION = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 414, 415, 422, 428, 429, "5xx"]
"""
# Streams do not end.
ENDLESS = "/live$|/frames$|^/ws/"


class Description(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.file = os.path.join(self.server.folder, "openapi.json")
        with open(self.file, "wb") as file:
            file.write(self.server.get("/openapi.json").body)

    def program(self, name, *arguments):
        done = subprocess.run(
            [str(PROGRAMS / name), *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.server.folder,
            env={**os.environ, "NO_COLOR": "1"},
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_it_is_valid(self):
        self.program("openapi-spec-validator", self.file)

    def test_the_server_keeps_to_it(self):
        # Something has to be there that lists can show.
        self.server.events(self.server.roundtable())
        self.server.wait_for(self.server.begin(ASKING), "approval.requested")
        pathlib.Path(self.server.folder, "schemathesis.toml").write_text(CONFIGURATION)
        self.program(
            "schemathesis", "run", self.server.address + "/openapi.json", "--phases", "examples,coverage,fuzzing",
            "--max-examples", "10", "--seed", "1", "--generation-database", "none",
            "--checks", CHECKS, "--exclude-path-regex", ENDLESS, "--request-timeout", "10", "--warnings", "off",
            "--suppress-health-check", "all",
        )  # fmt: skip
        self.assertEqual(self.server.get("/health").status, 200)


if __name__ == "__main__":
    unittest.main()
