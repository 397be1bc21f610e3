import FoundationEssentials
import TuttiCore

/// Retention of the in-memory store.
extension MemoryTables {
    /// The root runs that a policy lets go, the longest ended first.
    func doomed(by policy: RetentionPolicy) -> [RunID] {
        let ended = runs.values.filter { run in
            run.tenant == policy.tenant && run.parent == nil && run.status?.isFinal == true
                && (policy.workflow == nil || run.workflow == policy.workflow)
        }
        var kept: [String: Int] = [:]
        var doomed: [RunID] = []
        for run in ended.sorted(by: { ($0.finished ?? $0.created, $0.id) > ($1.finished ?? $1.created, $1.id) }) {
            kept[run.workflow, default: 0] += 1
            let isOld = policy.endedBefore.map { (run.finished ?? run.created) < $0 } ?? false
            let isTooMany = policy.keepNewest.map { kept[run.workflow, default: 0] > $0 } ?? false
            let isMeant = policy.run.map { $0 == run.id } ?? (isOld || isTooMany)
            if isMeant, family(of: run.id).allSatisfy({ runs[$0]?.status?.isFinal == true }) {
                doomed.append(run.id)
            }
        }
        return doomed.reversed()
    }

    private func family(of root: RunID) -> [RunID] {
        [root] + runs.values.filter { $0.root == root }.map(\.id).sorted()
    }

    /// Removes what a policy lets go; the runs that are gone, and what was removed with them.
    mutating func prune(_ policy: RetentionPolicy) -> (gone: [RunID], report: RetentionReport) {
        var report = RetentionReport()
        var gone: [RunID] = []
        for root in doomed(by: policy) {
            for id in family(of: root) {
                guard let run = runs.removeValue(forKey: id) else { continue }
                gone.append(id)
                report.runs += 1
                report.steps += run.steps.ordered.count
                report.events += run.events.count
                report.messages += run.inbox.count
                report.bytes += run.inlineSize
                for unit in BudgetUnit.allCases { quotas[.budget(id, unit)] = nil }
            }
        }
        if let moment = policy.eventsBefore { trimEvents(before: moment, policy, &report) }
        let named = Set(runs.values.flatMap(\.blobs))
        for (hash, bytes) in blobs where !named.contains(hash) {
            blobs[hash] = nil
            report.blobs += 1
            report.bytes += bytes.count
        }
        return (gone, report)
    }

    private mutating func trimEvents(
        before moment: Timestamp, _ policy: RetentionPolicy, _ report: inout RetentionReport
    ) {
        for run in runs.values where run.tenant == policy.tenant && run.status?.isFinal == true {
            guard policy.workflow == nil || run.workflow == policy.workflow else { continue }
            let last = run.events.last?.n
            let gone = run.events.filter { $0.time < moment && $0.n != last }
            report.events += gone.count
            report.bytes += gone.reduce(0) { $0 + $1.data.count }
            let numbers = Set(gone.map(\.n))
            runs[run.id]?.events.removeAll { numbers.contains($0.n) }
        }
    }
}

extension MemoryTables.Run {
    /// The hashes of all large payloads that the run names.
    fileprivate var blobs: [String] { payloads.compactMap { if case .blob(let hash) = $0 { hash } else { nil } } }

    /// The bytes of what stands in its rows.
    fileprivate var inlineSize: Int {
        payloads.reduce(events.reduce(0) { $0 + $1.data.count }) { sum, payload in
            if case .inline(let bytes) = payload { sum + bytes.count } else { sum }
        }
    }

    private var payloads: [StoredPayload] {
        let results = steps.ordered.compactMap { step -> StoredPayload? in
            if case .completed(let payload) = step.result { payload } else { nil }
        }
        let messages = inbox.flatMap { [$0.payload, $0.answer?.edited].compactMap(\.self) }
        return [input, output].compactMap(\.self) + results + messages
    }
}
