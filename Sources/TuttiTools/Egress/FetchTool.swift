import TuttiCore
import TuttiSandbox

/// Fetches a page or a file; curl does it, in the sandbox, so that only the proxy decides where it gets.
struct FetchTool: Tool {
    let description = ToolDescription(
        name: "fetch",
        purpose:
            "Fetches a web page or a file by its http or https URL and tells what came. Hosts that are not allowed "
            + "are refused. With 'path' the content is written to a file of the workspace instead.",
        parameters: .object(
            [
                .required("url", .string()),
                .optional("path", .string().describing("a file of the workspace to write it to")),
            ], others: .refused),
        access: .writes, timeout: .seconds(150))

    /// Bytes of what is fetched.
    private static let sizeMax = 32 << 20
    private static let urlLengthMax = 2_000

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        let arguments = ToolArguments(arguments)
        let url = arguments.text("url")
        guard ["http://", "https://"].contains(where: url.lowercased().hasPrefix), url.utf8.count <= Self.urlLengthMax
        else { return .failure("'url' begins with http:// or https:// and has \(Self.urlLengthMax) bytes at most") }
        guard call.hasNetwork else {
            return .failure("this agent has no network; its definition says 'network: true' where it should")
        }
        var words = [
            "--silent", "--show-error", "--location", "--max-redirs", "5", "--proto", "=http,https", "--max-time",
            "120",
            "--max-filesize", "\(Self.sizeMax)", "--globoff", "--fail-with-body", "--user-agent", "tutti",
            "--write-out", "%{stderr}%{http_code} %{content_type} %{size_download} bytes\n",
        ]
        if let path = arguments.optionalText("path") {
            do {
                words += ["--output", "./" + (try WorkspacePath(path)).text, "--create-dirs"]
            } catch {
                return .failure(error.message)
            }
        }
        var limits = SandboxLimits()
        limits.time = .seconds(130)
        return try await call.run("curl", words + ["--url", url], limits)
    }
}
