public import TuttiCore

/// Runs the programs of command steps; in tests and sandboxes another one can stand here.
public protocol CommandRunner: Sendable {
    /// Runs one program to its end, in at most the time that the call gives it.
    ///
    /// - Returns: what the program puts out.
    /// - Throws: ``CommandError``, or any error of the runner's own; `CancellationError` when the task is cancelled,
    ///   after the program and all that it has started have ended.
    func run(_ call: CommandCall) async throws -> JSONValue
}

/// One call of a program; all of it is part of the step's fingerprint.
public struct CommandCall: Codable, Sendable, Hashable {
    /// A path, from ``folder`` when it is relative; or a name that is looked up in `PATH`.
    public var program: String
    /// What it is called with, all references replaced.
    public var arguments: [String]
    /// The names of the variables that it gets, never their values.
    public var environment: [String]
    /// Where it runs: an absolute path.
    public var folder: String
    /// What it is handed as JSON: `input` and `steps`.
    public var input: JSONValue
    /// How long it may take.
    public var timeout: WrittenDuration

    /// A call from its parts.
    public init(
        program: String, arguments: [String], environment: [String], folder: String, input: JSONValue,
        timeout: WrittenDuration
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.input = input
        self.timeout = timeout
    }
}

/// Runs nothing: for those who carry out definitions that others hand over, such as a server.
public struct RefusedCommands: CommandRunner {
    /// A runner that refuses.
    public init() {}

    /// Refuses.
    ///
    /// - Throws: ``CommandError`` `command_refused`.
    public func run(_ call: CommandCall) async throws -> JSONValue {
        throw CommandError(
            .refused,
            "'\(call.program)' is not run: commands are run only for workflows that were started from the command "
                + "line; start this one with `tutti run`")
    }
}
