import TuttiAccess
import TuttiCore

extension SecretSummary {
    /// As `--json` shows it: everything but the value.
    ///
    /// - Parameter people: usernames by identifier.
    func json(_ people: [String: String]) -> JSONValue {
        [
            "id": .string(id.text), "name": .string(name.text), "reference": .string(reference.description),
            "scope": .string(scope.level.rawValue), "owner": .text(scope == .tenant ? nil : scope.owner),
            "username": .text(scope.level == .person ? people[scope.owner] : nil), "label": .string(label),
            "provider": .text(provider), "hint": .text(hint), "version": .int(Int64(version)),
            "key": .text(keyID.isEmpty ? nil : keyID), "created": .time(created), "updated": .time(updated),
            "created_by": .text(createdBy), "last_used": .time(lastUsed),
        ]
    }
}
