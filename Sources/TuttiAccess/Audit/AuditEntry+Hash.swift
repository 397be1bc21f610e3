import TuttiCore

extension AuditEntry {
    /// What an entry's ``hash`` has to be: SHA-256 of these parts, one behind the other.
    ///
    /// `tutti-audit-1`, n, previous, time, tenant, actor, name, credential_kind, credential, address, action,
    /// target_kind, target, outcome, request, and then for each detail, in the order of the names, the name and the
    /// text.
    ///
    /// A part that is absent is the byte `-`. Any other is its length in bytes in decimal digits, `:`, its UTF-8, and
    /// `,` (a netstring), so that no two entries give the same bytes. n is written in decimal digits; time is the text
    /// of an exported line, RFC 3339 in UTC with milliseconds.
    package var computedHash: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        func add(_ part: String?) {
            guard let part else { return bytes.append(UInt8(ascii: "-")) }
            bytes.append(contentsOf: String(part.utf8.count).utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: part.utf8)
            bytes.append(UInt8(ascii: ","))
        }
        add(Self.format)
        add(String(n))
        add(previous)
        for (_, text) in texts { add(text) }
        for (name, text) in sortedDetails {
            add(name)
            add(text)
        }
        return Digest.sha256Hex(bytes)
    }

    /// Names the form of entries and of exported files.
    package static let format = "tutti-audit-1"

    /// The texts of an entry by the names that they have in exported lines, in the order in which they are hashed.
    var texts: [(name: String, text: String?)] {
        let actor = draft.actor
        return [
            ("time", draft.time.description), ("tenant", draft.tenant), ("actor", actor.id), ("name", actor.name),
            ("credential_kind", actor.credential.kind), ("credential", actor.credential.id),
            ("address", actor.address), ("action", draft.action.text), ("target_kind", draft.target?.kind),
            ("target", draft.target?.id), ("outcome", draft.outcome.description), ("request", draft.request),
        ]
    }

    /// By the bytes of their names.
    var sortedDetails: [(key: String, value: String)] {
        draft.details.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}
