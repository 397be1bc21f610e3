"""What models, tools and documents contain never becomes more than text."""

import unittest

from playwright.sync_api import expect

from browser import PageTest, needs_fake


@needs_fake
class Hostile(PageTest):
    def test_every_place(self):
        run = self.world.hostile
        for path in (
            "/runs?q=evil",
            f"/runs/{run}?view=read",
            f"/runs/{run}?tab=graph&step=answer%231",
            f"/runs/{run}?tab=timeline",
            f"/runs/{run}?tab=journal",
            f"/runs/{run}?tab=data",
            f"/runs/{run}/steps/answer%231",
            f"/runs/{run}/steps/answer%231?part=prompt",
            f"/runs/{run}/steps/%3Cb%3Ebold%3C%2Fb%3E%231",
            "/events",
        ):
            with self.subTest(path):
                self.at(path)
                expect(self.page.locator(".page, .runhead h1").first).to_be_visible()
                self.page.wait_for_timeout(500)
                self.inert()

    def test_markdown(self):
        self.at(f"/runs/{self.world.hostile}/steps/answer%231")
        document = self.page.locator(".stepbody .md")
        expect(document.get_by_role("link")).to_have_count(1)
        link = document.get_by_role("link")
        self.assertEqual(link.get_attribute("href"), "https://example.org/a?b=1")
        self.assertIn("noopener", link.get_attribute("rel"))
        expect(document).to_contain_text("<script>document.title='owned'</script>")
        expect(document).to_contain_text("[image: pixel]")
        expect(document).to_contain_text("⟨U+202E⟩gnp.exe red link zerowidth")

    def test_long_hostile_texts_are_quick(self):
        run = self.world.hostile
        self.at("/runs")
        for text in (
            "[" * 200_000,
            "**a" * 60_000,
            "`" * 1000 + "a" * 100_000,
            "- " * 50_000,
            "> " * 50_000,
            "|-" * 90_000,
            "<!--" * 40_000,
            "_a" * 90_000,
        ):
            with self.subTest(text[:8]):
                self.world.steps[run]["answer#1"].update(output=text, streamed=None, prompt=None)
                begun = self.page.evaluate("performance.now()")
                self.at(f"/runs/{run}/steps/answer%231")
                expect(self.page.locator(".stepbody .md")).to_be_attached()
                self.assertLess(self.page.evaluate("performance.now()"), 4000, begun)


if __name__ == "__main__":
    unittest.main()
