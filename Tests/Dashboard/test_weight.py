"""What a reader's browser has to load for a view: page, styles and modules, each compressed as it is served."""

import gzip
import os
import unittest
import urllib.parse

from playwright.sync_api import expect

import fake_agents
from browser import AccountTest, needs_fake
from test_budgets import WEB, sources

LIMIT = 60_000


def compressed(names):
    total = 0
    for name in set(names):
        with open(name, "rb") as f:
            total += len(gzip.compress(f.read(), 9))
    return total


@needs_fake
class Weight(AccountTest):
    def test_each_view(self):
        world = self.world
        agents = fake_agents.add(world)
        views = [
            "/runs",
            "/approvals",
            "/roundtables/new",
            "/events",
            "/docs",
            "/settings",
            "/login",
            "/register",
            "/account",
            *(
                f"/access/{part}"
                for part in ("people", "invitations", "keys", "sessions", "roles", "policy", "approvals", "limits")
            ),
            "/secrets",
            "/audit",
            "/playground",
            "/providers",
            "/spend",
            "/agents?agent=mender",
            f"/runs/{world.table}/steps/refine%231",
        ]
        views += [f"/runs/{world.table}?tab={tab}" for tab in ("graph", "timeline", "document", "journal", "data")]
        views += [
            f"/runs/{world.live}?tab=graph&step=refine%231",
            f"/runs/{world.release}",
            f"/runs/{world.table}?step=review%231%2Fproduct%2Freview%231",
        ]
        views += [f"/runs/{agents['done']}?tab={tab}" for tab in ("work", "files", "egress")]
        views += [f"/runs/{agents[name]}" for name in ("asks", "question", "live")]
        for path in views:
            seen = set()
            context = self.browser.new_context() if path in ("/login", "/register") else self.context
            page = context.new_page()
            page.on("request", lambda r: seen.add(urllib.parse.urlparse(r.url).path))
            page.goto(self.base + path)
            expect(page.locator("main > *").first).to_be_visible()
            page.wait_for_timeout(700)
            page.close()
            if context is not self.context:
                context.close()
            # The shared worker asks for its own file by itself.
            files = [os.path.join(WEB, p[len("/a/dev/") :]) for p in seen if p.startswith("/a/dev/")]
            total = compressed(files + [os.path.join(WEB, "index.html"), os.path.join(WEB, "js", "live", "worker.js")])
            print(f"\n{path}: {total:,} bytes in {len(files)} files", end="")
            with self.subTest(path):
                self.assertLessEqual(total, LIMIT)
        print(f"\nall files, each compressed: {compressed(sources('.js', '.css', '.html')):,} bytes")


if __name__ == "__main__":
    unittest.main()
