import TuttiCore

/// Secrets that are kept or sent, with no word on how, or in a place that many can read.
struct CredentialCheck: Check {
    let rule = Rule(
        "unprotected-credential", "Secret without protection", .high, .aiRisk, kinds: DocumentKind.systems,
        reason: "A password or key that leaks opens everything behind it.",
        bad: "The API keys are stored in the settings table.",
        good: "API keys are stored encrypted with a key from the vault and shown once.")
    let needsWorkAtHand = true

    private static let deeds: Set<String> = [
        "store", "stores", "stored", "storing", "save", "saves", "saved", "saving", "logs", "logged", "keep",
        "keeps",
        "kept", "send", "sends", "sent", "cache", "caches", "cached", "write", "writes", "written", "persist",
        "persisted",
        "record", "records", "share", "shared", "email", "emailed", "contain", "contains",
    ]

    func findings(in context: ReviewContext) -> [Finding] {
        let exposed = exposed(context)
        guard exposed.isEmpty else { return exposed }
        return unprotected(context)
    }

    // MARK: - Where many can read it

    /// A secret and a place such as a log, an address or a client, in one sentence, whatever is said elsewhere.
    private func exposed(_ context: ReviewContext) -> [Finding] {
        let secrets = context.claims(of: .credential) + context.claims(of: .exposure).filter { namesKey($0, context) }
        var seen: Set<Int> = []
        return secrets.filter { seen.insert($0.words.lowerBound).inserted && isExposed($0, context) }.prefix(3).map {
            let place = context.word(of: .exposure, in: $0)
            return make(
                $0, subject: "exposed " + context.quote($0),
                "\"\(place)\": whoever can read that has the secret", context)
        }
    }

    private func isExposed(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        sentence.topics.has(.exposure) && !context.isDenied(sentence)
            && !context.holds(sentence, ["public", "encrypted", "hashed", "masked", "redacted"])
    }

    /// "The frontend calls the API with a static key that is compiled into the bundle."
    private func namesKey(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.holds(sentence, ["key", "keys", "secret", "secrets", "token", "tokens", "password", "credentials"])
    }

    // MARK: - Nothing is said of protection

    private func unprotected(_ context: ReviewContext) -> [Finding] {
        let places = context.claims(of: .credential).filter { isKept($0, context) || isListedForProviders($0, context) }
        let chapters = Set(places.map { context.chapter(of: $0) })
        guard let place = places.first, !isProtected(chapters, context) else { return [] }
        return [
            make(
                place, subject: "credentials",
                "\"\(context.word(of: .credential, in: place))\" is kept or sent, but nothing says how it is protected",
                context)
        ]
    }

    private func isKept(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.kind != .readme && context.holds(sentence, Self.deeds) && !context.isDenied(sentence)
            && !sentence.topics.has(.openAccess)
    }

    /// The ways in which a description signs in to model providers: keys of a house, though no verb says so.
    private func isListedForProviders(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let block = context.block(of: sentence)
        return block.kind == .tableRow && context.says(.provider, around: sentence) && context.kind == .readme
    }

    /// In a sentence that speaks of a secret, in the chapters that do, or in one on security; a description that lists
    /// keys of providers has to name a place for them.
    private func isProtected(_ chapters: Set<Int>, _ context: ReviewContext) -> Bool {
        context.statements(of: .secretProtection).contains { sentence in
            if isVault(sentence, context) { return true }
            guard context.kind != .readme else { return false }
            return sentence.topics.has(.credential) || chapters.contains(context.chapter(of: sentence))
                || context.roles(of: sentence).contains(.security)
        }
    }

    private func isVault(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.holds(sentence, ["vault", "kms", "hsm", "keychain", "manager", "secrets", "sealed", "encrypted"])
    }

    private func make(_ place: Sentence, subject: String, _ message: String, _ context: ReviewContext) -> Finding {
        let credential = context.word(of: .credential, in: place)
        let name = credential.isEmpty ? "the secret" : "\"\(credential)\""
        return context.finding(
            rule, at: place, subject: subject, message: message,
            suggestion: "Say where it lives (hash, vault), who can read it, when it expires and how it is replaced.",
            questions: [
                "How is \(name) protected where it is kept, and who or what can read it?",
                "When does it expire, and how is it replaced after a leak?",
            ]
        ).under("Data protection")
    }
}
