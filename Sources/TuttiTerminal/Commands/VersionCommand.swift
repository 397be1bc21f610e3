import TuttiCore

/// `tutti version`: opens and reads nothing, so that it answers at once and everywhere.
package enum VersionCommand: CommandHandler {
    package static let command = Commands.version

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        if arguments[Flags.json] {
            try context.show(json: ["name": "tutti", "version": .string(Release.version)])
        } else {
            try context.output.write("tutti \(Release.version)\n")
        }
        return .reached
    }
}
