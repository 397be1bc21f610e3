import TuttiCore

/// Data about people that is handled, with no word on how it is protected.
struct PersonalDataCheck: Check {
    let rule = Rule(
        "unprotected-personal-data", "Personal data without protection", .high, .aiRisk,
        kinds: DocumentKind.proposals,
        reason:
            "People are harmed by what leaks, and the law asks for purpose, access and deletion before the first row.",
        bad: "We store the phone number and location of every user.",
        good: "Location is kept for 24 hours, encrypted, readable by the dispatcher only, and deleted with the account."
    )

    func findings(in context: ReviewContext) -> [Finding] {
        guard let place = worstPlace(context) else { return [] }
        let retention = DataRetention.isNamed(in: context)
        let protection = context.says(.protection)
        guard !retention || !protection else { return [] }
        let named = names(context).prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
        let isSensitive = place.topics.has(.sensitiveData)
        if !retention && !protection && !context.has(.security) {
            return [
                make(
                    place, isSensitive ? .critical : .high, named,
                    "who may see it, how it is protected and when it is deleted", context)
            ]
        }
        let lacks = retention ? "who may see it and how it is protected" : "how long it is kept and how it is deleted"
        return [make(place, isSensitive && !protection ? .high : .medium, named, lacks, context)]
    }

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

    /// The first statement that does something with sensitive data, else with personal data.
    private func worstPlace(_ context: ReviewContext) -> Sentence? {
        for topic in [Topic.sensitiveData, .personalData] {
            let place = context.statements(of: topic).first { sentence in
                !context.isAside(sentence) && isHandled(sentence, context) && !isDenied(sentence, context)
            }
            if let place { return place }
        }
        return nil
    }

    /// Something is done with it; or it stands in a list of data.
    private func isHandled(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        if sentence.topics.has(.handling) { return true }
        let block = context.block(of: sentence)
        return (block.isListItem || block.kind == .tableRow) && context.roles(of: sentence).contains(.data)
    }

    /// "We never store card numbers."
    private func isDenied(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        sentence.words.contains {
            ["never", "not", "no", "without", "nor", "cannot"].contains(context.document.words[$0].key)
        }
    }

    private func names(_ context: ReviewContext) -> [String] {
        var names: [String] = []
        for topic in [Topic.sensitiveData, .personalData] {
            for sentence in context.statements(of: topic)
            where !isDenied(sentence, context) && !context.isAside(sentence) {
                for mark in context.marks(in: sentence, of: topic) {
                    let name = context.text(mark.words).lowercased()
                    if !names.contains(name) { names.append(name) }
                }
            }
        }
        return names
    }
}
