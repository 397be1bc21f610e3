import TuttiCore
import TuttiEngine
import TuttiStore

/// How many runs there are that somebody may have to look at.
struct RunCounts: Sendable {
    let engine: Engine

    struct View: Codable, Sendable {
        var queued: Int
        var running: Int
        var waiting: Int
        /// What people are asked.
        var approvals: Int
        var blocked: Int
    }

    func view(of account: RunAccount) async throws -> View {
        let runs = try await engine.store.counts(
            of: RunFilter(statuses: [.queued, .running, .waiting, .blocked], account: account), tenant: engine.tenant)
        return View(
            queued: runs[.queued] ?? 0, running: runs[.running] ?? 0, waiting: runs[.waiting] ?? 0,
            approvals: try await engine.store.openApprovals(tenant: engine.tenant, account: account, limit: 0).total,
            blocked: runs[.blocked] ?? 0)
    }
}
