"""Providers: how deployments are, and the order in which a route asks them."""

import unittest

from playwright.sync_api import expect

from browser import AccountTest, PageTest, needs_fake

ORDER = "[data-route=smart] .order li"


class ProvidersTest(PageTest):
    def setUp(self):
        super().setUp()
        self.gateway = self.world.gateway

    def order(self):
        return [row.get_attribute("data-name") for row in self.page.locator(ORDER).all()]

    def keep(self):
        self.page.get_by_role("button", name="Keep this order").click()
        self.see("smart is asked in the new order.")


@needs_fake
class Deployments(ProvidersTest):
    def row(self, name):
        return self.page.locator(f"tr[data-deployment={name}]")

    def test_how_they_are(self):
        self.at("/providers")
        expect(self.row("gpt-eu")).to_contain_text("circuit open, 8.0 s left")
        expect(self.row("gpt-eu")).to_contain_text("3 of 256")
        expect(self.row("gpt-eu")).to_contain_text("openai-a ✕ off")
        expect(self.row("gpt-eu")).to_contain_text("1.2 s · 2.1 s")
        expect(self.row("gpt-eu")).to_contain_text("310 ms · 930 ms")
        expect(self.row("gpt-eu")).to_contain_text("50 %")
        expect(self.row("claude-eu")).to_contain_text("healthy")
        expect(self.row("claude-eu")).to_contain_text("$0.412")
        expect(self.row("local")).to_contain_text("not asked lately")

    def test_the_last_day(self):
        self.at("/providers")
        self.page.get_by_role("button", name="last 24 hours").click()
        expect(self.page).to_have_url(f"{self.base}/providers?over=day")
        expect(self.row("gpt-eu")).to_contain_text("$0.500")
        expect(self.row("local")).not_to_contain_text("$")

    def test_each_state_in_words(self):
        self.at("/providers")
        mine = next(x for x in self.gateway.health if x["deployment"] == "local")
        for change, words in (
            ({"rests_for_ms": 4000}, "rests 4.0 s"),
            ({"rests_for_ms": None, "circuit": "probing"}, "one call tries it out"),
            ({"circuit": "half_open"}, "the next call tries it out"),
            ({"circuit": "closed", "keys": [{"key": "k", "state": "off"}]}, "no key is accepted"),
            ({"keys": [{"key": "k", "state": "resting"}]}, "all keys rest"),
            ({"keys": [], "in_flight": 256}, "full"),
        ):
            with self.subTest(words):
                mine.update(change)
                self.page.get_by_role("button", name="Look again").click()
                expect(self.row("local")).to_contain_text(words)

    def test_providers_with_what_they_lack(self):
        self.at("/providers")
        expect(self.page.locator("tr[data-provider=openai]")).to_contain_text("yes")
        # It was asked by its own name, and nobody knows its price.
        expect(self.page.locator("tr[data-provider=ollama]")).to_contain_text("unknown")
        self.page.get_by_text("Not set up: 1").click()
        self.see("AZURE_OPENAI_API_KEY")

    def test_nothing_is_set_up(self):
        self.gateway.clear()
        self.at("/providers")
        self.see("There are no routes: each model is asked by its own name.")
        self.see("models.routes")
        self.see("No provider of models is set up.")
        self.assertEqual(self.page.get_by_role("table").count(), 0)

    def test_names_stay_texts(self):
        evil = "<img src=x onerror=\"document.title='owned'\">\u202egnp"
        self.gateway.deployments[0].update(model=evil, region=evil)
        self.gateway.health[0]["keys"][0]["key"] = evil
        self.gateway.orders["smart"] = {"deployments": ["local"], "by": evil, "at": "2026-11-30T12:00:00.000Z"}
        self.at("/providers")
        self.see("<img src=x")
        self.inert()


@needs_fake
class Order(ProvidersTest):
    def test_by_keys(self):
        self.at("/providers")
        grip = self.page.get_by_role("button", name="Move gpt-eu, number 1: arrow up or down")
        grip.focus()
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("ArrowDown")
        expect(self.page.locator(f"{ORDER}:nth-child(3) .grip")).to_be_focused()
        self.page.keyboard.press("ArrowDown")
        self.assertEqual(self.order(), ["claude-eu", "local", "gpt-eu"])
        expect(self.page.locator("[data-route=smart] [role=status]")).to_have_text(
            "gpt-eu is number 3 of 3. Not kept yet.")
        self.assertEqual(self.gateway.orders, {})
        self.keep()
        self.assertEqual(self.gateway.orders["smart"]["deployments"], ["claude-eu", "local", "gpt-eu"])
        self.see("Not the order of the file.")
        self.see("The file says gpt-eu, claude-eu, local.")

    def test_by_buttons_and_back(self):
        self.at("/providers")
        self.page.get_by_role("button", name="Move local up").click()
        self.assertEqual(self.order(), ["gpt-eu", "local", "claude-eu"])
        self.page.get_by_role("button", name="Leave it").click()
        self.assertEqual(self.order(), ["gpt-eu", "claude-eu", "local"])
        self.page.get_by_role("button", name="Move local up").click()
        self.keep()
        self.page.get_by_role("button", name="Back to the file's order…").click()
        self.page.locator("dialog").get_by_role("button", name="Back to the file's order").click()
        self.see("smart has the order of the file again.")
        expect(self.page.locator(ORDER).first).to_have_attribute("data-name", "gpt-eu")
        expect(self.page.locator(f"{ORDER}:nth-child(2)")).to_have_attribute("data-name", "claude-eu")
        self.assertEqual(self.gateway.orders, {})

    def test_by_dragging(self):
        self.at("/providers")
        grip = self.page.get_by_role("button", name="Move local, number 3")
        grip.drag_to(self.page.locator(f"{ORDER}[data-name=gpt-eu]"))
        self.assertEqual(self.order(), ["local", "gpt-eu", "claude-eu"])
        self.keep()
        self.assertEqual(self.gateway.orders["smart"]["deployments"], ["local", "gpt-eu", "claude-eu"])

    def test_what_is_being_changed_is_not_drawn_anew(self):
        self.at("/providers")
        self.page.get_by_role("button", name="Move local up").click()
        self.gateway.orders["smart"] = {"deployments": ["claude-eu"], "by": "bea", "at": "2026-11-30T12:00:00.000Z"}
        self.page.get_by_role("button", name="Look again").click()
        self.page.wait_for_timeout(300)
        self.assertEqual(self.order(), ["gpt-eu", "local", "claude-eu"])

    def test_a_refusal_leaves_what_was_chosen(self):
        self.refusals = (422,)
        self.at("/providers")
        self.page.get_by_role("button", name="Move local up").click()
        self.gateway.file["smart"] = ["gpt-eu", "local"]
        self.page.get_by_role("button", name="Keep this order").click()
        self.see("an order names each deployment of the route once")
        expect(self.page.get_by_role("button", name="Keep this order")).to_be_enabled()

    def test_other_strategies_have_none(self):
        self.at("/providers")
        card = self.page.locator("[data-route=fast]")
        expect(card).to_contain_text("the quickest first")
        self.assertEqual(card.get_by_role("button").count(), 0)

    def test_an_order_of_a_route_that_is_gone(self):
        self.gateway.orders["gone"] = {"deployments": ["a"], "by": "ana", "at": "2026-11-30T12:00:00.000Z"}
        self.at("/providers")
        self.see("which the file of routes does not have any more")
        self.page.get_by_role("button", name="Forget it…").click()
        self.page.locator("dialog").get_by_role("button", name="Back to the file's order").click()
        expect(self.page.get_by_text("which the file of routes does not have any more")).to_have_count(0)


@needs_fake
class Permitted(AccountTest):
    roles = ("user",)

    def test_who_may_not_order_sees_it(self):
        self.at("/providers")
        expect(self.page.locator(ORDER).first).to_be_visible()
        self.assertEqual(self.page.locator("[data-route=smart]").get_by_role("button").count(), 0)
        self.see("What the last 24 hours have cost is told of your own calls only.")

    def test_sections_of_who_sees_no_models(self):
        self.owner["roles"] = ["reader"]
        self.access.users[self.owner["id"]]["roles"] = ["reader"]
        self.at("/runs")
        rail = self.page.locator(".rail")
        expect(rail.get_by_role("link", name="Runs", exact=True)).to_be_visible()
        for name in ("Playground", "Providers", "Spend"):
            expect(rail.get_by_role("link", name=name)).to_be_hidden()


@needs_fake
class OnAPhone(ProvidersTest):
    width, height = 390, 844

    def test_it_fits_and_can_be_ordered(self):
        self.at("/providers")
        self.page.get_by_role("button", name="Move local up").click()
        self.keep()
        self.assertLessEqual(self.wide(), 0)


if __name__ == "__main__":
    unittest.main()
