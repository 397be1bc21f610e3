import TuttiAccess
import TuttiCore
import TuttiRuntime

/// `tutti audit export`
package enum AuditExportCommand: CommandHandler {
    package static let command = AuditCommands.export

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let path = arguments[AuditWords.target]
        let clock = SystemTimekeeper()
        let verification = try await context.withAuditLog(arguments) { store in
            let verification = try await AuditFile.write(
                store, to: path, from: arguments[AuditFlags.from].map { Int64($0) },
                through: arguments[AuditFlags.through].map { Int64($0) }, release: Release.version, at: clock.now())
            try await store.append(
                AuditDraft(
                    time: clock.now(), tenant: HomeAccess.tenant, actor: context.machineActor, action: .auditExported,
                    outcome: verification.isWhole ? .done : .failed, details: details(verification)))
            return verification
        }
        guard let verification else { throw CommandFailure("there is no audit log yet, so no file was made") }
        if arguments[Flags.json] {
            guard case .object(var members) = verification.json else { return .failed }
            members["file"] = .string(path)
            try context.show(json: .object(members))
        } else {
            try context.show([StyledLine("Wrote \(path). ") + verification.line], arguments)
        }
        if !verification.isWhole {
            try context.tell("note: the file has what stands before that place; keep it as evidence")
        }
        return verification.isWhole ? .reached : .failed
    }

    private static func details(_ verification: AuditVerification) -> [String: String] {
        switch verification {
        case .whole(let span): ["first": "\(span.start.n + 1)", "last": "\(span.head.n)"]
        case .broken(let place): ["broken_at": "\(place.n)", "way": place.way.rawValue]
        }
    }
}
