import TuttiRuntime

/// What a program that makes sandboxes says of its version.
enum ProgramVersion {
    private static let timeMax: Duration = .seconds(10)

    /// The last word of its first line.
    ///
    /// - Throws: ``SandboxError`` `sandbox_unavailable` when it cannot be started; `CancellationError`.
    static func of(_ path: String) async throws -> String {
        var program = Subprocess(path, ["--version"])
        program.timeout = timeMax
        do {
            let line = try await program.run().output.text.split(separator: "\n").first
            return line?.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? "unknown"
        } catch let error as SubprocessError {
            throw SandboxError(.unavailable, error.message)
        }
    }
}
