import TuttiCore

/// Sections without which a document of its kind does not say what is wanted, for whom and why.
struct MissingSectionCheck: Check {
    let rule = Rule(
        "missing-section", "Missing section", .high, .product, kinds: DocumentKind.specific,
        reason: "Each kind of document answers a few questions its readers always have; a missing one comes back late.",
        bad: "A PRD that lists features and never says what problem they solve.",
        good: "A PRD with the problem, the users, goals, success metrics, requirements and what is out of scope.")

    func findings(in context: ReviewContext) -> [Finding] {
        SectionExpectation.product(for: context.kind).compactMap { $0.finding(rule, context) }
    }
}

/// The same for the sections that engineers need.
struct MissingTechnicalSectionCheck: Check {
    let rule = Rule(
        "missing-technical-section", "Missing technical section", .medium, .engineering,
        kinds: [.rfc, .architecture, .runbook],
        reason: "Who builds or operates from the document needs these parts; without them each finds out alone.",
        bad: "A runbook that lists commands and never says how to see that they have helped.",
        good: "A runbook with trigger, access, steps, verification, rollback and whom to call.")

    func findings(in context: ReviewContext) -> [Finding] {
        SectionExpectation.technical(for: context.kind).compactMap { $0.finding(rule, context) }
    }
}

/// A section that a kind of document should have, and what else would do in its place.
struct SectionExpectation: Sendable {
    var heading: String
    var severity: Severity
    /// Any of these, as heading with text or as label, is enough.
    var roles: Set<SectionRole>
    /// So is this number of places in the text that speak of a topic.
    var evidence: (topic: Topic, least: Int)?
    var why: String
    /// `%s` stands for the document's subject.
    var questions: [String]

    func finding(_ rule: Rule, _ context: ReviewContext) -> Finding? {
        guard roles.isDisjoint(with: context.document.roles) else { return nil }
        if let evidence, context.document.marks(of: evidence.topic).count >= evidence.least { return nil }
        if roles.contains(.metrics) && hasMeasuredGoal(context) { return nil }
        if roles.contains(.steps) && hasSteps(context) { return nil }
        let empty = context.document.sections.dropFirst().first {
            !$0.isHidden && !$0.hasContent && !$0.roles.isDisjoint(with: roles)
        }
        let message =
            empty.map { "The section \"\($0.title)\" is empty: \(why)" }
            ?? "No section \"\(heading)\": \(why)"
        var finding = context.missing(
            rule, severity: severity, subject: heading, message: message,
            suggestion: "Answer the questions in a section of this name.",
            questions: questions.map {
                $0.split(separator: "%s", omittingEmptySubsequences: false)
                    .joined(separator: context.subject)
            },
            section: empty?.title ?? heading)
        if let empty {
            finding.line = empty.line
            finding.lines = [empty.line]
            finding.section = empty.path
        }
        return finding
    }

    /// Numbered items or commands in several places are steps under whatever heading.
    private func hasSteps(_ context: ReviewContext) -> Bool {
        let blocks = context.document.blocks.filter { !$0.isHidden }
        return blocks.count { $0.kind == .listItem(ordered: true) } >= Self.stepsLeast
            || blocks.count { $0.kind == .code } >= Self.stepsLeast
    }

    private static let stepsLeast = 3

    /// A goal with a number is a metric, whatever its heading says.
    private func hasMeasuredGoal(_ context: ReviewContext) -> Bool {
        context.document.sentences.contains { sentence in
            context.isStatement(sentence) && context.hasMeasure(sentence) && !context.isAside(sentence)
                && (context.roles(of: sentence).contains(.goals) || isLabelledGoal(sentence, context))
        }
    }

    /// `**Goals.** 2,000 cards in December.`
    private func isLabelledGoal(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        guard let first = context.block(of: sentence).sentences.first else { return false }
        let label = context.document.sentences[first].words.prefix(3)
        let words = context.document.words[label.lowerBound..<label.upperBound]
        return words.first?.before == ASCII.star && !SectionRole.named(by: words).isDisjoint(with: [.goals, .metrics])
    }
}
