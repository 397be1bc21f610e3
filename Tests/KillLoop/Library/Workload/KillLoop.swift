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

    /// Two kills in three go to the steps that can be counted one by one.
    private func plan() -> [(kind: KillLoopOptions.Workload, kills: Int)] {
        guard options.workload == .both, options.kills > 1 else {
            return [(options.workload == .roundtable ? .roundtable : .crash, options.kills)]
        }
        let roundtable = max(1, options.kills / 3)
        return [(.crash, options.kills - roundtable), (.roundtable, roundtable)]
    }

    private func run(_ kind: KillLoopOptions.Workload, kills: Int, in folder: String) throws -> WorkloadReport {
        if kind == .roundtable {
            var workload = RoundtableWorkload(
                binary: options.binary, folder: folder, document: options.document, seed: options.seed)
            return try workload.run(kills: kills)
        }
        var workload = CrashWorkload(binary: options.binary, folder: folder, seed: options.seed)
        return try workload.run(kills: kills)
    }
}
