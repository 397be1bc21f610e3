import TuttiCore

/// Single steps without the way back: what is deleted in a plan, changed for a while, or deployed in one go.
struct OneWaySteps {
    private let rule: Rule

    init(_ rule: Rule) { self.rule = rule }

    func findings(in context: ReviewContext) -> [Finding] {
        switch context.kind {
        case .prd, .rfc, .architecture: return deletions(context) + deployments(context)
        case .runbook: return temporary(context)
        case .readme: return deployments(context)
        case .generic: return deletions(context)
        }
    }

    // MARK: - Deletions in a plan

    private static let removals: Set<String> = [
        "deleted", "dropped", "removed", "purged", "destroyed", "truncated", "wiped",
    ]
    private static let ways: Set<String> = [
        "back", "backup", "backups", "snapshot", "restore", "restored", "copy", "copies", "archive", "archived", "undo",
        "undone", "revert", "none", "kept", "until", "after", "export", "exported", "code", "flag", "flags", "switch",
    ]

    /// "S3 JSON is deleted": after this step of a rollout or migration nobody can go back.
    private func deletions(_ context: ReviewContext) -> [Finding] {
        context.document.sentences.filter { sentence in
            let roles = context.roles(of: sentence)
            guard context.isStatement(sentence), !context.isDenied(sentence) else { return false }
            if isDrop(sentence, context) { return true }
            return context.holds(sentence, Self.removals)
                && !roles.isDisjoint(with: [.rollout, .compatibility, .steps]) && !isAnswered(sentence, context)
        }.prefix(1).map { sentence in
            context.finding(
                rule, at: sentence, severity: .high,
                message: "After this step there is no way back, and no check or copy before it is named",
                suggestion: "Say what must hold before this step, how long a copy stays, and how it is brought back.",
                questions: ["What must hold before \"\(context.quote(sentence))\", and how is it undone?"])
        }
    }

    /// "Then we drop the table", in whatever section; what the same step copies is no copy for the way back.
    private func isDrop(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let kept: Set<String> = [
            "backup", "backups", "snapshot", "dump", "restore", "archive", "archived", "undo", "renamed", "kept",
            "until",
            "after", "days", "weeks", "once",
        ]
        return sentence.topics.has(.irreversible) && sentence.topics.has(.dataChange) && !context.isAside(sentence)
            && !context.block(of: sentence).sentences.contains { context.holds(context.document.sentences[$0], kept) }
    }

    private func isAnswered(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.block(of: sentence).sentences.contains { context.holds(context.document.sentences[$0], Self.ways) }
    }

    // MARK: - Changes for a while

    /// "Meanwhile set max to 250": and when is it set back?
    private func temporary(_ context: ReviewContext) -> [Finding] {
        let meanwhile: Set<String> = ["meanwhile", "temporarily"]
        let change: Set<String> = ["set", "raise", "lower", "increase", "reduce", "disable", "scale", "change", "turn"]
        let back: Set<String> = ["back", "undo", "revert", "reset", "restore", "afterwards"]
        let statements = context.document.sentences.filter(context.isStatement)
        guard !statements.contains(where: { context.holds($0, back) }) else { return [] }
        return statements.filter { context.holds($0, meanwhile) && context.holds($0, change) }.prefix(1).map {
            sentence in
            context.finding(
                rule, at: sentence,
                message: "This is changed for a while, but nothing says when and how it is set back",
                suggestion: "Add the step that sets it back, and what shows that it is time.",
                questions: ["When and by whom is this set back: \"\(context.quote(sentence))\"?"])
        }
    }

    // MARK: - Deployments in one go

    /// A chapter that tells how production is deployed, with no stage, no previous version and no backup in the text.
    private func deployments(_ context: ReviewContext) -> [Finding] {
        let chapters = Set(chapters(context))
        guard context.kind.describesSystems, !context.says(.rollback, inChapters: chapters),
            !context.says(.backup, inChapters: chapters)
        else { return [] }
        guard let section = context.document.sections.first(where: { isDeployment($0, context) }) else { return [] }
        var finding = context.missing(
            rule, subject: "deployment", message: "It says how production is deployed, but not how to go back",
            suggestion:
                "Say in which stages a version gets there, how the last one is brought back, and what is backed up.",
            questions: [
                "How is the previous version brought back, and how long does that take?",
                "What is backed up, and when was it last restored?",
            ])
        finding.line = section.line
        finding.lines = [section.line] + deployingLines(of: section, context)
        finding.section = section.path
        return [finding]
    }

    /// The lines of the section that deploy, in text and in code.
    private func deployingLines(of section: Section, _ context: ReviewContext) -> [Int] {
        let verbs = ["deploy", "docker-compose", "docker compose", "helm ", "kubectl apply"]
        return section.lines.dropFirst().filter { index in
            let line = context.document.lines[index]
            let bytes = context.document.source[line.first..<line.end].prefix(200)
            let text = String(decoding: bytes, as: UTF8.self).lowercased()
            return verbs.contains(where: text.contains)
        }.prefix(Self.linesMost).map { $0 + 1 }
    }

    private static let linesMost = 5

    private func isDeployment(_ section: Section, _ context: ReviewContext) -> Bool {
        let title = section.title.lowercased()
        return !section.isHidden && section.hasContent && title.contains("production")
            && !title.contains("development")
    }

    private func chapters(_ context: ReviewContext) -> [Int] {
        context.document.sections.indices.filter { index in
            isDeployment(context.document.sections[index], context)
        }.map { index in
            var index = index
            while let parent = context.document.sections[index].parent, !context.isTitle(parent) { index = parent }
            return index
        }
    }
}
