import TuttiCore

extension AuditDraft {
    /// The draft as it is kept: texts within their bounds.
    ///
    /// Long texts are cut and not refused, because they come from strangers: nobody shall avoid an entry by a long
    /// name. What the program itself says is refused, so that a test finds it.
    ///
    /// - Throws: ``AuditError`` `.invalid` that names the field and the rule.
    package func fitted() throws(AuditError) -> AuditDraft {
        try check()
        var draft = self
        draft.tenant = Self.cut(tenant)
        draft.actor.id = actor.id.map { Self.cut($0) }
        draft.actor.name = Self.cut(actor.name)
        draft.actor.credential.id = actor.credential.id.map { Self.cut($0) }
        draft.actor.address = actor.address.map { Self.cut($0) }
        draft.target?.id = Self.cut(target?.id ?? "")
        draft.request = request.map { Self.cut($0) }
        draft.details = details.mapValues { Self.cut($0, to: AuditLimits.detailBytesMax) }
        return draft
    }

    private func check() throws(AuditError) {
        guard AuditEntry.times.contains(time.milliseconds) else {
            throw AuditError(.invalid, "audit entry: `time` must lie between the years 1970 and 9999")
        }
        let words = [
            ("action", action.text), ("outcome", outcome.description), ("credential kind", actor.credential.kind),
            ("target kind", target?.kind ?? "none"),
        ]
        for (field, word) in words where !Self.isWord(word) {
            throw AuditError(.invalid, "audit entry: `\(field)` must be \(Self.wordRule)")
        }
        guard details.count <= AuditLimits.detailsMax else {
            throw AuditError(.invalid, "audit entry: `details` may have \(AuditLimits.detailsMax) members at most")
        }
        guard details.keys.allSatisfy(Self.isWord) else {
            throw AuditError(.invalid, "audit entry: each name in `details` must be \(Self.wordRule)")
        }
    }

    private static let wordRule =
        "1 to \(AuditLimits.detailNameBytesMax) lower-case letters, digits, dots and underscores"

    private static func isWord(_ text: String) -> Bool {
        (1...AuditLimits.detailNameBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2E || byte == 0x5F
            }
    }

    /// By scalars and not by characters, of which one can be as long as it likes.
    private static func cut(_ text: String, to bytesMax: Int = AuditLimits.textBytesMax) -> String {
        guard text.utf8.count > bytesMax else { return text }
        let mark: Unicode.Scalar = "…"
        var kept = String.UnicodeScalarView()
        var size = UTF8.width(mark)
        for scalar in text.unicodeScalars {
            size += UTF8.width(scalar)
            guard size <= bytesMax else { break }
            kept.append(scalar)
        }
        kept.append(mark)
        return String(kept)
    }
}

extension AuditDraft {
    /// Drafts of one call as they are kept.
    ///
    /// - Throws: ``AuditError`` `.invalid`, also for too many.
    package static func fitted(_ drafts: [AuditDraft]) throws(AuditError) -> [AuditDraft] {
        guard drafts.count <= AuditLimits.appendMax else {
            throw AuditError(
                .invalid,
                "\(drafts.count) audit entries at once: \(AuditLimits.appendMax) are the most; add them in parts")
        }
        var fitted: [AuditDraft] = []
        fitted.reserveCapacity(drafts.count)
        for draft in drafts { fitted.append(try draft.fitted()) }
        return fitted
    }
}
