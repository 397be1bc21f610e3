extension DocumentKind {
    /// A kind, and the words of the document that speak for it.
    public struct Detection: Codable, Sendable, Hashable {
        public var kind: DocumentKind
        /// Such as `title says "PRD"`; empty for ``DocumentKind/generic``.
        public var evidence: [String]
    }

    /// Finds out the kind from the title, the headings and the lines about the document. The same text always gives
    /// the same answer; where the evidence is thin it is ``generic``.
    public static func detect(in document: Document) -> Detection {
        var detector = KindDetector(document: document)
        return detector.run()
    }
}

private struct KindDetector {
    let document: Document
    private var scores: [DocumentKind: Int] = [:]
    private var evidence: [DocumentKind: [String]] = [:]

    /// Points that make a kind: a title alone, or three headings.
    private static let enough = 3
    private static let titlePoints = 4

    init(document: Document) { self.document = document }

    mutating func run() -> DocumentKind.Detection {
        readTitle()
        readHeadings()
        let order: [DocumentKind] = [.runbook, .prd, .rfc, .architecture]
        var best: DocumentKind = .generic
        var most = Self.enough - 1
        for kind in order where (scores[kind] ?? 0) > most {
            best = kind
            most = scores[kind] ?? 0
        }
        if best != .generic && (scores[.generic] ?? 0) > most { best = .generic }
        return .init(kind: best, evidence: best == .generic ? [] : evidence[best] ?? [])
    }

    private mutating func add(_ points: Int, _ kind: DocumentKind, _ why: String) {
        scores[kind, default: 0] += points
        if (evidence[kind]?.count ?? 0) < 6 { evidence[kind, default: []].append(why) }
    }

    /// Words of titles; the first that is found counts.
    private static let titles: [(DocumentKind, [String])] = [
        (
            .runbook,
            [
                "runbook", "run book", "playbook", "standard operating procedure", "sop", "operations guide",
                "incident response", "how to restore", "how to fail over", "on call guide", "recovery procedure",
                "operating procedure",
            ]
        ),
        (
            .prd,
            [
                "prd", "product requirements", "product requirement", "requirements document", "product spec",
                "feature spec", "product brief", "feature brief", "requirements specification", "feature request",
            ]
        ),
        (.rfc, ["rfc", "request for comments", "proposal", "design proposal", "enhancement proposal", "adr"]),
        (
            .architecture,
            [
                "architecture", "system design", "technical design", "design document", "design doc",
                "high level design", "solution design", "software design", "technical overview",
            ]
        ),
    ]

    private mutating func readTitle() {
        let visible = document.sections.dropFirst().first { !$0.isHidden }
        var title = Document.fold((visible?.title ?? "").utf8)
        if visible == nil || document.blocks.first?.isHeading == false, let first = document.sentences.first {
            title += " " + Document.fold(document.prose[first.bytes].prefix(120))
        }
        let padded = " \(title) "
        for (kind, words) in Self.titles {
            guard let word = words.first(where: { padded.contains(" \($0) ") }) else { continue }
            add(Self.titlePoints, kind, "the title says \"\(word)\"")
        }
        for comment in document.sentences.prefix(12) where document.blocks[comment.block].section <= 1 {
            let text = Document.fold(document.prose[comment.bytes].prefix(80))
            if text.hasPrefix("rfc pr") || text.hasPrefix("rfc number") || text.hasPrefix("rfc ") {
                add(Self.enough, .rfc, "a line at the top names the RFC")
                break
            }
        }
    }

    private static let headings: [(DocumentKind, Set<SectionRole>)] = [
        (.prd, [.users, .goals, .nonGoals, .metrics, .requirements, .acceptance, .problem]),
        (.rfc, [.motivation, .alternatives, .drawbacks, .openQuestions, .compatibility]),
        (.architecture, [.components, .interfaces, .quality, .decisions, .data, .operations, .failure]),
        (.runbook, [.trigger, .steps, .verification, .escalation, .rollback, .prerequisites]),
        (.generic, [.installation]),
    ]

    /// Headings that belong to many kinds say nothing.
    private static let weak: Set<String> = [
        "overview", "summary", "purpose", "scope", "context", "background", "introduction", "architecture", "features",
        "requirements", "plan", "service", "services", "test", "tests", "checks", "impact", "why", "when", "support",
        "contact", "contacts", "access", "setup", "api", "configuration", "api reference", "tools", "testing", "cost",
    ]

    private mutating func readHeadings() {
        var seen: [DocumentKind: Set<SectionRole>] = [:]
        for section in document.sections.dropFirst() where !section.isHidden {
            let title = Document.fold(section.title.utf8)
            for (kind, roles) in Self.headings {
                let found = section.roles.intersection(roles).subtracting(seen[kind] ?? [])
                guard let role = found.min(by: { $0.rawValue < $1.rawValue }) else { continue }
                if Self.weak.contains(title) { continue }
                seen[kind, default: []].insert(role)
                add(1, kind, "a section \"\(section.title)\"")
            }
        }
        if document.speaks(of: .persona) && (seen[.prd]?.count ?? 0) > 0 { add(1, .prd, "it speaks of its users") }
    }
}
