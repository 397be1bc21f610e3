import TuttiCore
import TuttiRuntime
import TuttiSandbox

/// Searches the files for a pattern; grep does it, in the sandbox, so that no pattern can hold us up.
struct SearchFilesTool: Tool {
    let description = ToolDescription(
        name: "search_files",
        purpose: "Searches the text files of the workspace and tells each line that fits, with file and number.",
        parameters: .object(
            [
                .required("pattern", .string().describing("an extended regular expression (grep -E)")),
                .optional("path", .string().describing("the folder or file to search; the whole workspace without it")),
                .optional("files", .string().describing("names of files to look at, such as *.py")),
                .optional("ignore_case", .boolean),
                .optional("literal", .boolean.describing("take the pattern as a plain text")),
            ], others: .refused),
        access: .reads, timeout: .seconds(60))

    /// Lines that are told at most.
    private static let linesMax = 200

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        let arguments = ToolArguments(arguments)
        let path: WorkspacePath
        do {
            path = try WorkspacePath(arguments.optionalText("path") ?? ".")
        } catch {
            return .failure(error.message)
        }
        var words = ["-rnI", "--exclude-dir=.git", "--max-count=\(Self.linesMax)"]
        words.append(arguments.toggle("literal") == true ? "-F" : "-E")
        if arguments.toggle("ignore_case") == true { words.append("-i") }
        if let files = arguments.optionalText("files") { words.append("--include=\(files)") }
        words += ["-e", arguments.text("pattern"), "--", path.text]
        var limits = SandboxLimits()
        limits.time = .seconds(30)
        let result = try await call.result(of: "grep", words, limits)
        switch result.end {
        case .exited(0): return Self.found(result.output.text)
        case .exited(1): return ToolOutput("nothing fits the pattern.", data: ["lines": 0])
        default: return CommandReport(result, within: limits).output
        }
    }

    private static func found(_ text: String) -> ToolOutput {
        let lines = text.split(separator: "\n")
        var (shown, told) = ("", 0)
        for line in lines.prefix(linesMax) {
            let line = CleanText.line(String(line), bytesMax: 400) + "\n"
            guard shown.utf8.count + line.utf8.count <= ToolLimits.textMax else { break }
            shown += line.hasPrefix("./") ? String(line.dropFirst(2)) : line
            told += 1
        }
        if told < lines.count { shown += "(\(told) of \(lines.count) lines; search for something narrower)\n" }
        return ToolOutput(shown, data: ["lines": .int(Int64(lines.count))])
    }
}
