import FoundationEssentials
import Glibc
import KillLoop
import Testing

/// The whole loop against a small stand-in for the program, sound and with faults that it must find.
struct CrashWorkloadTests {
    private func run(fault: String?, kills: Int) throws -> WorkloadReport {
        let folder = FileManager.default.temporaryDirectory.path + "/kill-loop-test-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fake = try #require(fakeProgram())
        let binary = folder + "/tutti"
        let script = "#!/bin/sh\nFAKE_TUTTI=\(fault ?? "") exec '\(fake)' \"$@\"\n"
        try Data(script.utf8).write(to: URL(filePath: binary))
        try #require(unsafe chmod(binary, 0o755) == 0)
        var workload = CrashWorkload(binary: binary, folder: folder, seed: 7)
        return try workload.run(kills: kills)
    }

    /// The stand-in is built beside the tests.
    private func fakeProgram() -> String? {
        let here = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = here.map { $0.split(separator: "/").dropLast().joined(separator: "/") }
        return folder.map { "/\($0)/fake-tutti" }.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    }

    @Test func aSoundProgramPasses() throws {
        let report = try run(fault: nil, kills: 8)
        #expect(report.tally.violations == [])
        #expect(report.kills == 8)
        #expect(Double(report.killsInFlight) >= 8 * WorkloadReport.inFlightShareMin)
    }

    @Test(arguments: [
        ("repeat", "ran again although recorded"), ("forget", "not one row each"),
        ("leave", "ended as nothing"),
    ])
    func aFaultIsFound(fault: String, sign: String) throws {
        let report = try run(fault: fault, kills: 8)
        #expect(report.tally.violations.contains { $0.contains(sign) }, "\(report.tally.violations)")
    }
}
