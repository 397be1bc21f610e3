import FoundationEssentials
import KillLoop
import Testing

extension Workloads {
    /// The loop against a stand-in that asks no model at all.
    struct ModelTableWorkloadTests {
        private func run(fault: String) throws -> WorkloadReport {
            let program = try FakeProgram(fault: fault)
            let document = program.folder + "/plan.md"
            try Data("# Plan\n".utf8).write(to: URL(filePath: document))
            var workload = try ModelTableWorkload(
                binary: program.binary, models: FakeProgram.beside("fake-models"), folder: program.folder,
                document: document, seed: 7)
            return try workload.run(kills: 3)
        }

        @Test func costsThatTheServerHasNotCountedAreFound() throws {
            let report = try run(fault: "invent")
            #expect(report.tally.violations.contains { $0.contains("review#1: recorded, but never answered") })
            #expect(report.tally.violations.contains { $0.contains("25 millionths of a dollar and 25 tokens") })
        }

        @Test func aRunThatAsksNobodyProvesNothing() throws {
            let report = try run(fault: "")
            #expect(report.tally.violations.contains { $0.contains("no step that has cost something") })
        }
    }
}
