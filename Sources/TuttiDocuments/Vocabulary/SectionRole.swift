/// The purposes of sections that the kinds of documents know, and the words by which headings and labels name them.
enum SectionRole: String, CaseIterable, Sendable {
    case summary, problem, users, goals, nonGoals, metrics, requirements, acceptance
    case motivation, design, alternatives, drawbacks, compatibility
    case context, components, data, interfaces, decisions, failure, security, operations, quality
    case trigger, prerequisites, steps, verification, escalation
    case rollout, rollback, openQuestions, glossary, references, background, testing, owners
    case installation

    /// Longer phrases win over shorter ones that they contain: "non-goals" is not about goals.
    static let phrases: [(SectionRole, String)] = [
        (
            .summary,
            """
            summary, overview, introduction, abstract, tl;dr, tldr, executive summary, at a glance, purpose
            what is this about, what this is about
            """
        ),
        (
            .problem,
            """
            problem, problems, what are we solving, what problem, challenge(|s), need(|s), customer need
            problem statement, why are we, why do we, why this, the problem, pain points, opportunity, why
            why now
            """
        ),
        (
            .background,
            """
            background, history, prior art, related work, current state, status quo, today
            """
        ),
        (
            .motivation,
            """
            motivation, rationale, justification, why
            """
        ),
        (
            .users,
            """
            user, users, who this is for, who this helps, who needs this, persona(|s), audience, target audience
            target users, customer(|s), stakeholders, user stor(y|ies), use cases, who, who is it for, for whom
            jobs to be done, actors, readers
            """
        ),
        (
            .goals,
            """
            goal(|s), objective(|s), what we want, what do we want, targets, aim(|s), what success looks like
            desired outcome(|s), vision, outcomes
            """
        ),
        (
            .nonGoals,
            """
            non-goal(|s), nongoals, out of scope, not in scope, non goals, exclusions, scope, anti-goals
            what we will not do, not in, not included, not part of, not now, later, won't do
            what we won't build, not yet, what we do not do, deferred, what this is not, limits of scope
            non-objectives, not goals, not doing
            """
        ),
        (
            .metrics,
            """
            metric(|s), success metric(|s), how will we know, how do we know, definition of success, north star
            analytics, kpi(|s), measure(|s) of success, success criteria, success measures, measuring success
            how we measure, key results, okrs, measurement, what success looks like
            """
        ),
        (
            .requirements,
            """
            requirement(|s), functional requirement(|s), features, feature(|s) list, specification
            functionality, scope and requirements, must have(|s), capabilities, what we build
            what we will build, what it needs to do, what it should do, what it must do, user stor(y|ies)
            feature set, key features, behaviour, behavior, functional
            """
        ),
        (
            .acceptance,
            """
            acceptance, acceptance criteria, ac, definition of done, done when, acceptance tests, exit criteria
            """
        ),
        (
            .design,
            """
            design, proposal, proposed solution, solution, detailed design, specification, approach
            proposed change(|s), guide-level explanation, reference-level explanation, implementation
            how it works, technical design, proposed design, the change, plan, protocol
            """
        ),
        (
            .alternatives,
            """
            alternative(|s), options, other options, options considered, alternatives considered, rejected
            rationale and alternatives, considered, what else
            """
        ),
        (
            .drawbacks,
            """
            drawback(|s), risk(|s), downside(|s), disadvantages, cons, trade-off(|s), tradeoff(|s), consequences
            cost(|s), concerns, known issues, limitations, caveats, risks and mitigations
            """
        ),
        (
            .compatibility,
            """
            compatibility, backward(|s) compatibility, migration, breaking changes, stability, impact
            """
        ),
        (
            .context,
            """
            context, system context, scope and context, overview, introduction, business context, goals, purpose
            summary, background, high-level overview, about, what it does, what it is, scope
            """
        ),
        (
            .components,
            """
            component(|s), building block(|s), building-block view, module(|s), service(|s), containers
            structure, architecture, high-level architecture, system architecture, system design
            system overview, parts, the parts, layers, subsystems, main parts, topology
            """
        ),
        (
            .data,
            """
            data, data model, data flow(|s), storage, schema(|s), database, persistence, state, entities
            information model, domain model, where data lives
            """
        ),
        (
            .interfaces,
            """
            interface(|s), api(|s), contracts, endpoints, protocols, integration(|s)
            """
        ),
        (
            .decisions,
            """
            decision(|s), architecture decisions, design decisions, key decisions, trade-offs, tradeoffs
            adr(|s), rationale, alternatives, alternatives considered, technology choices, why
            options considered
            """
        ),
        (
            .failure,
            """
            failure(|s), failure mode(|s), failure handling, error handling, errors, fault tolerance, resilience
            reliability, error cases, edge cases, what can go wrong, when things fail, degraded mode(|s)
            disaster recovery, recovery, availability
            """
        ),
        (
            .security,
            """
            security, privacy, security and privacy, data protection, threat model, threats, access control
            compliance, authentication, authorization, authorisation, permissions, trust
            """
        ),
        (
            .operations,
            """
            deployment, operations, infrastructure, deployment view, running it, monitoring, observability
            hosting, environments, operating it, running, operability, operational concerns, deploying
            """
        ),
        (
            .quality,
            """
            quality, quality attributes, non-functional requirements, performance, scalability, capacity, scale
            quality goals, nfrs, load, limits, limits and capacity, numbers, capacity and limits, sizing
            constraints
            """
        ),
        (
            .trigger,
            """
            when to use, symptom(|s), trigger(|s), alert(|s), detection, impact, when, signs, alarm(|s)
            use this when, scope, purpose, overview, summary, when to use this, when to run, indications
            schedule
            """
        ),
        (
            .prerequisites,
            """
            prerequisite(|s), access, before you start, before you begin, preparation, you need, requirements
            what you need, permissions, tools, pre-flight, preconditions, preflight, pre-checks, setup
            """
        ),
        (
            .steps,
            """
            step(|s), procedure(|s), instructions, mitigation, resolution, response, how to, remediation
            actions, fix, recovery, process, diagnosis, triage, immediate actions, playbook, execution, task(|s)
            restore, failover, run, the run, do, runbook, repair, phases
            """
        ),
        (
            .verification,
            """
            verification, verify, validation, check(|s), post-checks, confirm, after, test(|s), how to verify
            done when, smoke test(|s), expected result(|s), health check(|s), post-flight, is it fixed
            after the fix, success criteria, acceptance
            """
        ),
        (
            .escalation,
            """
            escalation, contact(|s), escalate, on-call, who to call, owners, support, help, ownership
            who to ask, communication, escalation path, owner, roles
            """
        ),
        (
            .rollout,
            """
            rollout, roll-out, launch, launch plan, release, release plan, deployment, deployment plan, phases
            milestone(|s), timeline, rollout plan, rollout and rollback, release strategy, migration plan
            roadmap, adoption, adoption plan, pilot, migration, migration steps, timing, delivery plan, schedule
            stabilization, transition
            """
        ),
        (
            .rollback,
            """
            rollback, roll-back, roll back, rolling back, back-out, backout, revert, reverting, undo
            backout plan, rollback plan, recovery, reversal, rollout and rollback, contingency, back out
            going back
            """
        ),
        (
            .openQuestions,
            """
            open question(|s), question(|s), unresolved question(|s), open issues, open points, unknowns
            to be decided, decisions needed, undecided
            """
        ),
        (
            .glossary,
            """
            glossary, terms, terminology, definition(|s), abbreviations, acronyms, vocabulary, definitions
            """
        ),
        (
            .references,
            """
            reference(|s), links, further reading, appendix, bibliography, see also, changelog, change log
            revision history, version history, document history, resources, sources, credits, license, licence
            """
        ),
        (
            .testing,
            """
            testing, test plan, tests, evaluation, quality assurance, qa
            """
        ),
        (
            .owners,
            """
            owner(|s), ownership, team, roles, roles and responsibilities, responsibilities
            """
        ),
        (
            .installation,
            """
            installation, install, getting started, quick start, quickstart, usage, contributing, license
            licence, build, building, badges, documentation, development, configuration, examples, running
            """
        ),
    ]

    private static let table: [String: [(tail: [String], role: SectionRole)]] = {
        var table: [String: [(tail: [String], role: SectionRole)]] = [:]
        for (role, list) in phrases {
            for phrase in Lexicon.entries(list).flatMap(Lexicon.expand) {
                for form in Set([phrase, String(phrase.map { $0 == "-" ? " " : $0 })]) {
                    let words = form.split(separator: " ").map(String.init)
                    guard let head = words.first else { continue }
                    table[head, default: []].append((Array(words.dropFirst()), role))
                }
            }
        }
        return table
    }()

    /// Whether a line says the name of a section and nothing else.
    static func isWholePhrase(_ line: ArraySlice<UInt8>) -> Bool {
        let words = Document.fold(line).split(separator: " ").map(String.init)
        guard let head = words.first, let candidates = table[head] else { return false }
        return candidates.contains { $0.tail == Array(words.dropFirst()) }
    }

    /// Words that turn a heading away from what its other words say.
    private static let negations: Set<String> = ["non", "not", "out", "no", "anti", "non-goals", "nongoals"]

    /// The roles that the words of a heading or label name.
    static func named(by words: ArraySlice<Word>) -> Set<SectionRole> {
        var roles: Set<SectionRole> = []
        var best: [SectionRole: Int] = [:]
        // A heading that is such a phrase as a whole means that, whatever its single words mean elsewhere.
        let keys = words.dropFirst().map(\.key)
        let whole = words.count < 3 ? [] : (words.first.flatMap { table[$0.key] } ?? []).filter { $0.tail == keys }
        if !whole.isEmpty { return Set(whole.map(\.role)) }
        for position in words.indices {
            guard let candidates = table[words[position].key] else { continue }
            for (tail, role) in candidates where position + tail.count < words.endIndex {
                let fits = tail.indices.allSatisfy { words[position + 1 + $0].key == tail[$0] }
                if fits { best[role] = max(best[role] ?? 0, tail.count + 1) }
            }
        }
        roles = Set(best.keys)
        if words.contains(where: { negations.contains($0.key) || $0.key.hasPrefix("non-") }) {
            roles.remove(.goals)
            roles.remove(.context)
            roles.remove(.trigger)
        } else if roles.contains(.goals), let first = words.first, first.key == "scope" {
            roles.insert(.nonGoals)
        }
        return roles
    }
}
