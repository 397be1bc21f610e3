import TuttiAccess
import TuttiConfiguration

/// `tutti policy show`
package enum PolicyShowCommand: CommandHandler {
    package static let command = PolicyCommands.show

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let path = arguments[PolicyFlags.policy] ?? configuration.value(of: ConfigurationKeys.policyFile)
        try context.show(json: try PolicySource.rules(path).document)
        if !arguments[Flags.json] {
            try context.tell("This is \(path.map { "the policy of \($0)" } ?? "the built-in policy").")
        }
        if arguments[PolicyFlags.policy] == nil, let server = configuration.value(of: ConfigurationKeys.policyServer) {
            try context.tell("note: the server at \(server) decides in its place (auth.opa_url)")
        }
        return .reached
    }
}
