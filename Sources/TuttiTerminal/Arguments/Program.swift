import TuttiConfiguration
import TuttiReadings

/// The program: a table of commands and a handler for each.
package struct Program: Sendable {
    /// Holds exactly the commands that have a handler.
    package let table: CommandTable
    package let version: String
    private let handlers: [String: any CommandHandler.Type]

    /// - Parameters:
    ///   - table: all commands; those without a handler do not exist.
    ///   - handlers: at most one for each command.
    package init(table: CommandTable, version: String, handlers: [any CommandHandler.Type]) {
        self.table = table.keeping(handlers.map { $0.command })
        self.version = version
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.command.name, $0) })
    }

    /// Understands a command line, without the program's own name, and does what it says.
    package func run(_ typed: [String], in context: CommandContext) async -> ExitCode {
        do {
            switch try table.understand(typed) {
            case .help(let path): try context.output.write(HelpText(table: table).page(for: path))
            case .version: try context.output.write("\(table.program) \(version)\n")
            case .run(let arguments): return try await perform(arguments, in: context)
            }
            return .reached
        } catch let error as UsageError {
            complain("\(error)", in: context)
            return .usage
        } catch let error as ConfigurationError {
            complain("\(table.program): \(error)", in: context)
            return .usage
        } catch let error as InputError {
            complain("\(table.program): \(error)", in: context)
            return .usage
        } catch let error as ConfigurationError {
            complain("\(table.program): \(error)", in: context)
            return .usage
        } catch let error as OutputError where error.isClosedPipe {
            return .reached
        } catch {
            complain("\(table.program): \(error)", in: context)
            return .failed
        }
    }

    private func perform(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        guard let handler = handlers[arguments.command.name] else {
            preconditionFailure("the table has '\(arguments.command.name)', which has no handler")
        }
        return try await handler.run(arguments, in: context)
    }

    /// Messages may quote files and people; the terminal only shows them. Standard error may be gone as well; then
    /// nobody is left to tell.
    private func complain(_ message: String, in context: CommandContext) {
        let lines = message.split(separator: "\n").map { TerminalText.sanitized(String($0)) + "\n" }
        try? context.progress.write(lines.joined())
    }
}
