extension DocumentKind {
    /// A kind, and the words of the document that speak for it.
    public struct Detection: Codable, Sendable, Hashable {
        /// What the document most likely is.
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
    private static let evidenceMost = 6

    init(document: Document) { self.document = document }

    mutating func run() -> DocumentKind.Detection {
        readTitle()
        readHeadings()
        readCommands()
        readWishes()
        readBrief()
        readStatus()
        readDutySteps()
        let order: [DocumentKind] = [.runbook, .prd, .rfc, .architecture, .readme]
        var best: DocumentKind = .generic
        var most = Self.enough - 1
        for kind in order where (scores[kind] ?? 0) > most {
            best = kind
            most = scores[kind] ?? 0
        }
        return .init(kind: best, evidence: best == .generic ? [] : evidence[best] ?? [])
    }

    private mutating func add(_ points: Int, _ kind: DocumentKind, _ why: String) {
        scores[kind, default: 0] += points
        let known = evidence[kind] ?? []
        if known.count < Self.evidenceMost && !known.contains(why) { evidence[kind] = known + [why] }
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
        if visible == nil || document.blocks.first?.isHeading == false { title += openingLines() }
        let padded = " \(title) "
        for (kind, words) in Self.titles {
            guard let word = words.first(where: { padded.contains(" \($0) ") }) else { continue }
            add(Self.titlePoints, kind, "the title says \"\(word)\"")
        }
        readFirstLines()
        for comment in document.sentences.prefix(12) where document.blocks[comment.block].section <= 1 {
            let text = Document.fold(document.prose[comment.bytes].prefix(80))
            if text.hasPrefix("rfc pr") || text.hasPrefix("rfc number") || text.hasPrefix("rfc ") {
                add(Self.enough, .rfc, "a line at the top names the RFC")
                break
            }
        }
    }

    /// The first sentence, and short lines that follow it before the text begins: a pasted page has its title there.
    private func openingLines() -> String {
        document.sentences.prefix(10).enumerated().filter { $0.offset == 0 || $0.element.words.count <= 6 }
            .map { " " + Document.fold(document.prose[$0.element.bytes].prefix(120)) }.joined()
    }

    /// The first lines of some documents say what they are.
    private mutating func readFirstLines() {
        for sentence in document.sentences.prefix(4) where !document.blocks[sentence.block].isHeading {
            if document.words[sentence.words.lowerBound].key == "alert" {
                add(1, .runbook, "the first lines name an alert")
            }
            let text = " " + Document.fold(document.prose[sentence.bytes].prefix(160)) + " "
            for (kind, word) in [
                (DocumentKind.runbook, "runbook"), (.runbook, "playbook"), (.prd, "prd"), (.prd, "quick brief"),
                (.prd, "short brief"), (.prd, "one pager"),
            ]
            where text.contains(" \(word) ") && (scores[kind] ?? 0) < Self.enough {
                add(Self.enough, kind, "the first lines say \"\(word)\"")
            }
        }
    }

    /// What people on duty type; a page with several such lines and a heading or two of a runbook is one.
    private static let dutyCommands: [String] = [
        "kubectl ", "systemctl ", "redis-cli ", "psql ", "journalctl ", "pg_ctl", "rabbitmqctl ", "aws ", "gcloud ",
        "helm ", "nomad ", "patronictl ", "mysql ", "ssh ",
    ]
    private static let commandsLeast = 2

    private mutating func readCommands() {
        guard scores[.runbook] != nil else { return }
        let lines = document.blocks.lazy.filter { $0.kind == .code }.flatMap(\.lines)
        let count = lines.count { index in
            let line = document.lines[index]
            let text = String(decoding: document.source[line.first..<line.end].prefix(80), as: UTF8.self)
            return Self.dutyCommands.contains(where: text.hasPrefix)
        }
        if count >= Self.commandsLeast { add(2, .runbook, "it holds commands for people on duty") }
    }

    private static let wishesLeast = 6

    /// Goals, and a good number of sentences that say what shall be.
    private mutating func readWishes() {
        guard (scores[.prd] ?? 0) > 0, document.roles.contains(.goals) else { return }
        let wishes = Set(document.marks(of: .obligation).map { document.marks[$0].sentence }).count
        if wishes >= Self.wishesLeast { add(2, .prd, "many sentences say what it should do") }
    }

    /// The questions a short proposal of a feature answers under headings of its own choice: what for, what shall
    /// come of it, how, and when.
    private static let briefParts: [[String]] = [
        ["background", "why", "problem", "context", "motivation", "what", "idea", "the idea", "summary", "users"],
        [
            "goals", "goal", "what we want", "success", "metrics", "kpis", "ac", "acceptance", "acceptance criteria",
            "requirements", "done when", "definition of done", "outcome", "must have", "benefits",
        ],
        [
            "how", "how it works", "details", "solution", "scope", "api", "design", "flow", "user flow", "features",
            "how it should work", "data", "ux", "mvp", "v1", "implementation",
        ],
        [
            "rollout", "launch", "release", "plan", "timeline", "estimate", "go live", "open", "open questions",
            "risks",
            "not now", "later", "out of scope", "milestones", "next steps", "effort", "dependencies",
        ],
    ]
    private static let briefPartsLeast = 3

    /// Three of those parts, the wanted result among them, make a brief of a feature. A heading or a label at the
    /// start of a paragraph names them.
    private mutating func readBrief() {
        guard !WorkAtHand.isAccount(document) else { return }
        var names = Set(document.sections.dropFirst().filter { !$0.isHidden }.flatMap { Self.parts(of: $0.title) })
        for sentence in document.sentences where document.blocks[sentence.block].isProse {
            let first = document.words[sentence.words.lowerBound]
            if first.after == ASCII.colon { names.insert(first.key) }
        }
        let found = Self.briefParts.map { part in part.first(where: names.contains) }
        let count = found.count { $0 != nil }
        guard found[1] != nil, count >= Self.briefPartsLeast else { return }
        let named = found.compactMap { $0 }.map { "\"\($0)\"" }.joined(separator: ", ")
        // What looks like another kind already is no brief, though it has such parts too.
        let others: [DocumentKind] = [.rfc, .architecture, .runbook, .readme]
        if let other = others.first(where: { (scores[$0] ?? 0) >= Self.enough - 1 }) {
            if other == .rfc { add(1, .rfc, "its parts are those of a proposal: \(named)") }
            return
        }
        add(Self.enough, .prd, "its parts are those of a brief: \(named)")
    }

    /// "Status: draft" and "comments until Friday" stand above what asks for a decision.
    private mutating func readStatus() {
        for sentence in document.sentences.prefix(6) {
            let first = document.words[sentence.words.lowerBound]
            let keys = sentence.words.dropFirst().map { document.words[$0].key }
            guard first.key == "status", let state = keys.first(where: Self.states.contains) else { continue }
            add(1, .rfc, "a line at the top says \"\(state)\"")
            return
        }
    }

    private static let states: Set<String> = ["draft", "proposed", "accepted", "rejected", "comments", "withdrawn"]

    private static let dutySteps = 3

    /// A numbered list with commands below a line that names an alert: somebody is woken up to do this.
    private mutating func readDutySteps() {
        let pagers: Set<String> = ["pager", "paged", "alert", "alerts", "alarm", "oncall", "on-call"]
        let opening = document.sentences.prefix(4).contains { sentence in
            sentence.words.contains { pagers.contains(document.words[$0].key) }
        }
        let steps = document.blocks.count { $0.kind == .listItem(ordered: true) && !$0.isHidden }
        guard opening, steps >= Self.dutySteps, document.blocks.contains(where: { $0.kind == .code }) else { return }
        add(Self.enough, .runbook, "it lists steps with commands below an alert")
    }

    /// Headings that one kind has and others rarely have.
    private static let headings: [(DocumentKind, String)] = [
        (
            .prd,
            """
            user stories, personas, target users, success metrics, kpis, non goals, out of scope, acceptance criteria
            functional requirements, non functional requirements, requirements, goals, problem, problem statement
            users, what we build, user needs, use cases, metrics, target audience, success criteria, goals and metrics
            not in v1, not in scope, key results, user research, customer problem, objectives
            """
        ),
        (
            .rfc,
            """
            motivation, alternatives, alternatives considered, prior art, unresolved questions, drawbacks, rationale
            detailed design, guide level explanation, reference level explanation, backwards compatibility, proposal
            rationale and alternatives, proposed change, backward compatibility, proposed solution, abstract
            """
        ),
        (
            .architecture,
            """
            components, building blocks, data flow, deployment view, quality attributes, system context, data model
            context and scope, architecture decisions, design decisions, decisions, interfaces, failure modes, capacity
            runtime view, constraints, scalability, architecture overview, system overview, component architecture
            high level architecture, building block view, cross cutting concerns, technology decisions, failure handling
            """
        ),
        (
            .runbook,
            """
            symptoms, when to use, trigger, alerts, diagnosis, mitigation, rollback, escalation, verification, steps
            procedure, prerequisites, before you start, post checks, contacts, on call, verify, remediation, triage
            when to use this, escalation path, immediate actions, access, when, pre checks, rollback procedure, check
            checks, what's going on, what is going on, if nothing helps
            """
        ),
        (
            .readme,
            """
            installation, install, getting started, quick start, quickstart, usage, license, licence, contributing
            features, key features, tech stack, project structure, demo, roadmap, environment variables, development
            api endpoints, running, build, building, acknowledgements, acknowledgments, credits, docker deployment
            project overview, api reference, running tests, prerequisites and installation, technology stack, badges
            documentation, examples, author, authors, support, changelog
            """
        ),
    ]

    private static let table: [String: [DocumentKind]] = {
        var table: [String: [DocumentKind]] = [:]
        for (kind, list) in headings {
            for phrase in Lexicon.entries(list) { table[phrase, default: []].append(kind) }
        }
        return table
    }()

    private mutating func readHeadings() {
        var seen: Set<String> = []
        for section in document.sections.dropFirst() where !section.isHidden {
            for part in Self.parts(of: section.title) {
                for kind in Self.table[part] ?? [] where seen.insert("\(kind) \(part)").inserted {
                    add(1, kind, "a section \"\(section.title)\"")
                }
            }
        }
        if document.speaks(of: .persona) && (scores[.prd] ?? 0) > 1 { add(1, .prd, "it speaks of its users") }
    }

    /// The title without its number, and its halves around "and".
    private static func parts(of title: String) -> Set<String> {
        var words = Document.fold(title.utf8).split(separator: " ")
        while let first = words.first, first.allSatisfy({ !$0.isLetter || !$0.isASCII }) { words.removeFirst() }
        if let brackets = words.firstIndex(where: { $0.first?.isNumber == true }) { words = Array(words[..<brackets]) }
        let halves = words.split(separator: "and").map { $0.joined(separator: " ") }
        return Set(halves + [words.joined(separator: " ")])
    }
}
