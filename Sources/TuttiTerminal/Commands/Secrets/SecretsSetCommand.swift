import TuttiAccess
import TuttiCore

/// `tutti secrets set`
package enum SecretsSetCommand: CommandHandler {
    package static let command = SecretsCommands.set

    private static let value = HiddenInput(
        name: "the secret", question: "Secret", bytesMax: SecretLimits.valueBytesMax, mayHaveLines: true)

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let name = try name(arguments)
        let (label, provider) = (arguments[SecretsFlags.label] ?? "", arguments[SecretsFlags.provider])
        try context.models(try context.configuration(for: arguments)).check(provider: provider, for: "--provider")
        let summary = try await context.withAccess(arguments) { access in
            let scope = try await ScopeName.read(
                arguments[SecretsFlags.scope], mustExist: true, in: access.accounts)
            if scope.level == .project { try await context.check(project: scope.owner, for: "--scope", arguments) }
            let value = try await value.read(in: context)
            try SecretLimits.check(value, scope: scope, tenant: HomeAccess.tenant, label: label, provider: provider)
            return try await SecretChange(.secretWritten, of: SecretChange.target(name, scope), access, context)
                .perform {
                    let summary = try await access.secrets.put(
                        value, name: name, scope: scope, tenant: HomeAccess.tenant, label: label, provider: provider,
                        by: nil, at: access.accounts.now)
                    return (
                        summary, ["version": "\(summary.version)", "label": label, "provider": provider ?? ""]
                    )
                }
        }
        if arguments[Flags.json] {
            try context.show(json: summary.json([:]))
        } else {
            let what = summary.version == 1 ? "Kept" : "Replaced"
            try context.show(
                [StyledLine("\(what) the secret ") + StyledLine(name.text, .strong) + StyledLine(".")], arguments)
            try context.tell("Runs refer to it as \(summary.reference).")
        }
        return .reached
    }

    /// What was typed is not told: it may be a secret in the wrong place.
    static func name(_ arguments: Arguments) throws(InputError) -> SecretName {
        guard let name = SecretName(arguments[SecretsWords.name]) else {
            throw InputError("NAME: the name of a secret has \(SecretName.rule)")
        }
        return name
    }
}
