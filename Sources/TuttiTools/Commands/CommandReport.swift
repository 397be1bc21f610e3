import TuttiCore
import TuttiRuntime
import TuttiSandbox

/// What a model is told of a program that has ended: how, and what it wrote, with what was left out.
struct CommandReport {
    let result: SandboxResult
    private let limits: SandboxLimits

    init(_ result: SandboxResult, within limits: SandboxLimits) {
        self.result = result
        self.limits = limits
    }

    /// Bytes of each of the two outputs that a model is told.
    private static let shownMax = ToolLimits.textMax / 2

    var output: ToolOutput {
        var text = end + "\n"
        text += section("standard output", Self.beginning(result.output.text), of: result.output.count)
        text += section("standard error", Self.ending(result.errors.text), of: result.errors.count)
        return ToolOutput(text, isError: result.end != .exited(0), data: data)
    }

    private var end: String {
        switch result.end {
        case .exited(0): "The command has succeeded."
        case .exited(let code): "The command has failed with exit code \(code)."
        case .signalled(let signal): "The command was ended by signal \(signal)."
        case .timedOut: "The command took longer than \(DurationText.write(limits.time)) and was ended."
        case .overLimit(.memory):
            "The command was ended, as all its processes together took more than "
                + "\(limits.totalMemory >> 20) MiB of memory."
        case .overLimit(.workspace):
            "The command was ended, as the folder has more than \(limits.workspaceSize >> 20) MiB or "
                + "\(limits.workspaceFiles) files now; remove what is not needed."
        }
    }

    private func section(_ name: String, _ shown: String, of count: Int) -> String {
        guard count > 0 else { return "" }
        let cut = shown.utf8.count < count ? " (\(shown.utf8.count) of \(count) bytes)" : ""
        return "--- \(name)\(cut)\n\(shown)" + (shown.hasSuffix("\n") ? "" : "\n")
    }

    private static func beginning(_ text: String) -> String { CleanText.verbatim(text, bytesMax: shownMax) }

    private static func ending(_ text: String) -> String {
        guard text.utf8.count > shownMax else { return CleanText.verbatim(text, bytesMax: shownMax) }
        let start = text.utf8.index(text.utf8.endIndex, offsetBy: -shownMax)
        let whole = text.unicodeScalars.index(start, offsetBy: 0)
        return CleanText.verbatim(String(text.unicodeScalars[whole...]), bytesMax: shownMax)
    }

    private var data: JSONValue {
        var members: [String: JSONValue] = [
            "output_bytes": .int(Int64(result.output.count)), "errors_bytes": .int(Int64(result.errors.count)),
            "seconds": .double(result.time / .seconds(1)),
            "processor_seconds": .double(result.processorTime / .seconds(1)),
        ]
        switch result.end {
        case .exited(let code): members["exit_code"] = .int(Int64(code))
        case .signalled(let signal): members["signal"] = .int(Int64(signal))
        case .timedOut: members["timed_out"] = true
        case .overLimit(let limit): members["over_limit"] = .string(limit.rawValue)
        }
        return .object(members)
    }
}
