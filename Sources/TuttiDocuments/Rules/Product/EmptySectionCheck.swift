import TuttiCore

/// Headings with nothing under them.
struct EmptySectionCheck: Check {
    let rule = Rule(
        "empty-section", "Empty section", .medium, .product,
        reason: "An empty section looks like a decision that was forgotten; readers cannot tell it from \"none\".",
        bad: "## Security\n\n## Costs", good: "## Security\n\nNo new data; the existing sign-in is used.")
    let knowsAnyLanguage = true

    func findings(in context: ReviewContext) -> [Finding] {
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
