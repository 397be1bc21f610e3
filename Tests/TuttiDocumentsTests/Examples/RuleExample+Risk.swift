import TuttiDocuments

extension RuleExample {
    private static func prd(_ requirements: String) -> String { "# PRD: Desk\n\n## Requirements\n\n" + requirements }

    static let risk: [RuleExample] = [
        RuleExample(
            "unprotected-personal-data", .prd,
            bad: [
                prd("We store the phone number and location history of every user."),
                prd("- The form asks for the email address.\n- The data is encrypted."),
            ],
            good: [
                prd(
                    "The phone number is stored encrypted.\n\nPhone numbers are deleted after 30 days."
                ),
                prd("We never store card numbers."),
                prd("The page has a contact link."),
            ]),
        RuleExample(
            "unprotected-credential", .architecture,
            bad: [
                "# Architecture\n\nThe API keys are stored in the settings table.",
                "# Architecture\n\nThe agent sends the password with each request.",
            ],
            good: [
                "# Architecture\n\nThe API keys are stored in the vault and rotated every 90 days.",
                "# Architecture\n\nUsers forget their password; support helps them.",
            ]),
        RuleExample(
            "secret-in-text", .generic,
            bad: [
                "# Setup\n\n```\nexport KEY=AKIA" + "Q3EGRIB5WZ7KLM2X\n```",
                "# Setup\n\n-----BEGIN RSA " + "PRIVATE KEY-----",
            ],
            good: [
                "# Setup\n\nexport KEY=AKIA" + "IOSFODNN7EXAMPLE",
                "# Setup\n\nKeys begin with `sk_live_` or AKIA.",
            ]),
        RuleExample(
            "model-evaluation", .prd,
            bad: [
                prd("GPT-4o drafts the reply to each ticket."), prd("An LLM classifies tickets into 5 groups."),
            ],
            good: [
                prd("GPT-4o drafts the reply. Its accuracy is measured on 300 labelled tickets."),
                prd("The data model has 5 tables. The model is simple."),
            ]),
        RuleExample(
            "model-fallback", .prd,
            bad: [prd("Claude writes the summary."), prd("The language model suggests a price.")],
            good: [
                prd("Claude writes the summary. After a timeout of 8 s the page shows the first lines."),
                prd("The pricing table suggests a price."),
            ]),
        RuleExample(
            "model-oversight", .prd,
            bad: [
                prd("The LLM decides on refunds and pays them automatically."),
                prd("The chatbot answers questions. It closes the ticket on its own."),
            ],
            good: [
                prd("The LLM drafts a refund; it is paid after human approval."),
                prd("The LLM suggests three titles."),
            ]),
        RuleExample(
            "prompt-injection", .prd,
            bad: [
                prd("Every incoming email is sent to the LLM, which files the refund."),
                prd("The LLM summarises the uploaded documents."),
            ],
            good: [
                prd("Every email is sent to the LLM as data; prompt injection is tested each week."),
                prd("The LLM ranks our own articles."),
            ]),
        RuleExample(
            "model-data-sharing", .prd,
            bad: [
                prd("Tickets with the customer's messages are sent to OpenAI, and GPT-4 summarises the tickets."),
                prd("Claude drafts replies from customer data."),
            ],
            good: [
                prd("Claude drafts replies from customer data after names are redacted."),
                prd("Claude ranks our own articles."),
            ]),
        RuleExample(
            "model-cost", .prd,
            bad: [prd("GPT-4 writes a text for each page view."), prd("Gemini tags every picture.")],
            good: [
                prd("GPT-4 writes a text for each page view, with a budget of 50 EUR a day."),
                prd("A rule tags every picture."),
            ]),
    ]
}
