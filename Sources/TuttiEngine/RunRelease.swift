import TuttiCore
import TuttiRuntime
import TuttiStore

/// Gives a run back, unless it was woken meanwhile for its cancellation.
struct RunRelease: Sendable {
    enum End {
        case released
        case leaseLost
        /// It is still owned, and has to be ended.
        case cancelRequested
    }

    let owner: Owner
    let services: RunSession.Services
    /// Rows that were waiting to travel with the next command.
    var rows: [StepRow] = []
    /// Whether what it has done is being undone, in which its cancellation does not count.
    var isUndoing = false
    /// What the run waits for, looked at after each wake that is taken: it may have been that of a raise.
    var wait: @Sendable () async throws(StoreError) -> WaitReason? = { () async throws(StoreError) in nil }

    func run() async throws(StoreError) -> End {
        while true {
            let now = services.clock.now()
            let wake = try await services.writer.submit(.takeWake(owner, at: now))
            guard case .wake(let sequence, let isCancelRequested) = wake else { return .leaseLost }
            if isCancelRequested, !isUndoing { return .cancelRequested }
            let command = ReleaseCommand(
                owner: owner, rows: rows, wakeSequence: sequence, wait: try await wait(), at: now)
            switch try await services.writer.submit(.release(command)) {
            case .done: return .released
            case .woken: continue
            default: return .leaseLost
            }
        }
    }
}
