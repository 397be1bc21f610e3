import TuttiCore

/// Writes the questions of findings where their answers belong.
struct QuestionPlacement {
    let document: Document
    let kind: DocumentKind
    private let style: HeadingStyle
    static let openQuestions = "Open questions"

    init(document: Document, kind: DocumentKind) {
        self.document = document
        self.kind = kind
        style = HeadingStyle(document)
    }

    /// - Parameter findings: in order of weight; those that already have their questions in the text are left alone.
    func place(_ findings: [Finding], in changes: inout ChangeList) {
        let asked = Set(document.questions.flatMap(\.keys))
        let open = findings.filter { finding in
            finding.severity >= Editor.asksFrom && !finding.questions.isEmpty
                && !finding.keys.contains(where: asked.contains)
        }
        // Behind an open comment whatever we write would vanish in it.
        guard !open.isEmpty, !document.hasOpenComment else { return }
        var sections: [(title: String, findings: [Finding])] = []
        for finding in open {
            let title = finding.missingSection ?? Self.openQuestions
            if let index = sections.firstIndex(where: { $0.title == title }) {
                sections[index].findings.append(finding)
            } else {
                sections.append((title, [finding]))
            }
        }
        sections.sort { rank(ofTitle: $0.title) < rank(ofTitle: $1.title) }
        var number = style.nextNumber
        var inserts: [(line: Int, lines: [String], edits: [Edit])] = []
        for section in sections {
            let insert = insertion(for: section.title, section.findings, &number)
            if let same = inserts.firstIndex(where: { $0.line == insert.line }) {
                inserts[same].lines += [""] + insert.lines
                inserts[same].edits += insert.edits
            } else {
                inserts.append(insert)
            }
        }
        for insert in inserts { write(insert, in: &changes) }
    }

    private func write(_ insert: (line: Int, lines: [String], edits: [Edit]), in changes: inout ChangeList) {
        var lines = insert.lines
        if insert.line > document.missingFenceLine, let fence = document.missingFence { lines = [fence, ""] + lines }
        changes.insert(lines, beforeLine: insert.line, edits: insert.edits)
    }

    private func insertion(
        for title: String, _ findings: [Finding], _ number: inout Int?
    ) -> (line: Int, lines: [String], edits: [Edit]) {
        if let existing = existingSection(title) {
            let body = findings.flatMap { questionLines($0, addsSection: false) }
            let line = lineBehind(existing)
            return (line, body.dropLast(), edits(findings, line, added: nil))
        }
        let body = findings.enumerated().flatMap { questionLines($0.element, addsSection: $0.offset == 0) }
        let line = number == nil ? lineForNew(title) : document.lines.count
        let heading = style.lines(for: title, number: number)
        number = number.map { $0 + 1 }
        return (line, heading + [""] + body.dropLast(), edits(findings, line, added: title))
    }

    private func questionLines(_ finding: Finding, addsSection: Bool) -> [String] {
        let lead = style.isMarkdown ? QuestionText.boldLead : QuestionText.lead
        return [QuestionText.marker(code: finding.code, keys: finding.keys, addsSection: addsSection)]
            + finding.questions.map { "- \(lead) \($0)" } + [""]
    }

    private func edits(_ findings: [Finding], _ line: Int, added title: String?) -> [Edit] {
        findings.map { finding in
            let count = finding.questions.count == 1 ? "1 question" : "\(finding.questions.count) questions"
            let what = title.map { "added the section \"\($0)\" with \(count) to answer" } ?? "asked \(count)"
            return Edit(
                rule: finding.code, line: min(line + 1, max(1, document.lines.count)), what: what,
                why: finding.message)
        }
    }

    // MARK: - Where

    /// The section that already bears the title: the author's, though empty, or one that we have added before.
    private func existingSection(_ title: String) -> Int? {
        let folded = Document.fold(title.utf8)
        let same = document.sections.indices.dropFirst().first {
            Document.fold(document.sections[$0].title.utf8) == folded
        }
        guard title == Self.openQuestions else { return same }
        return same
            ?? document.sections.indices.dropFirst().last { index in
                document.sections[index].roles.contains(.openQuestions) && document.sections[index].level > 1
            }
    }

    /// The line behind the last line of a section that is not blank.
    private func lineBehind(_ section: Int) -> Int {
        let lines = document.sections[section].lines
        var line = lines.upperBound
        while line > lines.lowerBound + 1 && document.lines[line - 1].isBlank && !isMarker(line - 1) { line -= 1 }
        return line
    }

    private func isMarker(_ line: Int) -> Bool { document.questions.contains { $0.line == line } }

    /// Behind the last section that usually stands before it, before the first that usually stands behind it.
    private func lineForNew(_ title: String) -> Int {
        let rank = rank(ofTitle: title)
        let main = document.sections.dropFirst().filter { $0.level == style.level }
        let isTail: (Section) -> Bool = { $0.roles.contains(.references) || $0.roles.contains(.glossary) }
        if let before = main.last(where: { !isTail($0) && self.rank($0) < rank }) { return before.lines.upperBound }
        if let after = main.first(where: { !$0.isHidden && self.rank($0) > rank }) { return after.lines.lowerBound }
        return main.first(where: isTail)?.lines.lowerBound ?? document.lines.count
    }

    /// The usual order of sections; kinds differ little.
    private static let order: [SectionRole] = [
        .summary, .context, .trigger, .problem, .motivation, .background, .users, .goals, .metrics, .nonGoals,
        .prerequisites, .requirements, .design, .components, .data, .interfaces, .steps, .verification, .acceptance,
        .decisions, .failure, .security, .quality, .operations, .testing, .rollout, .rollback, .escalation,
        .alternatives, .drawbacks, .compatibility, .openQuestions, .glossary, .references,
    ]

    private func rank(_ section: Section) -> Int {
        // "Alternatives" tell decisions, too, but stand where alternatives stand.
        let roles = section.roles.contains(.alternatives) ? [.alternatives] : section.roles
        return Self.order.indices.first { roles.contains(Self.order[$0]) } ?? -1
    }

    private static let titleRoles: [String: SectionRole] = [
        "Problem": .problem, "Users": .users, "Goals": .goals, "Success metrics": .metrics,
        "Requirements": .requirements, "Out of scope": .nonGoals, "Motivation": .motivation, "Proposal": .design,
        "Alternatives": .alternatives, "Drawbacks": .drawbacks, "Context and goals": .context,
        "Components": .components, "Decisions": .decisions, "Capacity": .quality, "Operations": .operations,
        "Security": .security, "When to use": .trigger, "Steps": .steps, "Verification": .verification,
        "Escalation": .escalation, "Prerequisites": .prerequisites, "Rollout": .rollout, "Rollback": .rollback,
        "Failure handling": .failure, "Data protection": .security, "Model risks": .security, "Limits": .quality,
        openQuestions: .openQuestions,
    ]

    private func rank(ofTitle title: String) -> Int {
        let role = Self.titleRoles[title] ?? .openQuestions
        return Self.order.firstIndex(of: role) ?? Self.order.count
    }
}
