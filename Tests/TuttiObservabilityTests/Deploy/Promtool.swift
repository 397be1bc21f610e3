import FoundationEssentials
import TuttiRuntime

/// The checker of Prometheus, where it is installed.
enum Promtool {
    static let path = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// What it finds; empty when it finds nothing.
    static func run(
        _ path: String, _ arguments: [String], folder: String? = nil, input: String = ""
    ) async throws -> String {
        var program = Subprocess(path, arguments, folder: folder)
        program.input = Array(input.utf8)
        let result = try await program.run()
        return result.end == .exited(0) ? "" : "\(result.end): \(result.output.text)\(result.errors.text)"
    }
}
