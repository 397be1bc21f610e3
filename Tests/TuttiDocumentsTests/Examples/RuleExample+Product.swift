import TuttiDocuments

extension RuleExample {
    static let product: [RuleExample] = [
        RuleExample(
            "missing-section", .prd,
            bad: [
                "# PRD: Cart\n\n## Goals\n\nSell 5 % more by May.\n\n## Requirements\n\n- The cart keeps items.",
                "# PRD: Cart\n\n## Problem\n\n## Goals\n\nSell 5 % more by May.\n\n## Users\n\nBuyers.",
            ],
            good: [
                """
                # PRD: Cart

                ## Problem

                Buyers lose their cart.

                ## Users

                Buyers.

                ## Goals

                Sell 5 % more by May.

                ## Requirements

                The cart keeps items for 7 days.

                ## Out of scope

                Wish lists.
                """,
                """
                # Cart

                **Why:** buyers lose their cart.
                **Who:** buyers on phones.
                **Goals:** sell 5 % more by May.
                **Success metrics:** sales, weekly.
                **Requirements:** the cart keeps items for 7 days.
                **Not now:** wish lists.
                """,
            ]),
        RuleExample(
            "missing-technical-section", .runbook,
            bad: [
                "# Runbook: disk\n\n## When to use\n\nAlert `Disk`.\n\n## Steps\n\n1. Remove logs.",
                "# Runbook: disk\n\n## Verification\n\n`df` shows 50 %.\n\n## Escalation\n\nCall Ines.",
            ],
            good: [
                """
                # Runbook: disk

                ## Prerequisites

                Access to `db-1`.

                ## Steps

                1. Compress logs.

                ## Verification

                `df` shows 50 %.

                ## Escalation

                Call Ines.
                """,
                """
                # Runbook: disk

                You need access to the bastion.

                ## Procedure

                1. Compress logs. Verify with `df`.
                2. If it does not help, page the duty manager, then escalate to Ines.
                """,
            ]),
        RuleExample(
            "empty-section", .generic,
            bad: [
                "# Notes\n\nText.\n\n## Costs\n\n## Time\n\nTwo weeks.",
                "Notes\n=====\n\nText.\n\nCosts\n-----\n\nTime\n----\n\nTwo weeks.",
            ],
            good: [
                "# Notes\n\n## Costs\n\n### Hardware\n\n12 EUR.\n\n## Time\n\nTwo weeks.",
                "# Notes\n\n## Costs\n\nNone.\n\n## Table\n\n| a | b |\n|---|---|\n| 1 | 2 |",
            ]),
        RuleExample(
            "untestable-acceptance", .prd,
            bad: [
                "# PRD\n\n## Acceptance criteria\n\n- The upload works well.",
                "# PRD\n\n## Acceptance criteria\n\n- The page looks good.\n- 20 photos load in 2 s.",
            ],
            good: [
                "# PRD\n\n## Acceptance criteria\n\n- Of 100 uploads 99 work as expected.",
                "# PRD\n\n## Requirements\n\n- The list shows what works well in other shops.",
            ]),
        RuleExample(
            "unmeasured-metric", .prd,
            bad: [
                "# PRD\n\n## Success metrics\n\n- Increase engagement.\n- Sales grow by 5 %.",
                "# PRD\n\n## KPIs\n\nHigher customer satisfaction.",
            ],
            good: [
                "# PRD\n\n## Success metrics\n\n- Increase weekly sharers from 12 % to 20 %.",
                "# PRD\n\n## Success metrics\n\n| Metric | Target |\n|---|---|\n| Increase of sharers | 20 % |",
            ]),
    ]

    static let wording: [RuleExample] = [
        RuleExample(
            "vague-requirement", .prd,
            bad: [
                "# PRD\n\n## Requirements\n\nSearch must be fast.",
                "# PRD\n\n## Requirements\n\n- An intuitive and user-friendly interface.",
                "# PRD\n\n## Requirements\n\nThe app should support JPEG, PNG, etc.",
            ],
            good: [
                "# PRD\n\n## Requirements\n\nSearch must be fast: 95 % of answers within 300 ms.",
                "# PRD\n\n## Problem\n\nThe old search should have been fast. It is not.",
                "# PRD\n\n## Requirements\n\nThe compiler must take the fast path when the cache is warm.",
                "# PRD\n\n## Users\n\n> The app must be fast, said one of them.",
                "# PRD\n\n## Requirements\n\nMust search be fast?",
            ]),
        RuleExample(
            "placeholder", .generic,
            bad: [
                "# Plan\n\nThe limit is TBD.", "# Plan\n\nTODO: ask legal.", "# Plan\n\nWe start on ???.",
                "# Plan\n\nThe date is to be determined.",
            ],
            good: [
                "# Plan\n\nThe linter finds `TODO` and FIXME comments in code.",
                "# Plan\n\nThe sample is a todo list.\n\n```\n// TODO: fix\n```",
                "# Plan\n\n## Open questions\n\n- Limits: TBD by Ana.",
                "# Plan\n\nThe price is to be determined by the market.",
            ]),
        RuleExample(
            "undefined-acronym", .prd,
            bad: ["# PRD\n\nThe DSR goes to legal.", "# PRD\n\nAll QBRs are held in May. They help the GTM people."],
            good: [
                "# PRD\n\nA data subject request (DSR) goes to legal. The DSR is answered.",
                "# PRD\n\nThe HTTP API returns JSON, and you MUST NOT log it.",
                "# PRD\n\nThe constant `DSR` and [QBR](https://example.org) are fine.",
                "# PRD\n\nAsk the DSR team.\n\n## Glossary\n\n- **DSR**: data subject request",
            ]),
        RuleExample(
            "inconsistent-term", .generic,
            bad: [
                "# Notes\n\nEnter the email. The e-mail is checked.",
                "# Notes\n\nPush to GitHub. Github runs the tests.",
            ],
            good: [
                "# Notes\n\nEnter the email. The emails are checked.",
                "# Notes\n\nLog in with your login. The `e-mail` field holds the email.",
            ]),
        RuleExample(
            "long-sentence", .generic,
            bad: [longSentence, "# Notes\n\n- " + longSentence],
            good: [
                "# Notes\n\nShort. " + String(repeating: "It goes on like this. ", count: 20),
                "# Notes\n\n```\n" + longSentence + "\n```",
            ]),
        RuleExample(
            "bad-silence", .generic,
            bad: [
                "<!-- tutti-ignore placeholder -->\n\nThe limit is TBD.",
                "<!-- tutti-ignore no-such-rule: because -->\n\nText.",
            ],
            good: [
                "<!-- tutti-ignore placeholder: decided on Friday -->\n\nThe limit is TBD.",
                "<!-- an ordinary comment about tutti-ignore -->\n\nText.",
            ]),
        RuleExample(
            "not-english", .prd,
            bad: [
                """
                Die Suche muss schnell sein und die Bilder werden in der Cloud gespeichert, damit die Nutzer nicht auf \
                den Server warten. Das ist für viele ein Grund, die App nicht zu benutzen.
                """,
                """
                La recherche doit être rapide et les images sont dans le nuage, pour que les clients ne soient pas \
                obligés de les copier. Il est donc utile de le dire dans la page du produit.
                """,
            ],
            good: [
                "Search must be fast, and the pictures are stored in the cloud, so that nobody has to wait for them.",
                "| a | b |\n|---|---|\n| 1 | 2 |",
            ]),
    ]

    private static let longSentence =
        "When a user who has not been seen for a month opens the page and has more than one account we look for the "
        + "one that was used last and if there is none we ask the user to choose one of them and keep the choice until "
        + "the next time the user comes back to us."
}
