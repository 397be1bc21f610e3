package import TuttiCore

/// Which entries somebody wants to see.
package struct AuditFilter: Sendable, Hashable {
    package enum Order: Sendable, Hashable {
        case newestFirst
        case oldestFirst
    }

    /// `nil` for all organisations; only for who runs the machine.
    package var tenant: String?
    /// The id of who has done it.
    package var actor: String?
    /// An action, or the first words of one: `login` is `login.failed` and all others of its kind.
    package var action: String?
    package var targetKind: String?
    package var target: String?
    /// The first moment that counts.
    package var from: Timestamp?
    /// The first moment that counts no more.
    package var to: Timestamp?
    /// Goes on behind this entry, in the order that is asked for.
    package var behind: Int64?
    package var order: Order
    /// 1 to ``AuditLimits/pageMax``.
    package var limit: Int

    package init(
        tenant: String? = nil, actor: String? = nil, action: String? = nil, targetKind: String? = nil,
        target: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil, behind: Int64? = nil,
        order: Order = .newestFirst, limit: Int = 100
    ) {
        self.tenant = tenant
        self.actor = actor
        self.action = action
        self.targetKind = targetKind
        self.target = target
        self.from = from
        self.to = to
        self.behind = behind
        self.order = order
        self.limit = limit
    }

    /// - Throws: ``AuditError`` `.invalid` for a limit that is none.
    package func checked() throws(AuditError) -> AuditFilter {
        guard (1...AuditLimits.pageMax).contains(limit) else {
            throw AuditError(.invalid, "`limit` must be 1 to \(AuditLimits.pageMax)")
        }
        return self
    }

    /// Whether an entry is one of them, its place aside.
    func fits(_ draft: AuditDraft) -> Bool {
        (tenant == nil || tenant == draft.tenant) && (actor == nil || actor == draft.actor.id)
            && (action.map { draft.action.text == $0 || draft.action.text.hasPrefix($0 + ".") } ?? true)
            && (targetKind == nil || targetKind == draft.target?.kind) && (target == nil || target == draft.target?.id)
            && (from.map { draft.time >= $0 } ?? true) && (to.map { draft.time < $0 } ?? true)
    }
}
