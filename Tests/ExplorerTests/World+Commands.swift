import FoundationEssentials
import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// Every command of every actor goes through here, and is checked against what must hold for all of them.
extension World {
    mutating func apply(_ command: JournalCommand, _ scenario: Scenario) -> JournalOutcome {
        let before = tables
        let outcome = tables.apply(scenario.mutation.map { mutated(command, $0) } ?? command)
        checkOwner(command, before)
        checkRows(command, before)
        checkInbox(before)
        checkLedger()
        checkUndone(before)
        for run in tables.runs.keys.sorted() {
            checkEvents(of: run)
            tables.runs[run]?.events = []  // what was told makes no difference to what can follow
        }
        return outcome
    }

    mutating func broke(_ rule: String) { violation = violation ?? rule }

    private mutating func checkOwner(_ command: JournalCommand, _ before: MemoryTables) {
        guard let owner = command.owner, !before.isOwner(owner), before != tables else { return }
        broke("A FORMER OWNER WROTE: \(owner.executor) with fence \(owner.fence)")
    }

    private mutating func checkRows(_ command: JournalCommand, _ before: MemoryTables) {
        var mayDelete = false
        switch command {
        case .retry: mayDelete = true
        case .start(let start): mayDelete = start.parent != nil  // a failed child may be carried out again
        default: break
        }
        for (id, run) in before.runs {
            guard let now = tables.runs[id] else { return broke("A RUN IS GONE: \(id)") }
            if Set(now.steps.ordered.map(\.key)).count != now.steps.ordered.count {
                return broke("TWO ROWS FOR ONE KEY in \(id)")
            }
            if let status = run.status, status.isFinal, now.status != status, !mayDelete {
                return broke("A FINAL STATUS CHANGED: \(id) from \(status) to \(String(describing: now.status))")
            }
            for row in run.steps.ordered where row.ended != nil && !mayDelete {
                if now.steps[row.key] != row { return broke("A CLOSED ROW CHANGED: \(row.key) of \(id)") }
            }
        }
        let children = tables.runs.values.compactMap { run in run.parentKey.map { "\(run.parent?.text ?? "")\($0)" } }
        if Set(children).count != children.count { broke("TWO CHILDREN FOR ONE KEY") }
    }

    private mutating func checkInbox(_ before: MemoryTables) {
        for (id, run) in before.runs {
            for (known, now) in zip(run.inbox, tables.runs[id]?.inbox ?? []) {
                if known.consumedBy != nil, known.consumedBy != now.consumedBy {
                    return broke("A MESSAGE WAS USED TWICE: \(known.name)")
                }
                if let answer = known.answer, now.answer != answer {
                    return broke("AN ANSWER WAS REPLACED: \(known.name)")
                }
            }
        }
        for (id, run) in tables.runs {
            let used = run.inbox.compactMap(\.consumedBy)
            if run.generation == 0, Set(used).count != used.count { return broke("ONE KEY USED TWO MESSAGES in \(id)") }
            for row in run.steps.ordered where row.ended != nil && [.signal, .approval].contains(row.kind) {
                checkConclusion(row, of: run)
            }
        }
    }

    /// A wait that a person's answer has ended says what that person said.
    private mutating func checkConclusion(_ row: StoredStep, of run: MemoryTables.Run) {
        let taken = run.inbox.first { $0.consumedBy == row.key }
        guard case .completed(.inline(let bytes)) = row.result else { return }
        let said = String(decoding: bytes, as: UTF8.self)
        if row.kind == .signal {
            if said != "\"deadline\"", taken.map({ said != "\"\($0.id)\"" }) ?? true {
                broke("A WAIT ENDED WITH A MESSAGE THAT IT DID NOT USE: \(row.key) says \(said)")
            }
        } else if said != "\"\(taken?.answer?.verdict.rawValue ?? "")\"" {
            broke("AN ANSWER WAS LOST: \(row.key) says \(said), the inbox \(String(describing: taken?.answer))")
        }
        for (id, verdict) in ghost.accepted
        where id.hasPrefix("\(run.id)/\(row.key)@") && run.generation == 0 && said != "\"\(verdict.rawValue)\"" {
            broke("AN ACCEPTED ANSWER WAS LOST: \(id) was \(verdict), \(row.key) says \(said)")
        }
    }

    private mutating func checkLedger() {
        let live = tables.runs.values.count { $0.parent == nil && $0.status?.isFinal != true }
        var counted: Int64 = 0
        for (key, quota) in tables.quotas {
            if case .account(let name) = key {
                if name.kind == .live { counted = quota.used }
                let budget = tables.quotas[.budget(RunID(trusted: "run_0"), .tokens)]
                if name.unit != nil, quota.used != budget?.used {
                    broke("THE MONTH HAS \(quota.used), THE BUDGET \(budget?.used ?? 0)")
                }
            }
            if quota.used > quota.cap { broke("OVER BUDGET: \(key) has \(quota.used) of \(quota.cap)") }
            if quota.used < 0 { broke("LESS THAN NOTHING IS USED of \(key)") }
            if case .budget = key, ghost.paid > quota.used {
                broke("PAID \(ghost.paid), and the ledger knows of \(quota.used)")
            }
        }
        if counted != Int64(live) { broke("\(live) ROOT RUNS ARE LIVE, and \(counted) are counted") }
    }

    private mutating func checkEvents(of run: RunID) {
        let events = tables.runs[run]?.events ?? []
        if events.map(\.n) != events.indices.map({ Int64($0) + 1 }) { broke("EVENTS ARE NOT NUMBERED IN ORDER") }
        let ends = events.count { ["run.completed", "run.failed", "run.cancelled"].contains($0.type) }
        if ends > 1 { broke("A RUN ENDED TWICE IN ONE COMMAND") }
    }

    private func mutated(_ command: JournalCommand, _ mutation: Mutation) -> JournalCommand {
        switch (mutation, command) {
        case (.trustsTheNotedWait, .release(var release)):
            release.wait = tables.runs[release.owner.run]?.task?.wait
            return .release(release)
        case (.releaseWithoutWakeSequence, .release(var release)):
            release.wakeSequence = tables.runs[release.owner.run]?.task?.wakeSequence ?? release.wakeSequence
            return .release(release)
        case (.writesWithoutFence, .record(var record)):
            guard let task = tables.runs[record.owner.run]?.task, let executor = task.executor else { return command }
            record.owner = Owner(run: record.owner.run, executor: executor, fence: task.fence)
            return .record(record)
        case (.retriesWithoutAPlace, .retry(var retry)):
            retry.quotas = []
            return .retry(retry)
        case (.closesWithoutTaking, .record(var record)):
            record.taking = nil
            return .record(record)
        default: return command
        }
    }
}

extension JournalCommand {
    /// Who must own the run for the command to change anything.
    var owner: Owner? {
        switch self {
        case .record(let command): command.owner
        case .end(let command): command.owner
        case .takeWake(let owner, _): owner
        case .release(let command): command.owner
        case .hold(let command): command.owner
        case .chunks(let command): command.owner
        case .start(let command): command.parent?.record.owner
        case .claim, .cancel, .raise, .retry, .fork, .signal, .answer, .allot, .touch: nil
        }
    }
}
