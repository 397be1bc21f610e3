import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let ending: [Clause] = [
        Clause("ends a run with its output") { world in
            let owner = try await world.startOwned(1, queue: "q")
            let command = world.end(owner, .completed(Payload(Data("[2]".utf8))), rows: [world.row("a#1")])
            try world.expect(try await world.applyTwice(command, about: owner.run), .done, "the outcome")
            let found = try await world.snapshot(of: owner.run)
            try world.expect(found.record?.output, .inline(Data("[2]".utf8)), "the output")
            try world.expect(found.record?.summary.status, .completed, "the status")
            try world.expect(found.record?.summary.finished, StoreWorld.time(9), "the end")
            try world.expect(found.record?.summary.executor, nil, "the owner")
            try world.expect(found.events.map(\.type), ["run.started", "the.end"], "the events")
            try world.expect(found.steps.map(\.key), ["a#1"], "the rows that travelled with the end")
        },
        Clause("ends a run with its error") { world in
            let owner = try await world.startOwned()
            let command = world.end(owner, .failed(world.error))
            try world.expect(try await world.applyTwice(command, about: owner.run), .done, "the outcome")
            let summary = try await world.summary(of: owner.run)
            try world.expect(summary.status, .failed, "the status")
            try world.expect(summary.error, world.error, "the error")
        },
        Clause("blocks a run with its reason, which is no end") { world in
            let owner = try await world.startOwned()
            let command = world.end(owner, .blocked(.diverged, world.error))
            try world.expect(try await world.applyTwice(command, about: owner.run), .done, "the outcome")
            let summary = try await world.summary(of: owner.run)
            try world.expect(summary.status, .blocked, "the status")
            try world.expect(summary.reason, "diverged", "the reason")
            try world.expect(summary.error, world.error, "the error")
            try world.expect(summary.finished, nil, "the end")
        },
        Clause("closes open rows as cancelled when a run is cancelled, and no others") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.row("a#1"), world.openRow("b#1")]))
            let command = world.end(owner, .cancelled)
            try world.expect(try await world.applyTwice(command, about: owner.run), .done, "the outcome")
            let steps = try await world.second.steps(of: owner.run)
            try world.expect(steps.map(\.result), [.completed(.inline(Data("1".utf8))), .cancelled], "the results")
            try world.expect(steps.last?.ended, StoreWorld.time(9), "the end of the open row")
        },
        Clause("lets final states win over a cancel") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.end(owner, .failed(world.error)))
            let outcome = try await world.applyTwice(world.cancel(owner.run), about: owner.run)
            try world.expect(outcome, .alreadyEnded(.failed), "the outcome")
        },
        Clause("cancels a blocked run at once") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.openRow("b#1")]))
            try await world.apply(world.end(owner, .blocked(.diverged, world.error)))
            let outcome = try await world.applyTwice(world.cancel(owner.run), about: owner.run)
            try world.expect(outcome, .alreadyEnded(.cancelled), "the outcome")
            let summary = try await world.summary(of: owner.run)
            try world.expect(summary.status, .cancelled, "the status")
            try world.expect(summary.reason, nil, "the reason")
            try world.expect(try await world.second.steps(of: owner.run).map(\.result), [.cancelled], "the rows")
        },
        Clause("gives a blocked run with something to undo a task again when it is cancelled") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.undoableRow("b#1")]))
            try await world.apply(world.end(owner, .blocked(.diverged, world.error)))
            let outcome = try await world.applyTwice(world.cancel(owner.run), about: owner.run)
            try world.expect(outcome, .cancelRequested(unattended: [owner.run]), "the outcome")
            guard case .claimed(let runs) = try await world.apply(world.claim(owner.run, by: world.alice)) else {
                throw ConformanceFailure(description: "it cannot be claimed")
            }
            try world.expect(runs.map(\.fence), [owner.fence + 2], "the fence")
            let next = Owner(run: owner.run, executor: world.alice, fence: owner.fence + 2)
            let wake = try await world.apply(.takeWake(next, at: StoreWorld.time(7)))
            try world.expect(wake, .wake(sequence: 1, isCancelRequested: true), "the wake")
            try world.expect(try await world.apply(world.end(next, .cancelled)), .mustUndo, "its end")
        },
        Clause("gives up what could not be undone when the run is cancelled") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.undoableRow("b#1")]))
            try await world.apply(world.end(owner, .blocked(.undoFailed, world.error)))
            let claim = try await world.apply(world.claim(owner.run, by: world.alice))
            try world.expect(claim, .refused(.undoFailed), "a claim, which would leave it out")
            let outcome = try await world.applyTwice(world.cancel(owner.run), about: owner.run)
            try world.expect(outcome, .alreadyEnded(.cancelled), "the outcome")
        },
        Clause("ends a run that is to be cancelled instead of blocking it") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.cancel(owner.run))
            let command = world.end(owner, .blocked(.diverged, world.error))
            try world.expect(try await world.applyTwice(command, about: owner.run), .done, "the outcome")
            let found = try await world.snapshot(of: owner.run)
            try world.expect(found.record?.summary.status, .cancelled, "the status")
            try world.expect(found.events.last?.type, "run.cancelled", "the last event")
        },
        Clause("ends a run that is to be cancelled as cancelled whatever its function has thrown") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.undoableRow("b#1")]))
            try await world.apply(world.cancel(owner.run))
            let command = world.end(owner, .failed(world.error))
            try world.expect(try await world.applyTwice(command, about: owner.run), .mustUndo, "the first outcome")
            try await world.apply(world.record(owner, [world.row("b#1~undo", "{}", kind: .undo)]))
            try world.expect(try await world.applyTwice(command, about: owner.run), .done, "the second outcome")
            try world.expect(try await world.summary(of: owner.run).status, .cancelled, "the status")
        },
        Clause("leaves the end of a run that failed before it was cancelled as it is") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.undoableRow("b#1")]))
            let command = world.end(owner, .failed(world.error))
            try world.expect(try await world.apply(command), .mustUndo, "the first outcome")
            try await world.apply(world.cancel(owner.run))
            try await world.apply(world.record(owner, [world.row("b#1~undo", "{}", kind: .undo)]))
            try world.expect(try await world.applyTwice(command, about: owner.run), .done, "the second outcome")
            try world.expect(try await world.summary(of: owner.run).status, .failed, "the status")
        },
        Clause("lets a run that is to be cancelled be taken from process after process") { world in
            let owner = try await world.startOwned(queue: "q")
            try await world.apply(world.cancel(owner.run))
            world.killAlice()
            let claim = JournalCommand.claim(world.claimQueue(by: world.bob, recoveriesMax: 0))
            guard case .claimed(let runs) = try await world.apply(claim, by: world.second) else {
                throw ConformanceFailure(description: "the claim is refused")
            }
            try world.expect(runs.map(\.run), [owner.run], "the claimed runs")
        },
        Clause("keeps what could not be undone among what has to be") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.undoableRow("a#1"), world.undoableRow("b#1")]))
            try world.expect(try await world.apply(world.end(owner, .failed(world.error))), .mustUndo, "the outcome")
            try await world.apply(world.record(owner, [world.row("b#1~undo", "{}", kind: .undo)]))
            try await world.apply(world.record(owner, [world.failedRow("a#1~undo", kind: .undo)]))
            try world.expect(try await world.second.undoable(of: owner.run).map(\.key), ["a#1"], "what is left")
            try world.expect(try await world.apply(world.end(owner, .failed(world.error))), .mustUndo, "an end")
        },
        Clause("retries a child whose undo has failed") { world in
            let parent = try await world.startOwned(1)
            try await world.apply(world.startChild(2, of: parent))
            let child = Owner(run: StoreWorld.run(2), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.record(child, [world.failedRow("a#1~undo", kind: .undo)]))
            try await world.apply(world.end(child, .blocked(.undoFailed, world.undoError)))
            let retry = RetryCommand(
                run: child.run, tenant: StoreWorld.tenant, executor: world.alice, at: StoreWorld.time(9))
            guard case .claimed = try await world.apply(.retry(retry)) else {
                throw ConformanceFailure(description: "the retry is refused")
            }
            try world.expect(try await world.second.steps(of: child.run), [], "the rows")
        },
        Clause("retries what has failed in a settled scope that a run failed for, and in no other") { world in
            let owner = try await world.startOwned()
            let error = StepError(code: "quorum_missed", message: "too many have failed", origin: "tries#2")
            try await world.apply(
                world.record(
                    owner,
                    [
                        world.failedRow("tries#1/a/step#1"), world.row("tries#1", kind: .settled),
                        world.row("tries#2/a/step#1"), world.failedRow("tries#2/b/step#1"),
                        world.row("tries#2", kind: .settled), world.failedRow("tries#20/a/step#1"),
                    ]))
            try await world.apply(world.end(owner, .failed(error)))
            let retry = RetryCommand(
                run: owner.run, tenant: StoreWorld.tenant, executor: world.alice, at: StoreWorld.time(9))
            guard case .claimed = try await world.apply(.retry(retry)) else {
                throw ConformanceFailure(description: "the retry is refused")
            }
            try world.expect(
                try await world.second.steps(of: owner.run).map(\.key),
                ["tries#1/a/step#1", "tries#1", "tries#2/a/step#1", "tries#20/a/step#1"], "the rows that stay")
        },
        Clause("leaves a child whose undo has failed to a person") { world in
            let parent = try await world.startOwned(1)
            try await world.apply(world.startChild(2, of: parent))
            let child = Owner(run: StoreWorld.run(2), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.end(child, .blocked(.undoFailed, world.undoError)))
            try await world.applyTwice(world.cancel(parent.run), about: parent.run)
            try await world.applyTwice(world.end(parent, .cancelled), about: parent.run)
            try world.expect(try await world.summary(of: child.run).reason, "undo_failed", "the reason")
            try await world.applyTwice(world.cancel(child.run), about: child.run)
            try world.expect(try await world.summary(of: child.run).status, .cancelled, "the status")
        },
        Clause("cancels blocked children with their parent") { world in
            let parent = try await world.startOwned(1)
            try await world.apply(world.startChild(2, of: parent))
            let child = Owner(run: StoreWorld.run(2), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.end(child, .blocked(.diverged, world.error)))
            try await world.applyTwice(world.cancel(parent.run), about: parent.run)
            try world.expect(try await world.summary(of: child.run).status, .cancelled, "the status")
        },
        Clause("cancels blocked children when their parent ends") { world in
            let parent = try await world.startOwned(1)
            try await world.apply(world.startChild(2, of: parent))
            let child = Owner(run: StoreWorld.run(2), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.end(child, .blocked(.diverged, world.error)))
            try await world.applyTwice(world.end(parent, .failed(world.error)), about: parent.run)
            try world.expect(try await world.summary(of: child.run).status, .cancelled, "the status")
        },
        Clause("says that nobody will see the cancel of a run without a living owner") { world in
            let run = StoreWorld.run(1)
            try await world.apply(world.start(run))
            let free = try await world.applyTwice(world.cancel(run), about: run)
            try world.expect(free, .cancelRequested(unattended: [run]), "without an owner")
            let owner = try await world.startOwned(2)
            world.killAlice()
            let dead = try await world.apply(world.cancel(owner.run), by: world.second)
            try world.expect(dead, .cancelRequested(unattended: [owner.run]), "with a dead owner")
        },
        Clause("keeps the flag of a cancel over a claim") { world in
            let run = StoreWorld.run(1)
            try await world.apply(world.start(run))
            try await world.apply(world.cancel(run))
            try await world.apply(world.claim(run, by: world.bob))
            let wake = try await world.apply(
                .takeWake(Owner(run: run, executor: world.bob, fence: 2), at: StoreWorld.time(7)))
            try world.expect(wake, .wake(sequence: 1, isCancelRequested: true), "the wake")
        },
        Clause("does not cancel what is not there or foreign") { world in
            try world.expect(try await world.apply(world.cancel(StoreWorld.run(1))), .notFound, "no run")
            try await world.apply(world.start(StoreWorld.run(2)))
            let foreign = world.cancel(StoreWorld.run(2), tenant: "foreign")
            try world.expect(try await world.apply(foreign), .notFound, "a foreign run")
        },
    ]
}
