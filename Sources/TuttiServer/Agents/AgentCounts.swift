import Synchronization
import TuttiAgents

/// What was asked of each agent since the server's start.
final class AgentCounts: Sendable {
    enum Outcome: String, CaseIterable { case completed, failed, pending }

    private struct Counts {
        var outcomes: [Outcome: Int] = [:]
        var seconds = 0.0
    }

    private let counts = Mutex<[String: Counts]>([:])

    /// - Parameter agent: the name of one that is there, of which there are at most ``AgentFolder/filesMax``.
    func add(_ agent: String, _ outcome: Outcome, took: Duration) {
        counts.withLock { counts in
            guard counts[agent] != nil || counts.count < AgentFolder.filesMax else { return }
            counts[agent, default: Counts()].outcomes[outcome, default: 0] += 1
            counts[agent]?.seconds += took / .seconds(1)
        }
    }

    /// In the form of Prometheus.
    func text(of agent: String) -> String {
        let known = counts.withLock { $0[agent] } ?? Counts()
        var lines = [
            "# HELP tutti_agent_executions_total Executions that were asked of the agent, by how they ended.",
            "# TYPE tutti_agent_executions_total counter",
        ]
        for outcome in Outcome.allCases {
            lines.append(
                "tutti_agent_executions_total{agent=\"\(agent)\",outcome=\"\(outcome.rawValue)\"} "
                    + "\(known.outcomes[outcome] ?? 0)")
        }
        lines += [
            "# HELP tutti_agent_execution_seconds_total How long they have taken, all together.",
            "# TYPE tutti_agent_execution_seconds_total counter",
            "tutti_agent_execution_seconds_total{agent=\"\(agent)\"} \(known.seconds)",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
