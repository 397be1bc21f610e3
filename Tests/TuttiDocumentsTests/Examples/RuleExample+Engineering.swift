import TuttiDocuments

extension RuleExample {
    static let engineering: [RuleExample] = [
        RuleExample(
            "missing-failure-mode", .architecture,
            bad: [
                "# Architecture\n\nThe order service calls Stripe and then writes the order.",
                "# Architecture\n\n## Components\n\n- The worker reads jobs from RabbitMQ.",
            ],
            good: [
                "# Architecture\n\nThe order service calls Stripe. After a timeout of 5 s the order stays pending.",
                "# Architecture\n\n## Alternatives\n\nStripe.\n\n## Components\n\nOne process, one file.",
            ]),
        RuleExample(
            "missing-limit", .prd,
            bad: [
                "# PRD\n\n## Requirements\n\nUsers can upload photos.",
                "# PRD\n\n## Requirements\n\nAdmins can start a bulk export of reports.",
            ],
            good: [
                "# PRD\n\n## Requirements\n\nUsers can upload photos of up to 20 MB.",
                "# PRD\n\n## Out of scope\n\nUsers cannot upload photos.",
            ]),
        RuleExample(
            "missing-rollout", .prd,
            bad: [
                "# PRD: Cart\n\n## Requirements\n\nThe cart keeps items.",
                "# PRD: Login\n\n## Goals\n\nFewer resets.",
            ],
            good: [
                "# PRD: Cart\n\n## Rollout\n\n5 % of buyers first.",
                "# PRD: Cart\n\nA beta with 200 buyers starts in May.",
            ]),
        RuleExample(
            "missing-rollback", .rfc,
            bad: [
                """
                # RFC: orders

                The migration of the orders table runs in production on Monday. Customers see the new service at once,
                and the server writes to the new database.
                """,
                """
                # RFC: cache

                The service is deployed to production on all servers, and customers get the new endpoint. The backend
                and the cluster stay.
                """,
            ],
            good: [
                """
                # RFC: orders

                The migration of the orders table runs in production on Monday. Customers see the new service at once,
                and the flag `orders_v2` switches back.
                """,
                "# RFC: naming\n\nFunctions are named in lower case. Types are named in upper case.",
            ]),
        RuleExample(
            "irreversible-step", .runbook,
            bad: [
                "# Runbook\n\n## Steps\n\n1. Free space:\n\n   ```\n   rm -rf /var/lib/data/*\n   ```",
                "# Runbook\n\n## Steps\n\n1. Run `DROP TABLE sessions;` on the primary.",
                "# Runbook\n\n## Steps\n\n1. Delete all messages of the queue.",
            ],
            good: [
                "# Runbook\n\n## Steps\n\n1. Take a snapshot.\n2. Run `DROP TABLE sessions;`.",
                "# Runbook\n\n## Steps\n\n1. Run `kubectl delete pod web-1`; it comes back by itself.",
                "# Runbook\n\n## Steps\n\n1. Never delete all messages.",
            ]),
        RuleExample(
            "missing-owner", .runbook,
            bad: [
                "# Runbook\n\n## Steps\n\n1. Someone must tell support.",
                "# Runbook\n\n## Afterwards\n\nThe incident must be documented.",
            ],
            good: [
                "# Runbook\n\n## Afterwards\n\nThe incident must be documented by Ines.",
                "# Runbook\n\n## Afterwards\n\nThe duty engineer documents the incident.",
            ]),
        RuleExample(
            "inconsistent-number", .architecture,
            bad: [
                "# Design\n\nThe session timeout is 30 minutes.\n\n## Web\n\nA session timeout of 60 minutes applies.",
                "# Design\n\nThe data retention is 90 days.\n\n## Web\n\nLogs follow the 30 days data retention.",
            ],
            good: [
                "# Design\n\nThe session timeout is 30 minutes.\n\n## Web\n\nA session timeout of 1800 s applies.",
                "# Design\n\nThe session timeout is 30 minutes.\n\n## Web\n\nThe request timeout is 60 s.",
                "# Design\n\nThe session timeout is 30 minutes.\n\n## Web\n\nThe old session timeout was 60 minutes.",
                "# Design\n\nThe upload limit is 20 MB for free users.\n\nThe upload limit is 90 MB in premium.",
            ]),
        RuleExample(
            "dangling-reference", .generic,
            bad: [
                "# Notes\n\nSee [limits](#limits).", "# Notes\n\nAs [the paper][knuth] says.",
                "# Notes\n\nIt is so.[^1]", "# Notes\n\nSee Figure 3 for the flow.",
                "# 1. Notes\n\nSee section 7.\n\n# 2. More\n\nText.",
                "# Notes\n\nThis is told in the Error Handling section.",
            ],
            good: [
                "# Notes\n\nSee [limits](#limits).\n\n## Limits\n\nNone.",
                "# Notes\n\nAs [the paper][knuth] says.\n\n[knuth]: https://example.org",
                "# Notes\n\nIt is so.[^1]\n\n[^1]: Really.",
                "# Notes\n\n![flow](flow.png)\n\nFigure 1: the flow. See Figure 1.",
                "# Notes\n\nSee section 7 of RFC 9110.", "# Notes\n\nThe array `a[0][1]` and a[0][i] are fine.",
                "# Notes\n\nThis is told in the Errors section.\n\n## Errors and limits\n\nNone.",
            ]),
        RuleExample(
            "duplicate-id", .prd,
            bad: [
                "# PRD\n\n- R1: Save.\n- R2: Load.\n- R1: Delete.",
                "# PRD\n\n| ID | Text |\n|---|---|\n| FR-1 | Save |\n| FR-1 | Load |",
            ],
            good: [
                "# PRD\n\n- R1: Save.\n- R2: Load.", "# PRD\n\n- R1: Save.\n- R2: As R1, but all.\n\nR1 comes first.",
            ]),
    ]
}
