import Testing

@testable import KillLoop

struct WorkloadReportTests {
    @Test func wantsMostKillsInFlight() {
        for (inFlight, failed) in [(2, 1), (3, 0)] {
            var report = WorkloadReport(workload: "crash")
            report.kills = 4
            report.killsInFlight = inFlight
            #expect(WorkloadReport.checkShare(of: [report]).failed == failed)
        }
    }

    @Test func violationsAreSafeInJSON() {
        var report = WorkloadReport(workload: "crash")
        report.tally.check(false, "a \"quoted\"\nline")
        let expected = """
            {"workload":"crash","kills":0,"in_flight":0,"stopped_before":0,"rounds":0,"passed":0,"failed":1,\
            "violations":["a \\"quoted\\" line"]}
            """
        #expect(report.json == expected)
    }
}
