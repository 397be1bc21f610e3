import TuttiCore
import TuttiReadings
import TuttiStore

/// One key of a run's journal, without its result.
struct StepView: Codable, Sendable {
    enum State: String, Codable, CaseIterable, Sendable {
        case running, waiting, completed, failed, cancelled, compensated, skipped
    }

    var key: String
    /// What people call it: the last part of its key, with its number where it is not the first.
    var name: String
    /// Of the journal; `scope` for what has no row of its own.
    var kind: String
    var state: State
    var attempt: Int
    var started: WireTime?
    var ended: WireTime?
    var durationMs: Int64?
    /// When it is tried again, or is waited for at the longest.
    var due: WireTime?
    var error: ErrorView?
    var cost: CostView?
    var answer: AnswerView?
    var child: ChildView?
    /// The key of the scope around it.
    var parent: String?
    var hasOutput: Bool

    init(_ step: StoredStep, _ surroundings: RunSurroundings, isUndone: Bool) {
        key = step.key
        name = StepKey.name(of: step.key)
        kind = step.kind.rawValue
        attempt = step.attempt
        started = step.started.wire
        ended = step.ended?.wire
        durationMs = step.ended.map { ($0 - step.started).milliseconds }
        cost = step.cost.map(CostView.init)
        answer = surroundings.answers[step.key].map(AnswerView.init)
        child = surroundings.children[step.key].map(ChildView.init)
        parent = StepKey.parent(of: step.key)
        hasOutput = false
        switch step.result {
        case .completed:
            state = isUndone ? .compensated : .completed
            hasOutput = !step.kind.isScope
        case .failed(let error):
            state = .failed
            self.error = ErrorView(error)
        case .cancelled: state = .cancelled
        case .waiting(let due):
            state = .waiting
            self.due = due?.wire
        case .open(let error, let due):
            state = .waiting
            self.error = ErrorView(error)
            self.due = due.wire
        }
    }

    /// A scope without a row: its state follows from what is inside.
    init(scope key: String, inside: [StepView], isOver: Bool) {
        self.key = key
        name = StepKey.name(of: key)
        kind = "scope"
        attempt = 0
        let begun = inside.compactMap(\.started).min { $0.time < $1.time }
        let isDone = isOver || inside.allSatisfy { $0.ended != nil }
        let end = isDone ? inside.compactMap(\.ended).max { $0.time < $1.time } : nil
        (started, ended) = (begun, end)
        durationMs = begun.flatMap { begun in end.map { ($0.time - begun.time).milliseconds } }
        let last = inside.last { $0.key.hasPrefix(key + "/") }
        state =
            inside.contains { $0.state == .waiting }
            ? .waiting : last?.state == .failed ? .failed : isDone ? .completed : .running
        parent = StepKey.parent(of: key)
        hasOutput = false
    }
}

/// The parts of a key such as `review#1/product/review#1`.
enum StepKey {
    static func parent(of key: String) -> String? {
        key.lastIndex(of: "/").map { String(key[..<$0]) }
    }

    /// `review` for the first of a name, `review #2` for the second.
    static func name(of key: String) -> String {
        let part = key.split(separator: "/").last.map(String.init) ?? key
        guard let mark = part.lastIndex(of: "#") else { return part }
        let number = part[part.index(after: mark)...]
        return number == "1" ? String(part[..<mark]) : "\(part[..<mark]) #\(number)"
    }
}

/// What a person has said.
struct AnswerView: Codable, Sendable {
    var verdict: String
    var by: String
    var at: WireTime
    var reason: String?
    var edited: Bool

    init(_ answer: InboxAnswer) {
        verdict = answer.verdict.rawValue
        by = answer.by
        at = answer.at.wire
        reason = answer.reason
        edited = answer.edited != nil
    }
}

/// A run that was started by a step.
struct ChildView: Codable, Sendable {
    var id: RunID
    var state: RunStatus
    var cost: CostView?

    init(_ child: RunSurroundings.Child) {
        id = child.summary.id
        state = child.summary.status
        cost = child.cost.map(CostView.init)
    }
}

/// All steps of a run.
struct StepsView: Codable, Sendable {
    var steps: [StepView]
    /// The number of the newest event that they show.
    var lastEvent: Int64
}
