package import TuttiCore

/// What may be shown of a secret that is kept.
package struct SecretSummary: Sendable, Hashable, Codable {
    package var id: SecretID
    package var name: SecretName
    package var scope: SecretScope
    package var label: String
    /// The provider whose key it is, such as `openai`; `nil` when nobody has said.
    package var provider: String?
    /// Its last four characters; `nil` for short ones.
    package var hint: String?
    /// Which key it is sealed with; empty where somebody else seals.
    package var keyID: String
    package var created: Timestamp
    package var updated: Timestamp
    /// Who put the present value; `nil` for the machine's user.
    package var createdBy: String?
    /// How many values it has had.
    package var version: Int
    /// To the minute; `nil` when it has not been used, or where this is not noted.
    package var lastUsed: Timestamp?

    package init(
        id: SecretID, name: SecretName, scope: SecretScope, label: String, provider: String?, hint: String?,
        keyID: String, created: Timestamp, updated: Timestamp, createdBy: String?, version: Int, lastUsed: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.scope = scope
        self.label = label
        self.provider = provider
        self.hint = hint
        self.keyID = keyID
        self.created = created
        self.updated = updated
        self.createdBy = createdBy
        self.version = version
        self.lastUsed = lastUsed
    }

    /// What a run carries to mean this one.
    package var reference: SecretReference { SecretReference(name, level: scope.level) }
}

extension SecretSummary {
    /// Where it is and what sealed it, for people.
    var place: String {
        let owner = scope.owner.isEmpty ? "" : scope.owner + "/"
        return "\(scope.level.rawValue)/\(owner)\(name) (key \(keyID))"
    }
}
