import TuttiCore

/// Secrets that are kept or sent, with no word on how.
struct CredentialCheck: Check {
    let rule = Rule(
        "unprotected-credential", "Secret without protection", .high, .aiRisk, kinds: DocumentKind.proposals,
        reason: "A password or key that leaks opens everything behind it.",
        bad: "The API keys are stored in the settings table.",
        good: "API keys are stored encrypted with a key from the vault and shown once.")

    private static let deeds: Set<String> = [
        "store", "stores", "stored", "storing", "save", "saves", "saved", "saving", "logs", "logged", "keep",
        "keeps",
        "kept", "send", "sends", "sent", "cache", "caches", "cached", "write", "writes", "written", "persist",
        "persisted",
        "record", "records", "share", "shared", "email", "emailed", "contain", "contains",
    ]

    func findings(in context: ReviewContext) -> [Finding] {
        guard !context.says(.secretProtection) else { return [] }
        let place = context.statements(of: .credential).first { sentence in
            !context.isAside(sentence)
                && sentence.words.contains { Self.deeds.contains(context.document.words[$0].key) }
        }
        guard let place, let mark = context.marks(in: place, of: .credential).first else { return [] }
        let name = context.text(mark.words)
        return [
            context.finding(
                rule, at: place, subject: "credentials",
                message: "\"\(name)\" is kept or sent, but nothing says how it is protected",
                suggestion:
                    "Say where it lives (hash, vault), who can read it, when it expires and how it is replaced.",
                questions: [
                    "How is \"\(name)\" protected where it is kept, and who or what can read it?",
                    "When does it expire, and how is it replaced after a leak?",
                ]
            )
            .under("Data protection")
        ]
    }
}
