import FoundationEssentials
import Glibc
import Testing

/// The example that the README quotes does what it says.
@Suite struct ExampleTests {
    @Test func theLibraryExampleRuns() throws {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        // It is built beside the tests.
        let example = URL(filePath: tests).deletingLastPathComponent().path + "/example-library"
        let home = FileManager.default.temporaryDirectory.path + "/tutti-example-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let lines = try output(of: "TUTTI_HOME='\(home)' '\(example)' 2>&1").split(separator: "\n")
        #expect(lines.count == 11)
        #expect(lines.first == "1 run.started ")
        #expect(
            Set(lines.dropFirst().prefix(3).map { $0.drop { $0 != " " } }) == [
                " step.completed angles#1/history/research#1", " step.completed angles#1/market/research#1",
                " step.completed angles#1/risks/research#1",
            ])
        #expect(
            lines.dropFirst(4) == [
                "5 step.completed write#1", "6 run.completed ", "# On tea", "- the history of tea",
                "- the market of tea",
                "- the risks of tea", "stable 1 [\"Three exclamation marks are two too many.\"]",
            ])
    }

    private struct NoShell: Error {}

    /// What a shell command prints.
    private func output(of command: String) throws -> String {
        guard let stream = unsafe popen(command, "r") else { throw NoShell() }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, stream)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        #expect(unsafe pclose(stream) == 0)
        return String(decoding: bytes, as: UTF8.self)
    }
}
