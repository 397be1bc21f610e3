import TuttiCore

/// Success metrics without a number.
struct UnmeasuredMetricCheck: Check {
    let rule = Rule(
        "unmeasured-metric", "Success metric without a number", .medium, .product, kinds: [.prd, .rfc],
        reason: "\"More engagement\" is always true somewhere; a number with a date can be missed, so it steers.",
        bad: "Increase engagement.", good: "Weekly sharers grow from 12 % to 20 % of active users by June.")

    func findings(in context: ReviewContext) -> [Finding] {
        let sections = context.document.sections.indices.filter { index in
            let section = context.document.sections[index]
            return !section.isHidden && section.roles.contains(.metrics) && section.hasBody
        }
        return sections.flatMap { findings(in: $0, context) }
    }

    private func findings(in index: Int, _ context: ReviewContext) -> [Finding] {
        let section = context.document.sections[index]
        let blocks = section.blocks.filter { block in
            let block = context.document.blocks[block]
            return block.isProse && !block.isHidden && !block.sentences.isEmpty
        }
        let vague = blocks.filter { block in
            let sentences = context.document.blocks[block].sentences.map { context.document.sentences[$0] }
            return !sentences.contains { context.hasMeasure($0) || $0.isQuestion }
                && sentences.contains { $0.topics.has(.improvement) && $0.words.count > 1 }
        }
        return vague.compactMap { block in
            guard let first = context.document.blocks[block].sentences.first else { return nil }
            let sentence = context.document.sentences[first]
            let all = vague.count == blocks.count && vague.count > 1
            return context.finding(
                rule, at: sentence, severity: all ? .high : .medium,
                message: all ? "None of the metrics here has a number" : "This metric has no number",
                suggestion: "Give today's value, the value wanted, the date, and where it is measured.",
                questions: [
                    "For \"\(context.quote(sentence))\": what is the value today, what should it be, and by when?"
                ])
        }
    }
}
