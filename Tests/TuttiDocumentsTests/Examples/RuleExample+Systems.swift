import TuttiDocuments

/// Rules that look at how a system is described: doors, claims, states, and answers that must be near the question.
extension RuleExample {
    private static func design(_ text: String) -> String { "# Architecture\n\n## Components\n\n" + text }
    private static func readme(_ text: String) -> String { "# Tool\n\n## Features\n\n" + text }

    static let systems: [RuleExample] = doors + statements + answers + numbers

    private static let doors: [RuleExample] = [
        RuleExample(
            "open-door", .architecture,
            bad: [
                design("The status page is opened with order number and postcode; no login."),
                design("Customers register a URL in the settings, and the service posts each event to it."),
                design("The console offers shell access."),
                design("| Part | Technology |\n|---|---|\n| API | Go |\n| Auth | |"),
                design("Tellers log in with staff number and date of birth."),
            ],
            good: [
                design("Requests without authentication get a 401."),
                design("Customers register a URL; private addresses and redirects are refused."),
                design("The console offers shell access in a sandbox, only for admins."),
                design("| Part | Remarks |\n|---|---|\n| API | |\n| Auth | OIDC |"),
                design("The page shows public data and needs no login."),
            ]),
        RuleExample(
            "open-door", .readme,
            bad: [
                "# Tool\n\n## Usage\n\n```\ncurl http://localhost:8080/admin/users\n```",
                readme("- `GET /v1/notes` (admin)\n- `DELETE /v1/notes/{id}`"),
                "# Tool\n\n```\nsrc/  # REST server\n```",
            ],
            good: [
                "# Tool\n\n## Usage\n\n"
                    + "```\ncurl -H \"Authorization: Bearer $T\" http://localhost:8080/admin/users\n```",
                readme("- `GET /v1/notes` (admin)\n- `DELETE /v1/notes/{id}` (owner)"),
                "# Tool\n\nCallers sign in with OIDC.\n\n```\nsrc/  # REST server\n```",
            ]),
        RuleExample(
            "unprotected-credential", .architecture,
            bad: [
                design("The database password is in the config map of the pod."),
                design("Keys come from the vault. The token is written to the log for debugging."),
                design("The app calls the API with a static key that is compiled into the bundle."),
            ],
            good: [
                design("The database password is never written to the log."),
                design("The public key is compiled into the bundle."),
            ]),
    ]

    private static let statements: [RuleExample] = [
        RuleExample(
            "unsupported-claim", .readme,
            bad: [readme("- Production-ready gateway"), readme("- Workers run in parallel for a 3x speedup")],
            good: [
                readme("- Workers run in parallel: 40 s instead of 120 s, measured with `make bench`, a 3x speedup"),
                readme("- It is not production-ready."),
            ]),
        RuleExample(
            "unsupported-claim", .architecture,
            bad: [design("The system is GDPR compliant."), design("The accuracy is very high.")],
            good: [design("Legal audited the export in May; the system is GDPR compliant."), design("It is small.")]),
        RuleExample(
            "contradicting-status", .readme,
            bad: [
                readme("- Offline sync of notes\n\n## Roadmap\n\n- [ ] Offline sync of notes"),
                "# Notes App\n\n```\ngit clone https://example.org/x/mail-relay.git\n```\n\n"
                    + "```\nnotes-app/\n├── src\n```",
                "# Notes\n\n```\nui/  # Legacy web page (plain JS)\n```\n\n**Start: FastAPI + Plain JS (Production)**",
            ],
            good: [
                readme("- Offline sync of notes\n\n## Roadmap\n\n- [ ] More languages"),
                readme("- Offline sync of notes\n\n## Roadmap\n\n- [x] Offline sync of notes"),
                "# Notes App\n\n```\ngit clone https://example.org/x/notes-app.git\n```\n\n"
                    + "```\nnotes-app/\n├── src\n```",
            ]),
        RuleExample(
            "empty-section", .rfc,
            bad: ["# RFC: tea\n\n## Alternatives\n\nNone really.\n\n## Design\n\nTea.\n\n## Drawbacks\n\nNo coffee."],
            good: ["# RFC: tea\n\n## Design\n\nTea.\n\n## Unresolved questions\n\nNone.\n\n## Dates\n\nMay."]),
        RuleExample(
            "placeholder", .architecture,
            bad: [
                "# Architecture\n\n## Failure modes\n\n| Case | What happens |\n|---|---|\n| Disk full | tbd |",
                "# Architecture\n\nThe limit is TBD.",
            ],
            good: [
                "# Architecture\n\n| Case | What happens |\n|---|---|\n| Disk full | writes stop |",
                "# Architecture\n\nEach todo has a title.",
            ]),
    ]

    private static let answers: [RuleExample] = [
        RuleExample(
            "missing-failure-mode", .architecture,
            bad: [
                design(
                    "The job calls the Account API to get the plan.\n\n## Failure handling\n\n"
                        + "When Redis is away, reads go on."
                ),
                design("The hook retries when the endpoint fails."),
            ],
            good: [
                design(
                    "The job calls the Account API.\n\n## Failure handling\n\n"
                        + "When the Account API fails, the plan of yesterday is used."
                ),
                design("The hook retries 5 times over 10 minutes; then the delivery is marked as failed."),
            ]),
        RuleExample(
            "model-fallback", .architecture,
            bad: [
                design("Claude writes the summary.\n\n## Payments\n\nAfter a timeout of 5 s the payment is retried."),
                design("GPT-4o drafts the reply."),
            ],
            good: [
                design("Claude writes the summary. When the model is down, the first lines are shown."),
                design("The scoring table suggests a price."),
            ]),
        RuleExample(
            "model-cost", .architecture,
            bad: [design("GPT-4o drafts replies, at about 2,000 EUR a month."), design("Claude tags every picture.")],
            good: [
                design("GPT-4o drafts replies, with a budget of 2,000 EUR a month."),
                design("Claude tags every picture; above 50 EUR a day tagging is switched off."),
            ]),
        RuleExample(
            "unprotected-personal-data", .architecture,
            bad: [
                design("The payload holds name, email and last login IP."),
                design("Conversations are stored for analysis.\n\n## Logs\n\nServer logs expire after 7 days."),
            ],
            good: [
                design("The payload holds id, size and colour."),
                design("Conversations are stored encrypted and deleted after 30 days."),
            ]),
        RuleExample(
            "missing-owner", .architecture,
            bad: [
                "# Architecture\n\n## Risks\n\nThe adapter is to be moved; nobody has picked it up yet.",
                "# Architecture\n\n## Risks\n\nSome adapters should be rewritten.",
            ],
            good: [
                "# Architecture\n\n## Risks\n\nTeam Rhine moves the adapter in May.",
                "# Architecture\n\n## Risks\n\nSome adapters are old.",
            ]),
        RuleExample(
            "missing-rollout", .prd,
            bad: [
                "# PRD: Cart\n\n## Rollout\n\nDenmark first. Then the others if things look good.",
                "# PRD: Cart\n\n## Rollout\n\n- Staff first, then all when it works well",
            ],
            good: [
                "# PRD: Cart\n\n## Rollout\n\nDenmark first. Then the others when fewer than 1 % of payments fail.",
                "# PRD: Cart\n\n## Problem\n\nThe cart looks good and sells little.\n\n## Rollout\n\n5 % first.",
            ]),
        RuleExample(
            "missing-rollback", .runbook,
            bad: [
                "# Runbook\n\n## Steps\n\n1. Meanwhile set `max: 250`.",
                "# Runbook\n\n## Steps\n\n1. Temporarily raise the limit to 5.",
            ],
            good: [
                "# Runbook\n\n## Rollback\n\n"
                    + "1. Meanwhile set `max: 250`.\n2. Set it back to 400 when the quota is raised.",
                "# Runbook\n\n## Rollback\n\n1. Restore the last snapshot.",
            ]),
        RuleExample(
            "missing-rollback", .rfc,
            bad: [
                "# RFC: store\n\n## Migration\n\n"
                    + "1. Copy.\n2. The nightly job is switched off and the old files are deleted.",
                "# RFC: store\n\n## Rollout\n\n- Phase 3: the old table is dropped",
            ],
            good: [
                "# RFC: store\n\n## Migration\n\n1. Copy.\n2. The old files are deleted after 30 days without a read.",
                "# RFC: store\n\n## Alternatives\n\nThe old table is dropped.",
            ]),
        RuleExample(
            "dangling-reference", .prd,
            bad: [
                "# PRD\n\nWe use the same queue as the mailer (see Queues below).",
                "# PRD\n\nSee Figma (link to follow).", "# PRD\n\nSee the gap analysis for known issues.",
                "# PRD\n\nDetails see attachment 2.", "# PRD\n\nThe screens are in chapter 7.",
            ],
            good: [
                "# PRD\n\nWe use the same queue (see Queues below).\n\n## Queues\n\nOne.",
                "# PRD\n\nSee [Figma](https://example.org).", "# PRD\n\nSee the gap analysis in `docs/gaps.md`.",
            ]),
        RuleExample(
            "unmeasured-metric", .prd,
            bad: [
                "# PRD\n\n## Goals\n\n- Increase retention\n- Happier customers",
                "# PRD\n\n## Objectives\n\n- Improve customer satisfaction",
            ],
            good: [
                "# PRD\n\n## Goals\n\n- D30 retention grows from 12 % to 15 % by June",
                "# PRD\n\n## Goals\n\nOrders are placed in 2 steps, more often than today.",
            ]),
        RuleExample(
            "missing-limit", .prd,
            bad: [
                "# PRD\n\n## Requirements\n\nAnonymous visitors can ask the assistant.",
                "# PRD\n\n## Requirements\n\nThe payload contains the full object.",
            ],
            good: [
                "# PRD\n\n## Requirements\n\nAnonymous visitors can ask at most 5 questions an hour.",
                "# PRD\n\n## Requirements\n\nThe payload contains the full object, up to 64 kB.",
            ]),
    ]

    private static let numbers: [RuleExample] = [
        RuleExample(
            "inconsistent-number", .prd,
            bad: [
                "# PRD\n\n## Users\n\nAll 14 hospitals use it.\n\n## Load\n\nIt is sized for 9 hospitals.",
                "# PRD\n\n## Goals\n\nAll 640 employees use it.\n\n## Load\n\nWe counted for our 460 employees.",
                "# PRD\n\n## Rules\n\nRefunds of damaged items are paid up to €25.\n\n"
                    + "## Money\n\nRefunds of damaged items are paid up to €20.",
                "# PRD\n\nA player gets 3 attacks per day.\n\n## Pass\n\nThere are 2 attacks per day without a pass.",
                "# PRD\n\nSee [tutti#71688](https://example.org/tutti/issues/71668).",
                "# PRD\n\n5 workers (ports 5001-5006) run.",
            ],
            good: [
                "# PRD\n\nAll 14 hospitals use it.\n\n## Load\n\nThe pilot covers 2 hospitals.",
                "# PRD\n\n1,500 generated agents, 10 hand-made agents and 30 reference agents.",
                "# PRD\n\nRefunds are paid up to €25.\n\n## Premium\n\nDeliveries are insured up to €500.",
                "# PRD\n\nA free player gets 2 attacks per day.\n\n## Pass\n\nA premium player gets 3 attacks per day.",
                "# PRD\n\nSee [tutti#71688](https://example.org/tutti/issues/71688).",
                "# PRD\n\n6 workers (ports 5001-5006) run.",
            ])
    ]
}
