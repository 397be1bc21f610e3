import FoundationEssentials

/// The whole loop: its workloads one after the other, in a folder that is kept when something was wrong.
package struct KillLoop {
    package let options: KillLoopOptions

    package init(options: KillLoopOptions) { self.options = options }

    /// Runs the workloads, and passes each report on as soon as it is there.
    ///
    /// - Returns: the reports, all checks together, and where everything is when something was wrong.
    package func run(
        report: (WorkloadReport) -> Void
    ) throws -> (reports: [WorkloadReport], tally: Tally, folder: String) {
        let folder = options.home ?? FileManager.default.temporaryDirectory.path + "/kill-loop-\(options.seed)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var reports: [WorkloadReport] = []
        for workload in plan() {
            let result = try run(workload.kind, kills: workload.kills, in: folder)
            report(result)
            reports.append(result)
        }
        var tally = WorkloadReport.checkShare(of: reports)
        for report in reports { tally.add(report.tally) }
        if options.home == nil, tally.failed == 0 { try FileManager.default.removeItem(atPath: folder) }
        return (reports, tally, folder)
    }

    /// A quarter of the kills goes to each workload, and what is left to the steps that can be counted one by one.
    private func plan() -> [(kind: KillLoopOptions.Workload, kills: Int)] {
        let others: [KillLoopOptions.Workload] =
            options.models == nil ? [.trips, .roundtable] : [.trips, .roundtable, .models]
        guard options.workload == .all, options.kills > others.count else {
            return [(options.workload == .all ? .crash : options.workload, options.kills)]
        }
        let quarter = max(1, options.kills / 4)
        return [(.crash, options.kills - others.count * quarter)] + others.map { ($0, quarter) }
    }

    private func run(_ kind: KillLoopOptions.Workload, kills: Int, in folder: String) throws -> WorkloadReport {
        if kind == .trips {
            var workload = TripWorkload(binary: options.binary, folder: folder, seed: options.seed)
            return try workload.run(kills: kills)
        }
        if kind == .roundtable {
            var workload = RoundtableWorkload(
                binary: options.binary, folder: folder, document: options.document, seed: options.seed)
            return try workload.run(kills: kills)
        }
        if kind == .models, let models = options.models {
            var workload = ModelTableWorkload(
                binary: options.binary, models: models, folder: folder, document: options.document, seed: options.seed)
            return try workload.run(kills: kills)
        }
        var workload = CrashWorkload(binary: options.binary, folder: folder, seed: options.seed)
        return try workload.run(kills: kills)
    }
}
