import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Giving back runs that are in no memory.
extension Engine {
    /// How many of the runs that this engine owns have their function in memory.
    package var runsInMemory: Int { state.withLock { $0.running.count - $0.restingCount } }

    /// How many of them only wait and are no more than their rows.
    package var runsAtRest: Int { state.withLock { $0.restingCount } }

    /// At the end: runs that rest go on to wait for whoever is woken with them.
    func giveBackResting() async {
        await inLanes(state.withLock { $0.resting }) { owner, isCalled in
            await self.giveBack(owner, isCalled: isCalled)
        }
    }

    /// Gives back a run that rests.
    ///
    /// - Parameter isCalled: whether there is something for it that the journal did not wake it for.
    func giveBack(_ owner: Owner, isCalled: Bool) async {
        let end: SessionEnd
        do throws(StoreError) {
            let isReleased = isCalled ? false : try await releaseAsItIs(owner)
            end = isReleased ? .parked : try await releaseNow(owner)
        } catch {
            end = .storeFailed(error)
        }
        for waiter in state.withLock({ $0.dropResting(owner) }) { waiter.resume(returning: end) }
        services.hub.changed(owner.run)
    }

    /// Leaves it due when it is, so that no wake is lost; `false` when it was not to be had, or is to be cancelled.
    private func releaseAsItIs(_ owner: Owner) async throws(StoreError) -> Bool {
        let command = ReleaseCommand(owner: owner, rows: [], wakeSequence: nil, at: services.clock.now())
        return try await services.writer.submit(.release(command)) == .done
    }

    private func releaseNow(_ owner: Owner) async throws(StoreError) -> SessionEnd {
        var release = RunRelease(owner: owner, services: services)
        while true {
            switch try await release.run() {
            case .released: return .parked
            case .leaseLost: return .leaseLost
            case .cancelRequested:
                let command = EndCommand(
                    owner: owner, rows: [], result: .cancelled, event: .runCancelled, at: services.clock.now())
                switch try await services.writer.submit(.end(command)) {
                case .done: return .ended
                case .mustUndo: release.isUndoing = true  // by whoever takes it up
                default: return .leaseLost
                }
            }
        }
    }
}
