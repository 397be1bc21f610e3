/// `tutti completions SHELL`
package enum CompletionsCommand: CommandHandler {
    package static let command = Commands.completions

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let script = CompletionScript(table: .release)
        try context.output.write(script.text(for: arguments[Words.shell]))
        return .reached
    }
}
