package import TuttiCore
package import TuttiDocuments

/// What the moderator answers.
package struct ModeratorAnswer: ModelAnswer {
    /// What it wants changed.
    package var edits: [Change]
    /// The findings that it leaves as they are.
    package var unresolved: [Unresolved]

    /// A change of lines.
    package struct Change: Codable, Sendable, Hashable {
        package var action: LineEdit.Action
        package var firstLine: Int
        package var lastLine: Int
        package var anchor: String
        package var text: String
        /// The names of the findings in the question.
        package var findings: [String]
        package var reason: String
    }

    /// A finding that is not mended.
    package struct Unresolved: Codable, Sendable, Hashable {
        /// The name of the finding in the question.
        package var id: String
        package var reason: String
    }

    package init(edits: [Change], unresolved: [Unresolved] = []) {
        self.edits = edits
        self.unresolved = unresolved
    }

    private enum CodingKeys: CodingKey { case edits, unresolved }

    /// A list that is left out is empty.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        edits = try container.decode([Change].self, forKey: .edits)
        unresolved = try container.decodeIfPresent([Unresolved].self, forKey: .unresolved) ?? []
    }

    package static var schema: JSONSchema {
        .object([
            .required("edits", .array(of: change).describing("Changes of lines; may be empty.")),
            .optional("unresolved", .array(of: unresolved).orNull.describing("Findings that are left, with reasons.")),
        ])
    }

    private static let change = JSONSchema.object([
        .required("action", .word(LineEdit.Action.allCases.map(\.rawValue))),
        .required("first_line", .integer().describing("The first line that changes, or the one to insert after.")),
        .optional("last_line", .integer().orNull.describing("The last line that changes.")),
        .required("anchor", .string().describing("The first words of first_line, copied exactly.")),
        .optional("text", .string().orNull.describing("The new lines.")),
        .optional("findings", .array(of: .string()).orNull.describing("The findings that it answers, such as F1.")),
        .optional("reason", .string().orNull.describing("Why, in one sentence.")),
    ])

    private static let unresolved = JSONSchema.object([
        .required("id", .string().describing("The name of the finding, such as F1.")),
        .required("reason", .string().describing("Why, in one sentence.")),
    ])

    package var bounded: ModeratorAnswer {
        ModeratorAnswer(
            // One more than may be, so that it is noticed.
            edits: edits.prefix(LineEditor.editsMax + 1).map { change in
                var change = change
                change.anchor = CleanText.line(change.anchor, bytesMax: AnswerLimits.quoteMax)
                change.text = CleanText.verbatim(change.text, bytesMax: AnswerLimits.editTextMax)
                change.findings = change.findings.prefix(FindingList.shownMax).map {
                    CleanText.line($0, bytesMax: AnswerLimits.titleMax)
                }
                change.reason = CleanText.line(change.reason, bytesMax: AnswerLimits.textMax)
                return change
            },
            unresolved: unresolved.prefix(FindingList.shownMax).map {
                Unresolved(
                    id: CleanText.line($0.id, bytesMax: AnswerLimits.titleMax),
                    reason: CleanText.line($0.reason, bytesMax: AnswerLimits.textMax))
            })
    }
}

extension ModeratorAnswer.Change {
    private enum CodingKeys: String, CodingKey {
        case action, anchor, text, findings, reason
        case firstLine = "first_line"
        case lastLine = "last_line"
    }

    /// One line when the last is not named; texts and lists that are left out are empty.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let word = try container.decode(String.self, forKey: .action)
        guard let action = LineEdit.Action(rawValue: word.lowercased()) else {
            throw DecodingError.dataCorruptedError(
                forKey: .action, in: container, debugDescription: "is none of replace, insert_after and delete")
        }
        self.action = action
        firstLine = try container.decode(Int.self, forKey: .firstLine)
        lastLine = try container.decodeIfPresent(Int.self, forKey: .lastLine) ?? firstLine
        anchor = try container.decodeIfPresent(String.self, forKey: .anchor) ?? ""
        text = try container.decodeIfPresent(String.self, forKey: .text) ?? ""
        findings = try container.decodeIfPresent([String].self, forKey: .findings) ?? []
        reason = try container.decodeIfPresent(String.self, forKey: .reason) ?? ""
    }
}

extension ModeratorAnswer {
    /// What became of the edits.
    package struct Applied: Sendable, Hashable {
        /// The part after those that fit, and what was changed for which finding.
        package var revision: Revision
        /// The edits that do not fit; a model that is shown them can mend its answer.
        package var problems: [LineEditProblem]

        /// The revision, with what does not fit as refused.
        var told: Revision {
            var told = revision
            if !problems.isEmpty {
                told.refused = problems.prefix(ModeratorAnswer.refusedMax).map { problem in
                    CleanText.line("edit \(problem.index + 1) \(problem.problem)", bytesMax: AnswerLimits.textMax)
                }
            }
            return told
        }
    }

    /// Refused edits of one answer that are told.
    private static let refusedMax = 20

    /// Applies the edits to the part that was shown.
    ///
    /// - Parameter findings: as the ``ModeratorQuestion`` had them.
    package func apply(to part: DocumentPart, findings: [Finding]) -> Applied {
        let list = FindingList(findings)
        let edited = LineEditor(part.text, firstLine: part.firstLine).apply(
            edits.map {
                LineEdit(
                    action: $0.action, firstLine: $0.firstLine, lastLine: $0.lastLine, anchor: $0.anchor, text: $0.text)
            })
        let done = edited.applied.map { applied in
            let change = edits[applied.index]
            let codes = change.findings.compactMap { list.index(named: $0) }.map { findings[$0].code }
            return Edit(
                rule: codes.first ?? "moderator", line: applied.line, what: Self.what(change), why: change.reason)
        }
        var revision = Revision(text: edited.text, edits: done)
        let left = unresolved.compactMap { entry in
            list.index(named: entry.id).map { "\(findings[$0].code): \(entry.reason)" }
        }
        if !left.isEmpty { revision.unresolved = left }
        return Applied(revision: revision, problems: edited.problems)
    }

    private static func what(_ change: Change) -> String {
        let text = CleanText.line(change.text, bytesMax: 120)
        return switch change.action {
        case .replace: "rewrote \(lines(change)): \(text)"
        case .insertAfter: "added: \(text)"
        case .delete: "removed \(lines(change))"
        }
    }

    /// Of a change that fits, so that there are not more lines than the document has.
    private static func lines(_ change: Change) -> String {
        let count = change.lastLine - change.firstLine + 1
        return count > 1 ? "\(count) lines" : "the line"
    }
}
