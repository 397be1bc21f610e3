import TuttiAccess
import TuttiCore

/// A change of secrets that the audit log tells of, before and behind it: no change without an entry.
struct SecretChange {
    let access: HomeAccess
    private var draft: AuditDraft

    init(
        _ action: AuditAction, of target: AuditTarget?, details: [String: String] = [:], _ access: HomeAccess,
        _ context: CommandContext
    ) {
        self.access = access
        draft = AuditDraft(
            time: access.accounts.now, tenant: HomeAccess.tenant, actor: context.machineActor, action: action,
            target: target, outcome: .begun, details: details)
    }

    /// Names a secret without its value.
    static func target(_ name: SecretName, _ scope: SecretScope) -> AuditTarget {
        let place = scope == .tenant ? "" : scope.owner + "/"
        return AuditTarget(kind: "secret", id: "\(scope.level.rawValue)/\(place)\(name)")
    }

    /// - Parameter body: gives what is more to tell behind it.
    func perform<Output>(_ body: () async throws -> (Output, details: [String: String])) async throws -> Output {
        var draft = draft
        try await access.store.append(draft)
        do {
            let (output, details) = try await body()
            draft.time = access.accounts.now
            draft.outcome = .done
            draft.details.merge(details) { $1 }
            try await access.store.append(draft)
            return output
        } catch {
            draft.time = access.accounts.now
            draft.outcome = .failed
            // It has failed already: that this cannot be written down changes nothing about it.
            _ = try? await access.store.append(draft)
            throw error
        }
    }
}
