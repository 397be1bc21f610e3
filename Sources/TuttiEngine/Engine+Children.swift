import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

extension Engine {
    /// The child that a start has made or found.
    enum StartedChild {
        case begun(RunID)
        /// It was there before, or waits in a queue.
        case existing(RunID)

        var id: RunID {
            switch self {
            case .begun(let id), .existing(let id): id
            }
        }
    }

    /// Starts a child, at once where there is room for it.
    ///
    /// - Throws: `CancellationError` when the parent is to end; ``RunError`` `.closed`; `StoreError`.
    func startChild<Child: Workflow>(_ child: ChildExecution<Child>) async throws -> StartedChild {
        let session = child.session
        let parent = session.run
        let room = takeRoom(for: Child.name, of: parent.queue, isChild: true)
        defer { state.withLock { $0.returnSlots(room.slots) } }
        let now = services.clock.now()
        let id = services.random.draw { RunID(at: now, using: &$0) }
        let deadline = [child.deadline, parent.deadline].compactMap(\.self).min()
        var command: StartCommand?
        let outcome = try await services.writer.submit { enqueue in
            var start = child.command(id, parent: parent, by: room.mayBegin ? executor : nil, at: now)
            start.deadline = deadline
            command = start
            enqueue(.start(start))
        }
        session.tellEngine()
        switch outcome {
        case .done: break
        case .existingChild(let known, _): return .existing(known)
        case .adopted, .missed, .cancelRequested:
            session.stop(for: .cancelled)
            throw CancellationError()
        default:
            session.stop(for: .leaseLost)
            throw CancellationError()
        }
        guard room.mayBegin, let command else {
            lookForWork()
            tellOthers()
            return .existing(id)
        }
        try await launch(
            Owner(run: id, executor: executor, fence: StartCommand.firstFence), child.workflow,
            record: command.record(by: executor, root: parent.root, units: parent.budgetUnits), recorded: [],
            recoveries: 0)
        return .begun(id)
    }
}
