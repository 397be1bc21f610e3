import FoundationEssentials
import TuttiCore
import TuttiStore

/// One event of a session, in the words of the older system.
struct RefinementEvent: Codable, Sendable {
    var type: String
    var data: JSONValue
    var timestamp: WireTime
    /// Counted from 1 in the session's newest run, for ever the same.
    var sequence: Int
}

/// Tells the events of a run in the words of the older system. From the same events it always gives the same, with the
/// same numbers: that is what lets a watcher come back.
struct RefinementTranslator: Sendable {
    private let session: RunID
    private let maxIterations: Int
    private let critics: [String]
    /// Whether it goes on with another run, in which the critics of the rounds before were heard.
    private var isContinuation = false
    private var iteration = 0
    private var count = 0

    /// - Parameter critics: all that read in each round.
    init(session: RunID, maxIterations: Int, critics: [String]) {
        self.session = session
        self.maxIterations = maxIterations
        self.critics = critics
    }

    /// What an event of the run means; nothing for most of them.
    ///
    /// - Parameter report: of the run that has completed.
    mutating func translate(_ event: RunEvent, report: JSONValue?) -> [RefinementEvent] {
        var told: [(String, JSONValue)] = []
        let data = JSONValue.stored(event.data)
        switch event.type {
        case "run.started":
            told.append(("session_created", ["session_id": .string(session.text)]))
            told += begin(1)
        case "run.forked":
            isContinuation = true
            told.append(("session_created", ["session_id": .string(session.text)]))
        case "critic.completed":
            told += begin(Int(data["round"]?.intValue ?? 0))
            told.append(("critic_review_complete", Self.review(data)))
        case "round.judged":
            // Of a continuation this is the last round before it: its critics have come to their end.
            told += begin(Int(data["round"]?.intValue ?? 0), hearsCritics: !isContinuation)
            let outcome = data["outcome"]?.stringValue
            told.append(
                (
                    "convergence_check",
                    [
                        "converged": .bool(outcome == "converged"), "reason": data["reason"] ?? .null,
                        "iteration": data["round"] ?? .null,
                    ]
                ))
            if outcome == nil { told.append(("moderator_start", [:])) }
        case "moderator.completed":
            let round = Int(data["round"]?.intValue ?? 0)
            // One that edits nothing leaves the version that was read.
            let isChanged = data["edits"]?.intValue ?? 0 > 0
            let version = Int64(isChanged ? round + 1 : round)
            told.append(("moderator_complete", ["new_version": .int(version), "tokens": .int(Self.tokens(data))]))
            if isChanged { told += begin(round + 1) }
        case "run.completed":
            told.append(
                (
                    "refinement_complete",
                    ["final_version": report?["final_version"] ?? .null, "report": report ?? .null]
                ))
        case "run.failed", "run.cancelled", "run.blocked":
            told.append(
                (
                    "refinement_failed",
                    [
                        "code": data["code"] ?? .string(event.type),
                        "message": data["message"] ?? .string("the run ended without a result"),
                    ]
                ))
        default: break
        }
        return told.map { type, data in
            count += 1
            return RefinementEvent(type: type, data: data, timestamp: event.time.wire, sequence: count)
        }
    }

    /// A round and its critics, who all begin at once; nothing for one that has begun.
    private mutating func begin(_ round: Int, hearsCritics: Bool = true) -> [(String, JSONValue)] {
        guard round > iteration else { return [] }
        iteration = round
        let start: (String, JSONValue) = (
            "iteration_start", ["iteration": .int(Int64(round)), "max_iterations": .int(Int64(maxIterations))]
        )
        return hearsCritics ? [start] + critics.map { ("critic_review_start", ["critic": .string($0)]) } : [start]
    }

    private static func review(_ data: JSONValue) -> JSONValue {
        let counts = data["counts"]
        func count(_ severities: [String]) -> Int64 {
            severities.reduce(0) { $0 + (counts?[$1]?.intValue ?? 0) }
        }
        return [
            "critic": data["critic"] ?? .null,
            "issues_count": .int(count(["critical", "high", "medium", "low"])),
            "high_count": .int(count(["critical", "high"])), "tokens": .int(tokens(data)),
        ]
    }

    private static func tokens(_ data: JSONValue) -> Int64 {
        (data["spending"]?["inputTokens"]?.intValue ?? 0) + (data["spending"]?["outputTokens"]?.intValue ?? 0)
    }

    /// Whether a session whose newest event is of this type has its end.
    static func isLast(_ type: String) -> Bool { type == "refinement_complete" || type == "refinement_failed" }
}
