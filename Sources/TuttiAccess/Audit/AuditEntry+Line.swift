package import FoundationEssentials
package import TuttiCore

extension AuditEntry {
    /// The entry as a line of an exported file, without the line feed: one JSON object with members in the order of
    /// their names, absent ones as null, details as an object.
    package var line: [UInt8] { json.bytes }

    /// The entry for programs.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "n": .int(n), "previous": .string(previous), "hash": .string(hash),
            "details": .object(draft.details.mapValues { .string($0) }),
        ]
        for (name, text) in texts { members[name] = .text(text) }
        return .object(members)
    }

    /// Reads a line that ``line`` has written; `nil` for any other, also for one that only says the same: what the
    /// hashes do not cover must not be there.
    package init?(line bytes: Data) {
        guard let json = try? WireJSON.read(bytes), case .object(let members) = json,
            let entry = AuditEntry(members: members), entry.line.elementsEqual(bytes)
        else { return nil }
        self = entry
    }

    private init?(members: [String: JSONValue]) {
        func text(_ name: String) -> String? { members[name]?.stringValue }
        guard let n = members["n"]?.intValue, let time = text("time").flatMap({ Timestamp($0) }),
            Self.times.contains(time.milliseconds), let tenant = text("tenant"), let name = text("name"),
            let kind = text("credential_kind"), let action = text("action"), let outcome = text("outcome"),
            let previous = text("previous"), let hash = text("hash"), case .object(let details)? = members["details"],
            (text("target_kind") == nil) == (text("target") == nil)
        else { return nil }
        var target: AuditTarget?
        if let kind = text("target_kind"), let id = text("target") { target = AuditTarget(kind: kind, id: id) }
        let actor = AuditActor(
            id: text("actor"), name: name, credential: AuditActor.Credential(kind: kind, id: text("credential")),
            address: text("address"))
        let draft = AuditDraft(
            time: time, tenant: tenant, actor: actor, action: AuditAction(text: action), target: target,
            outcome: AuditOutcome(text: outcome), request: text("request"),
            details: details.compactMapValues(\.stringValue))
        self.init(n: n, draft: draft, previous: previous, hash: hash)
    }
}
