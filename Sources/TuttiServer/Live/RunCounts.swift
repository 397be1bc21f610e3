import TuttiEngine
import TuttiStore

/// How many runs there are that somebody may have to look at.
struct RunCounts: Sendable {
    let engine: Engine

    struct View: Codable, Sendable {
        var queued: Int
        var running: Int
        var waiting: Int
        /// Of those that wait, the ones that ask a person.
        var approvals: Int
        var blocked: Int
    }

    /// Beyond so many live runs, the numbers say "at least".
    static let runsMax = 10_000

    func view() async throws -> View {
        let runs = try await engine.store.runs(
            RunFilter(statuses: [.queued, .running, .waiting, .blocked], limit: Self.runsMax), tenant: engine.tenant)
        var view = View(queued: 0, running: 0, waiting: 0, approvals: 0, blocked: 0)
        for run in runs {
            switch run.status {
            case .queued: view.queued += 1
            case .running: view.running += 1
            case .waiting:
                view.waiting += 1
                if run.reason == WaitReason.approval.rawValue { view.approvals += 1 }
            case .blocked: view.blocked += 1
            default: break
            }
        }
        return view
    }
}
