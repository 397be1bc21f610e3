import TuttiCore

/// Headings with nothing under them.
struct EmptySectionCheck: Check {
    let rule = Rule(
        "empty-section", "Empty section", .medium, .product,
        reason: "An empty section looks like a decision that was forgotten; readers cannot tell it from \"none\".",
        bad: "## Security\n\n## Costs", good: "## Security\n\nNo new data; the existing sign-in is used.")
    let knowsAnyLanguage = true

    func findings(in context: ReviewContext) -> [Finding] {
        empty(context) + dismissed(context)
    }

    /// "None." where a proposal owes its readers what was weighed.
    private func dismissed(_ context: ReviewContext) -> [Finding] {
        guard context.kind == .rfc else { return [] }
        let document = context.document
        return document.sections.indices.dropFirst().compactMap { index in
            let section = document.sections[index]
            guard !section.isHidden, !section.roles.isDisjoint(with: [.alternatives, .drawbacks]),
                !document.sections.contains(where: { $0.parent == index })
            else { return nil }
            let own = section.blocks.filter { document.blocks[$0].isProse && !document.blocks[$0].isHidden }
            let sentences = own.flatMap { Array(document.blocks[$0].sentences) }
            guard own.count == 1, let first = sentences.first.map({ document.sentences[$0] }),
                sentences.reduce(0, { $0 + document.sentences[$1].words.count }) <= Self.dismissalMost,
                Self.dismissals.contains(document.words[first.words.lowerBound].key)
            else { return nil }
            return context.finding(
                rule, at: first, subject: "dismissed " + section.path,
                message: "\"\(section.title)\" says only \"\(context.quote(first))\"",
                suggestion: "Name at least what a reader who disagrees would say, and answer it.",
                questions: [
                    "What would a reader who is against this write under \"\(section.title)\", and what is the answer?"
                ])
        }
    }

    private static let dismissalMost = 8
    private static let dismissals: Set<String> = ["none", "no", "nothing", "n", "not"]

    private func empty(_ context: ReviewContext) -> [Finding] {
        let sections = context.document.sections
        guard sections.count > 2, context.document.wordCount > 0 else { return [] }
        return sections.indices.dropFirst().compactMap { index in
            let section = sections[index]
            guard !section.isHidden, !section.hasContent, isWorded(section.title), !isDivider(index, sections),
                !isExpected(section, context)
            else { return nil }
            return Finding(
                rule: rule, subject: section.path, message: "The section \"\(section.title)\" is empty",
                suggestion: "Fill it, write \"none\" with the reason, or take it out.", section: section.path,
                line: section.line,
                questions: ["What belongs under \"\(section.title)\", or why is there nothing to say about it?"],
                missingSection: section.title)
        }
    }

    /// Ornaments and pictures stand as headings in some documents.
    private func isWorded(_ title: String) -> Bool {
        title.contains(where: \.isLetter) && !title.contains("](") && !title.contains("✦")
    }

    /// A title above sections of its own level, as when every heading has one `#`.
    private func isDivider(_ index: Int, _ sections: [Section]) -> Bool {
        index == 1 && index + 1 < sections.count && sections[index + 1].level <= sections[index].level
            && sections[index].level == 1
    }

    /// The rules on missing sections speak of those that the kind demands.
    private func isExpected(_ section: Section, _ context: ReviewContext) -> Bool {
        let expected = SectionExpectation.product(for: context.kind) + SectionExpectation.technical(for: context.kind)
        return expected.contains { expectation in
            !section.roles.isDisjoint(with: expectation.roles)
                && context.document.roles.isDisjoint(with: expectation.roles)
        }
    }
}
