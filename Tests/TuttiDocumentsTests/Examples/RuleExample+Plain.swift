import TuttiDocuments

/// Texts of no kind: a plan in a few lines is asked what it says, a letter or a story is not.
extension RuleExample {
    /// A page of no kind that speaks of a system.
    private static func plan(_ text: String) -> String {
        "# Points\n\nThe service writes to the database. Customers see points. The backend runs. " + text
    }

    static let plain: [RuleExample] = openDoors + quantities + wishes

    private static let openDoors: [RuleExample] = [
        RuleExample(
            "open-door", .generic,
            bad: [
                plan("The endpoint is internal so no auth is needed."),
                plan("Couriers share one login per van."),
                plan("\n\nthe endpoint does not keep anything. no login as it is internal. it shows orders."),
            ],
            good: [
                plan("The endpoint is reached from the internal network only, so no auth is needed."),
                "# Status week 32\n\nThe server of our customers had no password. The database is closed. Users wait.",
                "Dear Ms Hart,\n\nthe server of our customers had no password. The database is closed now.",
            ]),
        RuleExample(
            "unprotected-credential", .generic,
            bad: [plan("The API keys are stored in the settings table.")],
            good: [plan("Couriers share one login because nobody remembers passwords.")]),
        RuleExample(
            "model-evaluation", .generic,
            bad: [plan("GPT-4o suggests what to buy. The model reads the order history.")],
            good: [
                "# A year with a model\n\nI asked Claude for tests. It was right. I had fun. The model was quick. "
                    + "My customers were happy. I said so."
            ]),
        RuleExample(
            "missing-failure-mode", .generic,
            bad: [plan("The checkout calls the points service synchronously.")],
            good: [plan("The checkout calls the points service synchronously; after 2 s without answer it fails.")]),
    ]

    private static let quantities: [RuleExample] = [
        RuleExample(
            "inconsistent-number", .generic,
            bad: [
                plan(
                    "Points expire after 12 months.\n\n## Jobs\n\nPoints older than 6 months are deleted."
                ),
                plan("The sessions are valid for 30 minutes.\n\n## Limits\n\nSessions expire after 15 minutes."),
                plan("Audit logs are kept for 90 days.\n\n## Data\n\nAll audit logs are deleted after 30 days."),
            ],
            good: [
                plan("Points expire after 12 months. \n\n## Rollout\n\nPoints older than 24 months are deleted."),
                plan("Invites are valid for 7 days.\n\n## Data\n\nUnused invites are removed after 3 days."),
                plan("Audit logs are kept for 90 days.\n\n## Data\n\nLogs are deleted after 30 days."),
                plan("Points expire after 12 months.\n\n## Premium\n\nPoints expire after 24 months for premium."),
                plan("Emails are sent within 30 minutes.\n\n## Jobs\n\nEmails are deleted after 2 days."),
            ]),
        RuleExample(
            "missing-rollout", .generic,
            bad: [
                plan("\n\n## Rollout\n\nWe enable it for everyone on December 1st."),
                plan("We go live in all 14 cities on Monday."),
            ],
            good: [
                plan("\n\n## Rollout\n\n5 % of buyers on Monday, everyone a week later."),
                plan("We go live in all 14 cities on Monday; the flag `slots` turns it off."),
                plan("All users can see their points on Monday."),
            ]),
        RuleExample(
            "missing-rollback", .generic,
            bad: [plan("We migrate the rows by a script, then we drop the table in the same release.")],
            good: [plan("We migrate the rows by a script and drop the table after 30 days, from a backup.")]),
    ]

    private static let wishes: [RuleExample] = [
        RuleExample(
            "vague-requirement", .generic,
            bad: [plan("Points must be credited quickly.")],
            good: [
                plan("Points must be credited within 2 seconds."),
                "We must act quickly, or the garden is lost. The roses are old. The neighbours agree.",
            ]),
        RuleExample(
            "unmeasured-metric", .generic,
            bad: [plan("\n\n## Success\n\n## Goals\n\n- Increase retention\n- Make customers happy")],
            good: [plan("\n\n## Goals\n\n- Increase retention from 40 % to 45 % by June")]),
        RuleExample(
            "untestable-acceptance", .generic,
            bad: [plan("\n\n## AC\n\n- closes stale tickets correctly\n- no angry customers")],
            good: [plan("\n\n## AC\n\n- closes 95 of 100 labelled stale tickets correctly")]),
    ]
}
