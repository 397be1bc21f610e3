import KillLoop
import Testing

extension Workloads {
    /// The loop against a stand-in for `tutti bench crash`, sound and with faults that it must find.
    struct CrashWorkloadTests {
        private func run(fault: String, kills: Int) throws -> WorkloadReport {
            let program = try FakeProgram(fault: fault)
            var workload = CrashWorkload(binary: program.binary, folder: program.folder, seed: 7)
            return try workload.run(kills: kills)
        }

        @Test func aSoundProgramPasses() throws {
            let report = try run(fault: "", kills: 8)
            #expect(report.tally.violations == [])
            #expect(report.kills == 8)
            #expect(Double(report.killsInFlight) >= 8 * WorkloadReport.inFlightShareMin)
        }

        @Test(arguments: [
            ("repeat", "ran again although recorded"), ("forget", "not one row each"), ("leave", "ended as nothing"),
        ])
        func aFaultIsFound(fault: String, sign: String) throws {
            let report = try run(fault: fault, kills: 8)
            #expect(report.tally.violations.contains { $0.contains(sign) }, "\(report.tally.violations)")
        }
    }
}
