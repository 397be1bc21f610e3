import FoundationEssentials
import TuttiCore
import TuttiReadings
import TuttiStore
import TuttiTeams

/// What is known of the steps of a definition while it runs: events in, state and news out. The clock is a parameter.
struct DefinitionState: Sendable {
    enum State: Sendable, Hashable {
        case pending
        case working(since: Duration, attempt: Int)
        /// Waits for a time.
        case resting(until: String)
        /// Waits for an answer or a signal.
        case asking(Question)
        case done(after: Duration?)
        case failed(String)
    }

    /// What somebody has to tell the run.
    enum Question: Sendable, Hashable {
        case approval(String)
        case signal(String)
    }

    struct Step: Sendable, Hashable {
        let name: String
        let needs: [String]
        let action: StepDefinition.Action
        var state = State.pending
        /// What is worth saying beside the state, such as the run of a roundtable.
        var detail = ""
    }

    let title: String
    private(set) var steps: [Step]

    init(_ definition: WorkflowDefinition) {
        title = definition.name
        steps = definition.steps.map { Step(name: $0.name, needs: $0.needs, action: $0.action) }
    }

    /// Whether somebody is asked, and nothing is at work or could be: a step whose needs have ended is about to begin.
    var waitsForPeople: Bool {
        let ended = Set(steps.compactMap { step in if case .done = step.state { step.name } else { nil } })
        let isAtWork = steps.contains { step in
            switch step.state {
            case .working: true
            case .pending: ended.isSuperset(of: step.needs)
            case .resting, .asking, .done, .failed: false
            }
        }
        return !isAtWork && !questions.isEmpty
    }

    /// What somebody has to tell the run, in the order of the steps.
    var questions: [Question] {
        steps.compactMap { step in if case .asking(let question) = step.state { question } else { nil } }
    }

    // MARK: What happens

    /// The closure of a step has started. Gives the step when it is news.
    mutating func started(_ key: String, attempt: Int, at now: Duration) -> Step? {
        guard let index = index(of: key) else { return nil }
        switch steps[index].state {
        case .pending: break
        case .working(_, let known) where known < attempt: break
        default: return nil
        }
        return set(index, .working(since: now, attempt: attempt))
    }

    /// An event was recorded. Gives the step whose state it has changed.
    mutating func apply(_ event: RunEvent, at now: Duration) -> Step? {
        if event.type == "run.retried" {
            for index in steps.indices {
                if case .failed = steps[index].state { steps[index].state = .pending }
            }
        }
        guard let index = event.key.flatMap(index) else { return nil }
        switch event.type {
        case "step.completed", "wait.ended": return finish(index, at: now)
        case "step.failed", "run.failed": return fail(index, text("message", of: event))
        case "step.retrying":
            steps[index].detail = "tries again: " + text("message", of: event)
            return steps[index]
        case "child.started":
            steps[index].detail = text("run", of: event)
            return set(index, .working(since: now, attempt: 1))
        case "child.ended":
            let status = text("status", of: event)
            return status == RunStatus.completed.rawValue ? finish(index, at: now) : fail(index, "the run \(status)")
        case "wait.started":
            if case .wait(.signal(let name, _)) = steps[index].action { return set(index, .asking(.signal(name))) }
            return set(index, .resting(until: text("until", of: event)))
        case "approval.requested": return set(index, .asking(.approval(text("name", of: event))))
        default: return nil
        }
    }

    private mutating func set(_ index: Int, _ state: State) -> Step {
        steps[index].state = state
        return steps[index]
    }

    private mutating func finish(_ index: Int, at now: Duration) -> Step? {
        var taken: Duration?
        if case .working(let start, _) = steps[index].state { taken = now - start }
        return set(index, .done(after: taken))
    }

    /// One failure is told once: that of the step comes before that of the run.
    private mutating func fail(_ index: Int, _ message: String) -> Step? {
        if case .failed = steps[index].state { return nil }
        return set(index, .failed(message))
    }

    /// The step that a key of the journal belongs to: `steps#1/NAME/…`.
    private func index(of key: String) -> Int? {
        let parts = key.split(separator: "/")
        guard parts.count > 1, parts[0] == "steps#1" else { return nil }
        return steps.firstIndex { $0.name == parts[1] }
    }

    private func text(_ member: String, of event: RunEvent) -> String {
        let data = try? CanonicalJSON.decode([String: JSONValue].self, from: event.data)
        return data?[member]?.stringValue ?? ""
    }
}

extension DefinitionState.Step {
    var glyph: StateGlyph {
        switch state {
        case .pending: .queued
        case .working: .running
        case .resting: .waiting
        case .asking: .yourTurn
        case .done: .done
        case .failed: .failed
        }
    }

    /// What is said behind the name.
    ///
    /// - Parameter now: `nil` where a time that runs on is not shown.
    func remark(at now: Duration?) -> String {
        switch state {
        case .pending: ""
        case .working(let start, let attempt):
            [
                now.map { TimeText.short($0 - start) }, attempt > 1 ? "attempt \(attempt)" : nil,
                detail.isEmpty ? action.summary : detail,
            ].compactMap(\.self).joined(separator: "  ")
        case .resting(let time): "waits until \(time)"
        case .asking(.approval): "asks for an approval"
        case .asking(.signal(let name)): "waits for the signal '\(name)'"
        case .done(let time): time.map(TimeText.short) ?? "done"
        case .failed(let message): message
        }
    }

    /// As a line of a list.
    func line(nameWidth: Int, at now: Duration?) -> StyledLine {
        StyledLine("  ") + StyledLine(glyph.glyph + " ", glyph.role) + StyledLine(name).padded(to: nameWidth)
            + StyledLine("  " + remark(at: now), .muted)
    }
}
