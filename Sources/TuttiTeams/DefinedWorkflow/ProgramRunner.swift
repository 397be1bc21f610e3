import FoundationEssentials
public import TuttiCore
import TuttiRuntime

/// Runs commands as programs of this machine: JSON on standard input, JSON on standard output.
///
/// A program gets the variables that its step names and those that hardly any program can do without, and nothing else.
/// When it takes too long, or its run is stopped, it and all that it has started are asked to end, and ended after five
/// seconds.
public struct ProgramRunner: CommandRunner {
    private let environment: @Sendable () -> [String: String]

    /// A runner that takes variables from the environment of this process.
    public init() { self.init { ProcessInfo.processInfo.environment } }

    /// A runner that takes variables from elsewhere, asked anew for each attempt.
    public init(environment: @escaping @Sendable () -> [String: String]) { self.environment = environment }

    /// What is told of standard error, in bytes of its end.
    static let errorsShownMax = 2048
    /// What is told of an output that is no JSON, in characters of its beginning.
    private static let outputShownMax = 80

    /// Runs one program.
    ///
    /// - Throws: ``CommandError``; an error with the code `program_not_found`, `program_not_executable`,
    ///   `program_folder`, `program_argument` or `program_exhausted` when it cannot be started; `CancellationError`.
    public func run(_ call: CommandCall) async throws -> JSONValue {
        let known = environment()
        var variables = known.filter { Subprocess.usualVariables.contains($0.key) }
        for name in call.environment {
            guard let value = known[name] else {
                throw CommandError(
                    .missingVariable, "'\(call.program)' needs the variable '\(name)', which is not set; export it")
            }
            variables[name] = value
        }
        let usual = Subprocess.usualVariables
        let secrets = CommandSecrets(variables.filter { !usual.contains($0.key) })
        var program = Subprocess(call.program, call.arguments, environment: variables, folder: call.folder)
        program.input = Array(try CanonicalJSON.encode(call.input))
        program.timeout = call.timeout.duration
        let result = try await program.run()
        try check(result, call, secrets)
        return try output(of: result, call, secrets)
    }

    // MARK: How it ended

    private func check(
        _ result: SubprocessResult, _ call: CommandCall, _ secrets: CommandSecrets
    ) throws(CommandError) {
        let errors = secrets.hidden(in: result.errors.text).suffix(bytes: Self.errorsShownMax)
        let told = errors.isEmpty ? "; it wrote nothing to standard error" : ": \(errors)"
        switch result.end {
        case .exited(0): return
        case .exited(let code):
            throw CommandError(
                .failed, "'\(call.program)' ended with \(code)\(told)",
                data: ["exit_code": .int(Int64(code)), "errors": .string(errors)])
        case .signalled(let signal):
            throw CommandError(
                .failed, "'\(call.program)' was ended by signal \(signal)\(told)",
                data: ["signal": .int(Int64(signal)), "errors": .string(errors)])
        case .timedOut:
            let limit = DurationText.write(call.timeout.duration)
            throw CommandError(
                .timedOut, "'\(call.program)' took longer than \(limit)\(told)", data: ["errors": .string(errors)])
        }
    }

    private func output(
        of result: SubprocessResult, _ call: CommandCall, _ secrets: CommandSecrets
    ) throws(CommandError) -> JSONValue {
        guard !result.output.isCut else {
            throw CommandError(
                .tooMuchOutput,
                "'\(call.program)' wrote \(result.output.count) bytes to standard output, the limit is "
                    + "\(result.output.bytes.count); let it write large results to a file")
        }
        // Most programs that only do something write nothing.
        if result.output.bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return .null }
        guard let value = try? CanonicalJSON.decode(JSONValue.self, from: Data(result.output.bytes)) else {
            let shown = secrets.hidden(in: result.output.text).prefix(Self.outputShownMax)
            throw CommandError(
                .badOutput,
                "'\(call.program)' wrote no JSON to standard output but '\(shown)'; a text is JSON in quotes, and what "
                    + "is for people goes to standard error")
        }
        if let name = secrets.find(in: value) ?? secrets.find(in: result.output.text) {
            throw CommandError(
                .secretInOutput,
                "'\(call.program)' wrote the value of '\(name)' to standard output, where it would be stored; let it "
                    + "leave that out, or hand over what is no secret as an argument")
        }
        return value
    }
}

extension String {
    /// The end in at most so many bytes, from a whole character on and without white space around it.
    fileprivate func suffix(bytes max: Int) -> String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        if text.utf8.count > max {
            let start = text.utf8.index(text.utf8.endIndex, offsetBy: -max)
            text = text[(text.indices.first { $0 >= start } ?? text.endIndex)...]
        }
        while text.first?.isWhitespace == true { text.removeFirst() }
        return String(text)
    }
}
