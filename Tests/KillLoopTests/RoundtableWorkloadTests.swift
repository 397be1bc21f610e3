import FoundationEssentials
import KillLoop
import Testing

extension Workloads {
    /// The loop against a stand-in for `tutti roundtable`.
    struct RoundtableWorkloadTests {
        private func run(fault: String) throws -> WorkloadReport {
            let program = try FakeProgram(fault: fault)
            let document = program.folder + "/plan.md"
            try Data("# Plan\n".utf8).write(to: URL(filePath: document))
            var workload = RoundtableWorkload(
                binary: program.binary, folder: program.folder, document: document, seed: 7)
            return try workload.run(kills: 6)
        }

        @Test func aSoundProgramPasses() throws {
            let report = try run(fault: "")
            #expect(report.tally.violations == [])
            #expect(report.kills == 6)
        }

        @Test func anotherDocumentIsFound() throws {
            let report = try run(fault: "drift")
            #expect(report.tally.violations.contains { $0.contains("kept document.md differs") })
        }
    }
}
