import TuttiAccess
import TuttiCore

/// A secret as it lies in Vault: all of it in one version of one entry, so that it changes as a whole. Only `value` has
/// to be there, so that `vault kv put` can make one.
struct VaultEntry: Sendable {
    var value: SecretText
    var label: String
    var provider: String?
    var created: Timestamp
    var updated: Timestamp
    var createdBy: String?
    /// Vault's own number of this version.
    var version: Int

    init(
        value: SecretText, label: String, provider: String?, created: Timestamp, updated: Timestamp,
        createdBy: String?, version: Int
    ) {
        self.value = value
        self.label = label
        self.provider = provider
        self.created = created
        self.updated = updated
        self.createdBy = createdBy
        self.version = version
    }

    /// Reads the answer to `GET /:mount/data/:path`; `nil` when it holds no text named `value`.
    init?(_ body: JSONValue) {
        guard let data = body["data"]?["data"], let value = data["value"]?.stringValue else { return nil }
        let metadata = body["data"]?["metadata"]
        let written = metadata?["created_time"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        let (created, updated) = (data["created"]?.intValue, data["updated"]?.intValue)
        self.init(
            value: SecretText(value), label: data["label"]?.stringValue ?? "", provider: data["provider"]?.stringValue,
            created: created.map { Timestamp(milliseconds: $0) } ?? written ?? Timestamp(milliseconds: 0),
            updated: updated.map { Timestamp(milliseconds: $0) } ?? written ?? Timestamp(milliseconds: 0),
            createdBy: data["created_by"]?.stringValue, version: Self.version(body))
    }

    /// The number of the newest version, deleted or not; 0 when there has been none.
    static func version(_ body: JSONValue) -> Int { Int(body["data"]?["metadata"]?["version"]?.intValue ?? 0) }

    /// What is written.
    var data: JSONValue {
        var members: [String: JSONValue] = [
            "value": .string(value.revealed), "label": .string(label), "created": .int(created.milliseconds),
            "updated": .int(updated.milliseconds),
        ]
        members["provider"] = provider.map { .string($0) }
        members["created_by"] = createdBy.map { .string($0) }
        return .object(members)
    }

    func summary(_ name: SecretName, _ scope: SecretScope, tenant: String) -> SecretSummary {
        SecretSummary(
            id: VaultPath.id(of: name, scope, tenant: tenant), name: name, scope: scope, label: label,
            provider: provider, hint: SecretLimits.hint(of: value), keyID: "", created: created, updated: updated,
            createdBy: createdBy, version: version, lastUsed: nil)
    }
}
