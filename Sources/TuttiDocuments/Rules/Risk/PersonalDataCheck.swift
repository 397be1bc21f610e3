import TuttiCore

/// Data about people that is handled, with no word on how it is protected.
struct PersonalDataCheck: Check {
    let rule = Rule(
        "unprotected-personal-data", "Personal data without protection", .high, .aiRisk,
        kinds: DocumentKind.systems,
        reason:
            "People are harmed by what leaks, and the law asks for purpose, access and deletion before the first row.",
        bad: "We store the phone number and location of every user.",
        good: "Location is kept for 24 hours, encrypted, readable by the dispatcher only, and deleted with the account."
    )
    let needsWorkAtHand = true

    func findings(in context: ReviewContext) -> [Finding] {
        let places = places(context)
        guard let place = worst(places, context) else { return [] }
        let retention = DataRetention.isNamed(for: places, in: context)
        let protection = context.says(.protection)
        guard !retention || !protection else { return [] }
        let named = names(places, context).prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
        let isSensitive = place.topics.has(.sensitiveData)
        if !retention && !protection && !context.has(.security) {
            return [
                make(
                    place, isSensitive ? .critical : .high, named,
                    "who may see it, how it is protected and when it is deleted", context
                ).also(at: Array(places.prefix(Self.placesMost)))
            ]
        }
        let lacks = retention ? "who may see it and how it is protected" : "how long it is kept and how it is deleted"
        return [
            make(place, isSensitive || !protection ? .high : .medium, named, lacks, context)
                .also(at: Array(places.prefix(Self.placesMost)))
        ]
    }

    private static let placesMost = 6

    private func make(
        _ place: Sentence, _ severity: Severity, _ named: String, _ lacks: String, _ context: ReviewContext
    ) -> Finding {
        context.finding(
            rule, at: place, severity: severity, subject: "personal data",
            message: "It handles \(named), but nothing says \(lacks)",
            suggestion: "Say for each kind of data: purpose, who may read it, how it is protected, when it is deleted.",
            questions: [
                "For \(named): what is each needed for, and could the product do without it?",
                "Who may read it, and how is it protected on the way and at rest?",
                "When is it deleted, and how does a person get theirs shown or deleted?",
            ]
        )
        .under("Data protection")
    }

    /// All statements in which data about people is handled.
    private func places(_ context: ReviewContext) -> [Sentence] {
        let named = [Topic.sensitiveData, .personalData].flatMap { context.claims(of: $0) }.filter {
            isHandled($0, context) && !context.isDenied($0)
        }
        let listed = context.claims(of: .personAttribute).filter { isListOfAttributes($0, context) }
        var seen: Set<Int> = []
        return (named + listed).filter { seen.insert($0.words.lowerBound).inserted }
            .sorted { $0.words.lowerBound < $1.words.lowerBound }
    }

    /// "name, email and last login IP": what is said of a person, piece by piece.
    private func isListOfAttributes(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let kinds = Set(context.marks(in: sentence, of: .personAttribute).map { context.text($0.words).lowercased() })
        guard !context.isDenied(sentence), context.block(of: sentence).kind != .tableRow else { return false }
        return kinds.count >= 3
            || kinds.count == 2 && sentence.topics.has(.keeping) && speaksOfPeople(sentence, context)
    }

    private func speaksOfPeople(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.holds(
            sentence,
            [
                "user", "users", "customer", "customers", "member", "members", "player", "players", "employee",
                "employees",
                "patient", "patients", "person", "people", "admin", "visitor", "visitors", "applicant", "applicants",
            ])
    }

    /// Sensitive data first, then what is kept or shown, then the first of all.
    private func worst(_ places: [Sentence], _ context: ReviewContext) -> Sentence? {
        places.first { $0.topics.has(.sensitiveData) && $0.topics.has(.keeping) }
            ?? places.first { $0.topics.has(.sensitiveData) } ?? places.first { $0.topics.has(.keeping) }
            ?? places.first
    }

    private func isHandled(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        if sentence.topics.has(.handling) { return true }
        let block = context.block(of: sentence)
        return (block.isListItem || block.kind == .tableRow)
            && !context.roles(of: sentence).isDisjoint(
                with: context.kind == .readme ? [.data, .requirements] : [.data])
    }

    private func names(_ places: [Sentence], _ context: ReviewContext) -> [String] {
        var names: [String] = []
        for topic in [Topic.sensitiveData, .personalData, .personAttribute]
        where topic != .personAttribute || names.isEmpty {
            for mark in places.flatMap({ context.marks(in: $0, of: topic) }) {
                let name = context.text(mark.words).lowercased()
                if !names.contains(name) { names.append(name) }
            }
        }
        return names
    }
}
