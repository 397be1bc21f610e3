import TuttiCore

/// Success metrics without a number.
struct UnmeasuredMetricCheck: Check {
    let rule = Rule(
        "unmeasured-metric", "Success metric without a number", .medium, .product, kinds: [.prd, .rfc, .generic],
        reason: "\"More engagement\" is always true somewhere; a number with a date can be missed, so it steers.",
        bad: "Increase engagement.", good: "Weekly sharers grow from 12 % to 20 % of active users by June.")
    let needsWorkAtHand = true

    func findings(in context: ReviewContext) -> [Finding] {
        let sections = context.document.sections.indices.filter { index in
            let section = context.document.sections[index]
            guard !section.isHidden, section.hasBody else { return false }
            return section.roles.contains(.metrics)
                || context.kind != .rfc && section.roles.contains(.goals) && !section.roles.contains(.nonGoals)
        }
        return sections.flatMap { findings(in: $0, context) }
    }

    private func findings(in index: Int, _ context: ReviewContext) -> [Finding] {
        let section = context.document.sections[index]
        let isMetrics = section.roles.contains(.metrics)
        let blocks = section.blocks.filter { block in
            let block = context.document.blocks[block]
            return block.isProse && !block.isHidden && !block.sentences.isEmpty
        }
        let vague = blocks.filter { isVague($0, context) }.compactMap { block in
            context.document.blocks[block].sentences.first.map { context.document.sentences[$0] }
        }
        guard vague.count > 1, vague.count == blocks.count || !isMetrics else {
            let saysNothing = isMetrics && vague.count == blocks.count
            return vague.map {
                finding(
                    $0, saysNothing ? .high : .medium, "This \(isMetrics ? "metric" : "goal") has no number", context)
            }
        }
        let all = vague.count == blocks.count
        let what = isMetrics ? "metrics" : "goals"
        let message =
            all ? "None of the \(what) here has a number" : "\(vague.count) of the \(what) here have no number"
        return [finding(vague[0], all ? .high : .medium, message, context).also(at: vague)]
    }

    private func isVague(_ block: Int, _ context: ReviewContext) -> Bool {
        let sentences = context.document.blocks[block].sentences.map { context.document.sentences[$0] }
        return !sentences.contains { context.hasMeasure($0) || $0.isQuestion }
            && sentences.contains { $0.topics.has(.improvement) && $0.words.count > 1 }
    }

    private func finding(
        _ sentence: Sentence, _ severity: Severity, _ message: String, _ context: ReviewContext
    ) -> Finding {
        context.finding(
            rule, at: sentence, severity: severity, message: message,
            suggestion: "Give today's value, the value wanted, the date, and where it is measured.",
            questions: ["For \"\(context.quote(sentence))\": what is the value today, what should it be, and by when?"])
    }
}
