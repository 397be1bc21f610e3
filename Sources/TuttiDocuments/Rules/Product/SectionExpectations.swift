import TuttiCore

extension SectionExpectation {
    static func product(for kind: DocumentKind) -> [SectionExpectation] {
        switch kind {
        case .prd: prdSections
        case .rfc: rfcMotivation
        case .architecture: architectureContext
        case .runbook: runbookTrigger
        case .readme, .generic: []
        }
    }

    static func technical(for kind: DocumentKind) -> [SectionExpectation] {
        switch kind {
        case .rfc: rfcSections
        case .architecture: architectureSections
        case .runbook: runbookSections
        case .prd, .readme, .generic: []
        }
    }

    private static let prdSections: [SectionExpectation] = [
        .init(
            heading: "Problem", severity: .high, roles: [.problem, .motivation, .background],
            evidence: (.problem, 3), why: "it is not said what is wrong today, and for whom",
            questions: [
                "What can people not do today, or only with trouble, that %s will change?",
                "How do we know: which numbers, tickets or interviews show it?",
            ]),
        .init(
            heading: "Users", severity: .medium, roles: [.users], evidence: (.persona, 1),
            why: "it is not said for whom this is built",
            questions: ["Who uses %s, how many are they, and which of them matters most when they disagree?"]),
        .init(
            heading: "Goals", severity: .high, roles: [.goals, .metrics], evidence: nil,
            why: "it is not said what will be different when this is done",
            questions: ["Which two or three results must %s reach, and by when?"]),
        .init(
            heading: "Success metrics", severity: .high, roles: [.metrics, .acceptance], evidence: nil,
            why: "nobody can tell afterwards whether it worked",
            questions: [
                "Which number shows that %s works, what is it today, and what should it be?",
                "Where is it measured, and who looks at it when?",
            ]),
        .init(
            heading: "Requirements", severity: .high, roles: [.requirements, .design, .acceptance],
            evidence: (.strongObligation, 5), why: "it is not said what has to be built",
            questions: ["What must %s do in its first release, one testable sentence per requirement?"]),
        .init(
            heading: "Out of scope", severity: .medium, roles: [.nonGoals], evidence: (.scopeLimit, 1),
            why: "readers will assume more than is meant",
            questions: ["What might a reader expect of %s that it will not do in this release?"]),
    ]

    private static let rfcMotivation: [SectionExpectation] = [
        .init(
            heading: "Motivation", severity: .high, roles: [.motivation, .problem, .background, .goals, .summary],
            evidence: (.problem, 3), why: "it is not said why anything should change",
            questions: ["What goes wrong today without %s, how often, and for whom?"])
    ]

    private static let rfcSections: [SectionExpectation] = [
        .init(
            heading: "Proposal", severity: .high, roles: [.design, .requirements, .components, .interfaces],
            evidence: nil, why: "it is not said what exactly is proposed",
            questions: ["What exactly changes with %s, in enough detail that two people would build the same?"]),
        .init(
            heading: "Alternatives", severity: .medium, roles: [.alternatives, .decisions],
            evidence: (.decision, 6), why: "readers cannot see what was weighed against the proposal",
            questions: ["Which other ways were looked at instead of %s, doing nothing included, and why not those?"]),
        .init(
            heading: "Drawbacks", severity: .medium, roles: [.drawbacks, .compatibility, .failure, .security],
            evidence: nil, why: "the price of the proposal is not said",
            questions: ["What becomes worse, slower or harder to change with %s, and for whom?"]),
    ]

    private static let architectureContext: [SectionExpectation] = [
        .init(
            heading: "Context and goals", severity: .medium,
            roles: [.context, .goals, .problem, .motivation, .requirements, .summary, .quality], evidence: nil,
            why: "it is not said what the system is for",
            questions: ["What is %s for, who uses it, and which qualities come first when they conflict?"])
    ]

    private static let architectureSections: [SectionExpectation] = [
        .init(
            heading: "Components", severity: .high, roles: [.components, .design, .interfaces], evidence: nil,
            why: "it is not said which parts there are and what each is responsible for",
            questions: ["Which parts does %s consist of, and what is each alone responsible for?"]),
        .init(
            heading: "Capacity", severity: .medium, roles: [.quality], evidence: (.load, 1),
            why: "the load it is built for is not said",
            questions: ["What load must %s carry at its peak, and how much data in a year?"]),
        .init(
            heading: "Operations", severity: .medium, roles: [.operations, .rollout], evidence: (.rollout, 1),
            why: "it is not said where it runs and how one sees that it is well",
            questions: ["Where does %s run, how does a new version get there, and which signals show trouble?"]),
        .init(
            heading: "Security", severity: .medium, roles: [.security], evidence: (.access, 2),
            why: "it is not said who may do what, and what is trusted",
            questions: ["Who may call %s, how does it know them, and what does it trust without checking?"]),
    ]

    private static let runbookTrigger: [SectionExpectation] = [
        .init(
            heading: "When to use", severity: .high, roles: [.trigger, .context], evidence: (.symptom, 1),
            why: "the person on duty cannot tell whether this is the right page",
            questions: ["Which alert, symptom or date makes somebody start %s, and when is it the wrong page?"])
    ]

    private static let runbookSections: [SectionExpectation] = [
        .init(
            heading: "Steps", severity: .high, roles: [.steps, .rollback], evidence: nil,
            why: "it is not said what to do, in which order",
            questions: ["Which commands or actions does %s consist of, in which order?"]),
        .init(
            heading: "Verification", severity: .high, roles: [.verification], evidence: (.verification, 1),
            why: "nobody can tell whether the steps have helped",
            questions: ["Which command or dashboard shows that %s has worked, and what must it say?"]),
        .init(
            heading: "Escalation", severity: .medium, roles: [.escalation], evidence: (.escalation, 2),
            why: "it is not said whom to call when the steps do not help",
            questions: ["Who is called when the steps do not help, how, and after how many minutes?"]),
        .init(
            heading: "Prerequisites", severity: .low, roles: [.prerequisites], evidence: (.prerequisite, 1),
            why: "it is not said which access and tools are needed",
            questions: ["Which access, tools and permissions must one have before the first step?"]),
    ]
}
