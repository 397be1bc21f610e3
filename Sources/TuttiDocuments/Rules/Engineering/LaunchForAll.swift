import TuttiCore

/// A launch that reaches everybody on one day, with neither a stage before nor a switch behind it.
enum LaunchForAll {
    private static let launches: Set<String> = [
        "enable", "enabled", "launch", "launched", "live", "start", "release", "released", "switch", "switched",
        "activate",
        "activated", "on", "ship", "shipped", "deployed", "deploy", "available",
    ]
    private static let all: [[String]] = [
        ["everyone"], ["everybody"], ["all", "users"], ["all", "customers"], ["all", "tenants"], ["all", "at", "once"],
        ["all", "countries"], ["all", "markets"], ["all", "stores"], ["all", "regions"], ["all", "teams"],
    ]

    static func findings(_ rule: Rule, _ context: ReviewContext) -> [Finding] {
        guard !context.says(.rollback), !context.has(.rollback) else { return [] }
        let plans = context.document.sentences.filter { sentence in
            context.isStatement(sentence)
                && (context.roles(of: sentence).contains(.rollout) || isDated(sentence, context))
        }
        // "10 % of users on Monday, everyone a week later" has a stage.
        let isStaged = plans.contains { sentence in
            sentence.topics.has(.rollout) || context.holds(sentence, ["first", "then", "after", "later", "%"])
        }
        guard !isStaged, let place = plans.first(where: { reachesAll($0, context) }) else { return [] }
        return [
            context.finding(
                rule, at: place, severity: .high, subject: "launch for all",
                message: "This reaches everybody at the same time, and nothing says how it is stopped",
                suggestion: "Name a first, small group, the number that is watched, and the switch that ends it.",
                questions: [
                    "Who gets it first, which number decides about the others, and how is it switched off?"
                ])
        ]
    }

    /// "We go live in all 14 cities on Monday": a launch, said outside of any plan.
    private static func isDated(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.holds(sentence, ["go", "goes", "start", "enable", "launch", "release", "ship", "activate", "switch"])
            && context.holds(sentence, dates) && !context.isAside(sentence)
    }

    private static let dates: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "january", "february", "march", "april", "may", "june",
        "july", "august", "september", "october", "november", "december", "tomorrow", "week", "month", "christmas",
    ]

    private static func reachesAll(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let words = context.document.words
        guard context.holds(sentence, launches), !context.isDenied(sentence) else { return false }
        return sentence.words.contains { position in
            if words[position].key == "all", position + 1 < sentence.words.upperBound {
                if words[position + 1].kind == .number { return true }
            }
            return all.contains { phrase in
                position + phrase.count <= sentence.words.upperBound
                    && phrase.indices.allSatisfy { words[position + $0].key == phrase[$0] }
            }
        }
    }
}
