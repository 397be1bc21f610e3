import TuttiAccess
import TuttiCore
import TuttiRuntime

/// `tutti audit prune`
package enum AuditPruneCommand: CommandHandler {
    package static let command = AuditCommands.prune

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let path = arguments[AuditFlags.exported]
        let now = SystemTimekeeper().now()
        let span = try await span(of: path)
        let pruning = try await context.withAuditLog(arguments) { store in
            try await store.prune(
                before: now + (.zero - arguments[AuditFlags.before]), exported: span, by: context.machineActor,
                tenant: HomeAccess.tenant, at: now)
        }
        guard let pruning else { throw CommandFailure("there is no audit log yet, so there is nothing to remove") }
        if arguments[Flags.json] {
            try context.show(
                json: [
                    "removed": .int(pruning.removed), "first": .int(pruning.anchor.n + 1),
                    "anchor": .string(pruning.anchor.description),
                ])
        } else {
            let noun = pruning.removed == 1 ? "entry" : "entries"
            try context.show(
                [StyledLine("Removed \(pruning.removed) \(noun). The log begins with entry \(pruning.anchor.n + 1).")],
                arguments)
        }
        return .reached
    }

    /// What a file holds that is whole.
    private static func span(of path: String) async throws -> AuditSpan {
        let report = try await AccessFailure.telling { try AuditFile.verify(path: path) }
        switch report.verification {
        case .whole(let span): return span
        case .broken(let place):
            throw CommandFailure(
                "--exported: \(path) is not what was exported: \(place); nothing was removed. Export again")
        }
    }
}
