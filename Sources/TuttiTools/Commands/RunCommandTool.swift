import TuttiCore
import TuttiSandbox

/// Runs a line of a shell in the workspace.
struct RunCommandTool: Tool {
    let description: ToolDescription
    private let limits: SandboxLimits

    init(limits: SandboxLimits = SandboxLimits()) {
        self.limits = limits
        description = ToolDescription(
            name: "run_command",
            purpose: "Runs a command of the shell in the workspace's folder and tells its exit code and its outputs. "
                + "Nothing outside of the workspace can be changed. There is no network, unless you were told so.",
            parameters: .object(
                [
                    .required("command", .string().describing("a line for sh, such as python3 -m pytest -q")),
                    .optional(
                        "timeout_seconds",
                        .integer(minimum: 1, maximum: Double(Self.secondsMax))
                            .describing("how long it may take; \(Int(limits.time / .seconds(1))) without it")),
                ], others: .refused),
            access: .writes, timeout: .seconds(Self.secondsMax + 30))
    }

    static let secondsMax = 900

    func call(_ arguments: JSONValue, _ call: ToolCall) async throws -> ToolOutput {
        let arguments = ToolArguments(arguments)
        var limits = self.limits
        if let seconds = arguments.number("timeout_seconds") {
            limits.time = .seconds(seconds)
            limits.processorTime = .seconds(seconds)
        }
        return try await call.run("/bin/sh", ["-c", arguments.text("command")], limits)
    }
}

extension ToolCall {
    /// Runs a program in the workspace and tells how it went.
    func run(
        _ program: String, _ arguments: [String], _ limits: SandboxLimits = SandboxLimits(),
        environment: [String: String] = [:]
    ) async throws -> ToolOutput {
        let result = try await result(of: program, arguments, limits, environment: environment)
        return CommandReport(result, within: limits).output
    }

    /// Runs a program in the workspace.
    func result(
        of program: String, _ arguments: [String], _ limits: SandboxLimits = SandboxLimits(),
        environment: [String: String] = [:]
    ) async throws -> SandboxResult {
        var command = SandboxCommand(program, arguments, workspace: try workspace().folder)
        command.limits = limits
        command.environment = environment
        let sandbox = try await programs()
        guard let egress else { return try await sandbox.run(command) }
        let (result, events) = try await egress.run(command, in: sandbox)
        for event in events { tellEgress(EgressNews(event)) }
        return result
    }
}
