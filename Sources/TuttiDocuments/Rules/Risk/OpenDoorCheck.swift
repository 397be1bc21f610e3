import TuttiCore

/// Ways in that nothing guards: no login, a secret that others know, an address or a shell in strange hands.
struct OpenDoorCheck: Check {
    let rule = Rule(
        "open-door", "Way in that nothing guards", .high, .aiRisk, kinds: DocumentKind.systems,
        reason: "What anybody can reach, somebody will use for what it was not meant for.",
        bad: "The order page is opened with order number and postcode; no login.",
        good: "The order page is opened by a signed link that ends after 24 hours and shows no address.")
    let needsWorkAtHand = true

    func findings(in context: ReviewContext) -> [Finding] {
        let doors =
            unguarded(context) + addresses(context) + shells(context)
            + EmptyProtection.rows(in: context).map {
                make(
                    $0, "the row on \"\(context.quote($0))\" is empty, so nothing is said about who may come in",
                    "Who may use this, how are they known, and what keeps others out?", context)
            }
        return doors + EndpointList(context).findings(rule, context) + silentInterface(context)
    }

    /// A README shows an HTTP interface, and no word of the text or its examples is about who may call it.
    private func silentInterface(_ context: ReviewContext) -> [Finding] {
        guard context.kind == .readme, !context.says(.access), !context.says(.openAccess), !context.says(.credential)
        else { return [] }
        let lines = context.codeLines
        let marks = ["uth", "oken", "ogin", "ession_secret", "assword"]
        let interface = ["rest api", "rest", "endpoint", "endpoints", "websocket", "http api", "graphql"]
        guard !lines.contains(where: { line in marks.contains(where: line.text.contains) }),
            let line = lines.first(where: { isServer($0.text, interface) })
        else { return [] }
        return [
            context.finding(
                rule, atLine: line.index, subject: "silent interface",
                message: "An interface for others is shown, but nothing says who may call it and whose data they reach",
                suggestion: "Say who may use it, how they are known, and what stops or slows down everybody else.",
                questions: ["Who may call this interface, how are they known, and whose data can they reach?"]
            ).under("Security")
        ]
    }

    private func isServer(_ text: String, _ names: [String]) -> Bool {
        let folded = " " + Document.fold(text.utf8) + " "
        return folded.contains(" server ") && names.contains { folded.contains(" \($0) ") }
    }

    private func make(
        _ sentence: Sentence, _ what: String, _ question: String, _ context: ReviewContext
    ) -> Finding {
        context.finding(
            rule, at: sentence, message: what.prefix(1).uppercased() + what.dropFirst(),
            suggestion: "Say who may use it, how they are known, and what stops or slows down everybody else.",
            questions: [question]
        ).under("Security")
    }

    // MARK: - No login, or one that others can guess

    private func unguarded(_ context: ReviewContext) -> [Finding] {
        let places =
            context.claims(of: .openAccess) + context.claims(of: .knownSecret).filter { $0.topics.has(.signIn) }
        var seen: Set<Int> = []
        return places.sorted { $0.words.lowerBound < $1.words.lowerBound }.compactMap { sentence in
            guard seen.insert(sentence.words.lowerBound).inserted, !isRefused(sentence, context),
                !context.says(.containment, around: sentence)
            else { return nil }
            let words = context.word(of: sentence.topics.has(.openAccess) ? .openAccess : .knownSecret, in: sentence)
            return make(
                sentence, "\"\(words)\": nothing is said about what keeps strangers out",
                "What can a stranger see or do here, and what limits guessing and misuse: "
                    + "\"\(context.quote(sentence))\"?", context)
        }
    }

    /// "Requests without authentication get a 401."
    private func isRefused(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        sentence.topics.has(.failure)
            || context.holds(
                sentence,
                [
                    "401", "403", "404", "denied", "deny", "denies", "refused", "refuses", "forbidden", "redirected",
                    "blocked", "nothing",
                ])
    }

    // MARK: - Addresses and shells

    /// A server that calls whatever address a customer types in.
    private func addresses(_ context: ReviewContext) -> [Finding] {
        guard !context.says(.addressGuard) else { return [] }
        return context.claims(of: .outsideAddress).prefix(1).map { sentence in
            make(
                sentence,
                "\"\(context.word(of: .outsideAddress, in: sentence))\": nothing keeps the address from pointing "
                    + "into our own network",
                "Which addresses are refused (private ranges, redirects, other ports), and where is that checked?",
                context)
        }
    }

    private func shells(_ context: ReviewContext) -> [Finding] {
        context.claims(of: .remoteControl).prefix(1).compactMap { sentence in
            guard !context.says(.containment, around: sentence), !context.isDenied(sentence) else { return nil }
            let words = context.word(of: .remoteControl, in: sentence)
            return make(
                sentence, "\"\(words)\" is offered, but not who may use it, on which machine, and what it can reach",
                "Who may use \"\(words)\", where does it run, what can it reach, and is what is typed recorded?",
                context)
        }
    }
}

/// Rows of a table that name a protection and leave it blank.
private enum EmptyProtection {
    private static let names: Set<String> = [
        "auth", "authentication", "authorization", "authorisation", "login", "security", "encryption", "permissions",
        "access control", "access", "secrets", "identity",
    ]

    static func rows(in context: ReviewContext) -> [Sentence] {
        context.document.blocks.compactMap { block in
            guard block.kind == .tableRow, !block.isHidden, block.sentences.count == 1,
                let sentence = block.sentences.first.map({ context.document.sentences[$0] }),
                names.contains(Document.fold(context.document.prose[sentence.bytes])),
                startsRow(sentence, block, context)
            else { return nil }
            return sentence
        }
    }

    private static func startsRow(_ sentence: Sentence, _ block: Block, _ context: ReviewContext) -> Bool {
        let before = context.document.prose[block.prose.lowerBound..<sentence.bytes.lowerBound]
        return before.count { $0 == ASCII.pipe } <= 1
    }
}
