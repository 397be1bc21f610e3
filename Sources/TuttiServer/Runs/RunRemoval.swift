import FoundationEssentials
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiStore

/// Removing runs that have ended, with their journals and files.
struct RunRemoval: Sendable {
    let reads: RunReads
    /// Removes what lies of a run beside the store; `false` when something is left.
    let discard: @Sendable (RunID) -> Bool

    /// - Throws: a ``Problem`` 409 for a run that lives, that has children which do, or that is a child; `StoreError`.
    func remove(_ id: RunID) async throws {
        let run = try await reads.record(id.text).summary
        guard run.status.isFinal else {
            throw Problem.conflict(
                "run_not_ended",
                "only a run that has ended can be deleted; \(id) is \(run.status.rawValue): cancel it first")
        }
        if let parent = run.parent {
            throw Problem.conflict("run_is_child", "\(id) is a child; it goes with the run that started it, \(parent)")
        }
        let report = try await reads.engine.store.prune(
            RetentionPolicy(run: id, tenant: reads.engine.tenant), discarding: discard)
        guard report.runs > 0 else {
            throw Problem.conflict("run_not_ended", "a run that \(id) has started lives or is blocked; cancel it first")
        }
    }

    var route: Route {
        Route(
            .delete, "/api/v1/runs/{run}", "deleteRun", .runs,
            "Deletes a run that has ended, with all that it has started.",
            parameters: [RunParameters.run.description],
            answers: [
                .empty(204, "It is gone."), .problem(404, "There is no such run."),
                .problem(409, "It has not ended, it is a child, or several runs begin so."),
            ]
        ) { request in
            try await remove(try await reads.record(try request[RunParameters.run]).summary.id)
            return ServerResponse(status: 204)
        }
    }
}
