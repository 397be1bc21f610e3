package import TuttiAgents
package import TuttiConfiguration
package import TuttiEngine
package import TuttiProviders

/// What a command does.
package protocol CommandHandler: Sendable {
    /// The line of the table that calls it.
    static var command: Command { get }
    /// Does it. Data goes to `context.output`, progress to `context.progress`.
    ///
    /// - Throws: anything; the program prints its description on standard error and ends with ``ExitCode/failed``.
    static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode
}

/// The world as a command sees it. Tests pass another.
package struct CommandContext: Sendable {
    package var environment: [String: String]
    /// Standard output: data only.
    package var output: any TextSink
    /// Standard error: progress and messages.
    package var progress: any TextSink
    /// Standard input: values that are piped in, and what a person answers.
    package var input: CommandInput
    /// Workflows that runs can be taken up by, beside those of this program.
    package var workflows: [any Workflow]
    /// Where to look for model servers of this machine.
    package var localServers: [LocalServers.Place]
    /// How long each answer of such a server may take.
    package var localPatience: Duration
    /// Whether a home has a project, which only the server's part of the program knows; `nil` where nobody can say.
    package var hasProject: (@Sendable (_ home: String, _ id: String) async throws -> Bool)?

    /// Adds the routes that a configuration names to models, which only the server's part of the program can read;
    /// `nil` where there are none.
    package var routes: ModelRoutes?

    /// Adds routes to models.
    package typealias ModelRoutes =
        @Sendable (
            any ModelSource, Configuration, CommandContext
        ) throws(InputError) -> any ModelSource

    package init(
        environment: [String: String], output: any TextSink, progress: any TextSink, input: CommandInput = .nothing,
        workflows: [any Workflow] = [], localServers: [LocalServers.Place] = LocalServers.usual,
        localPatience: Duration = LocalServers.patience
    ) {
        self.environment = environment
        self.output = output
        self.progress = progress
        self.input = input
        self.workflows = workflows
        self.localServers = localServers
        self.localPatience = localPatience
    }
}

extension CommandContext {
    /// Whether colours are used on one of the two outputs.
    package func style(for sink: any TextSink, _ arguments: Arguments) -> Style {
        Style(
            environment: environment, isTerminal: sink.terminalSize != nil, isDeclined: arguments[Flags.noColor])
    }

    /// Whether progress can be a ``LiveBlock``; otherwise it is plain lines.
    package var showsLiveBlock: Bool { progress.terminalSize != nil && Style.obeysSequences(environment) }
}
