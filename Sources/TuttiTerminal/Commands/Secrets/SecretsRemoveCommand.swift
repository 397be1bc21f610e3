import TuttiAccess
import TuttiCore

/// `tutti secrets rm`
package enum SecretsRemoveCommand: CommandHandler {
    package static let command = SecretsCommands.remove

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let name = try SecretsSetCommand.name(arguments)
        let unknown = CommandFailure("there is no secret \(name) in this scope; 'tutti secrets ls' lists what there is")
        let scope = try await context.withAccessIfThere(arguments) { access in
            let scope = try await ScopeName.read(
                arguments[SecretsFlags.scope], mustExist: false, in: access.accounts)
            let kept = try await access.secrets.summaries(tenant: HomeAccess.tenant, scope: scope)
            guard kept.contains(where: { $0.name == name }) else { throw unknown }
            return try await SecretChange(.secretDeleted, of: SecretChange.target(name, scope), access, context).perform
            {
                guard try await access.secrets.remove(name, scope: scope, tenant: HomeAccess.tenant) else {
                    throw unknown
                }
                return (scope, [:])
            }
        }
        guard let scope else { throw unknown }
        if arguments[Flags.json] {
            try context.show(
                json: [
                    "name": .string(name.text), "scope": .string(scope.level.rawValue),
                    "owner": .text(scope == .tenant ? nil : scope.owner),
                ])
        } else {
            try context.show(
                [StyledLine("Removed the secret ") + StyledLine(name.text, .strong) + StyledLine(".")], arguments)
        }
        return .reached
    }
}
