package import TuttiCore

/// What a report of a roundtable shows, in any format. Equal pages give equal bytes.
package struct ReportPage: Sendable, Hashable {
    package var title: String
    package var ending: RoundtableEnding
    /// One sentence: what came out and what to do now.
    package var summary: String
    package var rounds: [Round]
    package var findings: [Finding]
    /// As ``LineDiff`` writes it, from the first version to the last; empty when nothing changed.
    package var diff: String
    /// The document at the end. The lines of open findings are lines of it.
    package var document: String
    package var runID: String
    /// What else is to be known, such as the kind, the critics and the times, in this order.
    package var facts: [Fact]

    package init(
        title: String, ending: RoundtableEnding, summary: String, rounds: [Round], findings: [Finding], diff: String,
        document: String, runID: String, facts: [Fact]
    ) {
        self.title = title
        self.ending = ending
        self.summary = summary
        self.rounds = rounds
        self.findings = findings
        self.diff = diff
        self.document = document
        self.runID = runID
        self.facts = facts
    }

    /// One round as a line of a table.
    package struct Round: Sendable, Hashable {
        package var number: Int
        /// Open at its end.
        package var findings: SeverityCounts
        /// What it came to.
        package var note: String

        package init(number: Int, findings: SeverityCounts, note: String) {
            self.number = number
            self.findings = findings
            self.note = note
        }
    }

    /// A name and a value.
    package struct Fact: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

extension ReportPage {
    /// Something that a critic found.
    package struct Finding: Sendable, Hashable {
        /// What became of it over the rounds.
        package enum State: String, Sendable, Hashable, CaseIterable {
            case new, repeated, fixed
        }

        package var state: State
        package var severity: Severity
        package var critic: String
        /// Of the rule, if one found it.
        package var code: String?
        /// Counted from 1.
        package var line: Int?
        package var section: String?
        package var message: String
        package var suggestion: String?
        /// The words that it is about.
        package var quote: String?

        package init(
            state: State, severity: Severity, critic: String, code: String? = nil, line: Int? = nil,
            section: String? = nil, message: String, suggestion: String? = nil, quote: String? = nil
        ) {
            self.state = state
            self.severity = severity
            self.critic = critic
            self.code = code
            self.line = line
            self.section = section
            self.message = message
            self.suggestion = suggestion
            self.quote = quote
        }
    }

    /// New and repeated findings, the worst first, then by line.
    package var openFindings: [Finding] { Self.ordered(findings.filter { $0.state != .fixed }) }

    /// What the rounds have mended, in the same order.
    package var fixedFindings: [Finding] { Self.ordered(findings.filter { $0.state == .fixed }) }

    /// The lines of the document, without the empty one behind its last line feed.
    var documentLines: [Substring] {
        var lines = document.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// How many are open, by severity.
    package var openCounts: SeverityCounts {
        openFindings.reduce(into: SeverityCounts()) { $0[$1.severity] += 1 }
    }

    private static func ordered(_ findings: [Finding]) -> [Finding] {
        let numbered = findings.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            if first.severity != second.severity { return first.severity > second.severity }
            // Of equals the order given stands.
            return (first.line ?? .max, left.offset) < (second.line ?? .max, right.offset)
        }
        return numbered.map(\.element)
    }
}
