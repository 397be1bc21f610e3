"""Spend: sums by what one likes, of a period, with what nobody knows."""

import re
import unittest
import urllib.parse

from playwright.sync_api import expect

from browser import AccountTest, PageTest, needs_fake
from fake_gateway import line


@needs_fake
class Sums(PageTest):
    def setUp(self):
        super().setUp()
        self.gateway = self.world.gateway

    def row(self, name):
        return self.page.locator(f'tr[data-name="{name}"]')

    def fact(self, name):
        return self.page.locator(".facts div", has=self.page.get_by_text(name, exact=True)).locator("dd")

    def test_by_model_first(self):
        self.at("/spend")
        expect(self.fact("Spent")).to_have_text("$14.61")
        expect(self.fact("Calls")).to_have_text("26")
        expect(self.row("smart")).to_contain_text("$14.61")
        expect(self.row("smart")).to_contain_text("4 %")
        # What nobody knows is not nothing.
        expect(self.row("ollama/qwen3:8b")).to_contain_text("unknown")
        expect(self.row("ollama/qwen3:8b")).not_to_contain_text("$")
        self.see("3 calls of unknown cost.")
        # What is guessed is marked.
        expect(self.row("smart")).to_contain_text("≈ about 27.6k")
        expect(self.row("ollama/qwen3:8b")).not_to_contain_text("≈")
        self.see("≈ stands where tokens are a guess")

    def test_each_dimension(self):
        self.at("/spend")
        names = {"deployment": "gpt-eu", "provider": "anthropic", "key": "key_1", "person": "usr_ana",
                 "project": "Moments", "team": "core"}  # fmt: skip
        for dimension, name in names.items():
            with self.subTest(dimension):
                self.page.get_by_label("By", exact=True).select_option(dimension)
                expect(self.page).to_have_url(f"{self.base}/spend?by={dimension}")
                expect(self.page.get_by_role("table", name=f"Spend by {dimension}")).to_contain_text(name)
        expect(self.page.get_by_role("table")).to_contain_text("no team")
        self.page.get_by_label("By", exact=True).select_option("day")
        expect(self.page.locator("tbody tr")).to_have_count(16)
        self.page.reload()
        expect(self.page.locator("tbody tr")).to_have_count(16)

    def test_a_name_narrows_it(self):
        self.at("/spend?by=provider")
        self.page.get_by_role("button", name="Only provider anthropic").click()
        expect(self.page).to_have_url(f"{self.base}/spend?provider=anthropic")
        expect(self.fact("Calls")).to_have_text("10")
        self.page.get_by_role("button", name="Without the filter provider anthropic").click()
        expect(self.fact("Calls")).to_have_text("26")
        self.at("/spend?team=none-like-it")
        self.see("No call fits these filters.")
        self.page.get_by_role("button", name="Clear the filters").click()
        expect(self.fact("Calls")).to_have_text("26")

    def test_periods(self):
        self.gateway.lines.append(line(40, 2.0, model="old", provider="openai"))
        self.at("/spend")
        self.page.get_by_role("button", name="7 days", exact=True).click()
        expect(self.fact("Calls")).to_have_text("15")
        expect(self.page.locator(".day")).to_have_count(7)
        self.page.get_by_role("button", name="90 days").click()
        expect(self.fact("Calls")).to_have_text("27")
        expect(self.page.locator(".day")).to_have_count(90)
        day = self.page.locator(".day").nth(60).get_attribute("data-day")
        self.page.get_by_label("From this day on").fill(day)
        self.page.get_by_label("From this day on").dispatch_event("change")
        expect(self.page.locator(".day")).to_have_count(30)
        self.page.get_by_label("To this day").fill(day)
        self.page.get_by_label("To this day").dispatch_event("change")
        self.see("No model was called in this time.")
        self.assertIn(f"from={day}&to={day}", self.page.url)
        self.at("/spend?from=nonsense&to=2026-99-99&days=x&by=x")
        expect(self.page.locator(".day")).to_have_count(30)

    def test_days(self):
        self.at("/spend")
        chart = self.page.get_by_role("img", name="Spend by day")
        expect(chart).to_have_accessible_name(
            re.compile(r"The most was \$1\.70 on \d{4}-\d\d-\d\d\.$"))
        today = self.page.locator(".day").last
        self.assertIn("of unknown cost", today.get_attribute("title"))
        expect(today.locator("b")).to_have_text("?")
        self.see("marks 3 days with calls of unknown cost, which the bars lack.")

    def test_the_file_has_what_is_shown(self):
        self.at("/spend?provider=openai&days=7")
        expect(self.fact("Calls")).to_have_text("8")
        link = self.page.get_by_role("link", name="CSV")
        query = urllib.parse.parse_qs(urllib.parse.urlparse(link.get_attribute("href")).query)
        self.assertEqual(query["provider"], ["openai"])
        self.assertEqual(sorted(query), ["before", "from", "provider"])
        with self.page.expect_download() as download:
            link.click()
        with open(download.value.path()) as f:
            self.assertEqual(len(f.read().splitlines()), 9)

    def test_nothing_was_called(self):
        self.gateway.lines = []
        self.at("/spend")
        self.see("No model was called in this time.")

    def test_a_failure_is_told_and_tried_again(self):
        self.refusals = (500,)
        self.control("fault", fail=True, path="/calls")
        self.at("/spend")
        self.see("The store could not be read.")
        self.control("fault")
        self.page.get_by_role("button", name="Try again").click()
        expect(self.fact("Calls")).to_have_text("26")

    def test_names_stay_texts(self):
        evil = "<img src=x onerror=\"document.title='owned'\">\u202egnp"
        self.gateway.lines.append(line(0, 99.0, model=evil, provider="openai"))
        self.at("/spend")
        self.see("<img src=x")
        self.inert()
        self.page.locator(".link.name", has_text="<img").click()
        expect(self.fact("Calls")).to_have_text("1")
        self.inert()


@needs_fake
class Own(AccountTest):
    roles = ("user",)

    def test_it_is_said_whose_they_are(self):
        self.world.gateway.lines.append(line(0, 1.0, model="mine", person=self.owner["id"], provider="openai"))
        self.at("/spend?by=person")
        self.see("your own calls, by days of UTC")
        expect(self.page.get_by_role("table")).to_contain_text("ana")


if __name__ == "__main__":
    unittest.main()
