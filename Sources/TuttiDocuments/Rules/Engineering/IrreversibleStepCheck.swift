import TuttiCore

/// Commands in a runbook that cannot be taken back, with no copy made before.
struct IrreversibleStepCheck: Check {
    let rule = Rule(
        "irreversible-step", "Irreversible step without a way back", .critical, .engineering,
        kinds: [.runbook, .generic],
        reason: "People run these lines tired and in a hurry; one mistyped name is then final.",
        bad: "psql -c 'DROP TABLE sessions_old;'",
        good: "pg_dump -t sessions_old > /backup/s.sql && psql -c 'DROP TABLE sessions_old;'")
    let needsWorkAtHand = true

    /// Lower case; found anywhere in a line of code.
    private static let commands: [String] = [
        "drop table", "drop database", "drop schema", "drop column", "truncate ", "delete from", "rm -rf", "rm -fr",
        "kubectl delete", "terraform destroy", "git push --force", "git push -f", "flushall", "flushdb", "mkfs",
        "dropdb ", "docker volume rm", "aws s3 rm", "aws s3 rb", "helm uninstall", "zfs destroy", "purge_queue",
        "dd if=", "lvremove",
        "kafka-topics --delete", "gsutil rm -r", "gsutil -m rm", "wipefs", "redis-cli del", "delete-stack", "shred ",
        "deletecollection", "reset --hard", "delete-db", "terminate-instances", "dropcollection",
    ]
    /// Deletes what comes back by itself.
    private static let harmless: [String] = ["kubectl delete pod", "--dry-run", "rm -rf /tmp", "rm -rf node_modules"]

    func findings(in context: ReviewContext) -> [Finding] {
        guard !context.has(.rollback), !hasBackup(context) else { return [] }
        return inCode(context) + inText(context)
    }

    private func inCode(_ context: ReviewContext) -> [Finding] {
        let document = context.document
        var findings: [Finding] = []
        for block in document.blocks where block.kind == .code && !block.isHidden {
            for line in block.lines {
                let range = document.lines[line].first..<document.lines[line].end
                guard range.count < 400 else { continue }
                let text = String(decoding: document.source[range], as: UTF8.self)
                guard let command = dangerous(text) else { continue }
                findings.append(make(command, text, line + 1, document.sections[block.section].path, context))
            }
        }
        return findings
    }

    private func inText(_ context: ReviewContext) -> [Finding] {
        let document = context.document
        var findings: [Finding] = []
        for sentence in document.sentences where context.isStatement(sentence) {
            let path = context.section(of: sentence).path
            for position in sentence.words where document.words[position].kind == .code {
                let text = String(decoding: document.prose[document.words[position].bytes].prefix(400), as: UTF8.self)
                guard let command = dangerous(text) else { continue }
                findings.append(make(command, context.quote(sentence), sentence.line, path, context))
            }
            guard findings.last?.line != sentence.line, context.block(of: sentence).isListItem,
                let mark = context.marks(in: sentence, of: .irreversible).first, !isNegated(mark, sentence, context)
            else { continue }
            findings.append(make(context.text(mark.words), context.quote(sentence), sentence.line, path, context))
        }
        return findings
    }

    private func isNegated(_ mark: Mark, _ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let start = max(sentence.words.lowerBound, mark.words.lowerBound - 3)
        return (start..<mark.words.lowerBound).contains {
            ["not", "never", "don't", "without"].contains(context.document.words[$0].key)
        }
    }

    private func dangerous(_ text: String) -> String? {
        let lower = text.lowercased()
        guard !Self.harmless.contains(where: lower.contains) else { return nil }
        if lower.contains("redis-cli"), lower.contains(" del ") { return "redis-cli del" }
        return Self.commands.first(where: lower.contains).map { String($0.drop { $0 == " " }) }
    }

    private func make(
        _ command: String, _ text: String, _ line: Int, _ section: String, _ context: ReviewContext
    ) -> Finding {
        var name = command
        while name.last == " " { name.removeLast() }
        return Finding(
            rule: rule, subject: text, message: "\"\(name)\" cannot be undone, and no backup or way back is named",
            suggestion: "Make a copy first and say how it is restored, or say why the data may be lost.",
            section: section, line: line, quote: String(text.prefix(Finding.quoteLimit)),
            questions: [
                "Before \"\(name)\" in line of \"\(text.prefix(80))\": where is a copy, and how is it restored?",
                "How does one check that the right data is meant, before it is gone?",
            ]
        )
        .under("Rollback")
    }

    /// A copy, a restore or a way back is spoken of, in the text or in a command.
    private func hasBackup(_ context: ReviewContext) -> Bool {
        context.says(.backup)
            || context.commandsMention(
                ["pg_dump", "mysqldump", "backup", "snapshot", "mongodump", "--dry-run", "restore"])
    }
}

extension Finding {
    /// The same with its questions under a heading of their own.
    func under(_ heading: String) -> Finding {
        var finding = self
        finding.missingSection = heading
        return finding
    }
}
