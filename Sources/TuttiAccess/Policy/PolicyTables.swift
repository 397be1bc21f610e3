/// A document made ready for quick decisions: roles are bits, permissions and environments are places in tables.
///
/// A document has at most 64 roles, so those of a caller are one word; who a rule is for, in one environment, is
/// another.
final class PolicyTables: Sendable {
    /// A rule where it may apply: in one environment, for one permission.
    struct Entry: Sendable {
        /// Whom it is for; all bits when it is for everybody, so that ``isForAll`` has to be asked for those without.
        let roles: UInt64
        let isForAll: Bool
        let excepted: UInt64
        /// See ``PolicyTables/rank(_:)``.
        let rank: UInt8
        /// Its place in the document.
        let rule: Int
        let hasConditions: Bool
        /// The number of the one category that it is about; `nil` when that takes a closer look.
        let category: Int?

        func isFor(_ caller: UInt64) -> Bool { (isForAll || roles & caller != 0) && excepted & caller == 0 }
    }

    private let roleBits: [String: UInt64]
    private let environments: [String]
    /// Numbers of the categories that rules name.
    private let categories: [String: Int]
    /// By permission: who has it, how far.
    private let holdersOfOwn: [UInt64]
    private let holdersOfAll: [UInt64]
    /// By role, then permission.
    private let grants: [PolicyDecision?]
    /// By environment, then permission; in the order of the document.
    private let denials: [[Entry]]
    /// By environment, then permission; in the order of the document.
    private let requirements: [[Entry]]
    /// By environment, then permission; the one that wins comes first.
    private let allows: [[Entry]]
    /// By rule.
    private let outcomes: [PolicyDecision]
    private let conditions: [PolicyConditions]
    /// By permission.
    private let fallbacks: [PolicyDecision]

    init(_ document: PolicyDocument) {
        let roles = document.roles.keys.sorted()
        let bits = Dictionary(uniqueKeysWithValues: roles.enumerated().map { ($1, UInt64(1) << UInt64($0)) })
        let permissions = Permission.all
        let held = roles.map { document.permissions(of: $0) }
        func holders(_ reach: Reach) -> [UInt64] {
            permissions.map { permission in
                zip(roles, held).reduce(0) { $1.1[permission] == reach ? $0 | (bits[$1.0] ?? 0) : $0 }
            }
        }
        roleBits = bits
        holdersOfOwn = holders(.own)
        holdersOfAll = holders(.all)
        grants = zip(roles, held).flatMap { role, held in
            permissions.map { permission in held[permission].map { .grant(permission, to: role, $0) } }
        }
        fallbacks = permissions.map { .deny(.fallback, "no role or rule allows \($0)") }
        outcomes = document.rules.map(PolicyDecision.outcome)
        conditions = document.rules.map(PolicyConditions.init)
        environments = document.environments.sorted()
        // The last place is that of all environments that nobody has named.
        let places = environments.map(Optional.some) + [nil]
        let named = Set(conditions.compactMap(\.onlyCategory))
        categories = Dictionary(uniqueKeysWithValues: named.enumerated().map { ($1, $0) })
        let entries = EntryMaker(document: document, bits: bits, conditions: conditions, categories: categories)
        denials = places.flatMap { place in permissions.map { entries.denials(place, $0) } }
        requirements = places.flatMap { place in permissions.map { entries.requirements(place, $0) } }
        allows = places.flatMap { place in permissions.map { entries.allows(place, $0) } }
    }

    /// Less wins: the wider reach.
    static func rank(_ reach: Reach) -> UInt8 { reach == .all ? 0 : 1 }

    // MARK: Deciding

    func decide(_ question: PolicyQuestion) -> PolicyDecision {
        if let refusal = PolicyBounds.refusal(question) { return refusal }
        guard let permission = question.permission.index else { return .deny(.fallback, "") }
        let caller = question.principal.roles.reduce(0) { $0 | (roleBits[$1] ?? 0) }
        let environment = environments.firstIndex(of: question.environment) ?? environments.count
        let place = environment * fallbacks.count + permission
        let category = question.resource.category.flatMap { categories[$0] }
        for entry in denials[place] where entry.isFor(caller) && holds(entry, question, category) {
            return outcomes[entry.rule]
        }
        let decision = allow(question, permission, caller, category, allows[place])
        guard decision.reach != nil, !question.approved else { return decision }
        for entry in requirements[place] where entry.isFor(caller) && holds(entry, question, category) {
            return outcomes[entry.rule]
        }
        return decision
    }

    private func allow(
        _ question: PolicyQuestion, _ permission: Int, _ caller: UInt64, _ category: Int?, _ entries: [Entry]
    ) -> PolicyDecision {
        let isOthers = PolicyBounds.isOthers(question)
        let ownRank = Self.rank(.own)
        let (all, own) = (caller & holdersOfAll[permission], caller & holdersOfOwn[permission])
        let held = all != 0 ? all : own
        let heldRank = held == 0 ? UInt8.max : Self.rank(all != 0 ? .all : .own)
        // A role's permission comes before rules that are as good.
        for entry in entries {
            guard entry.rank < heldRank, !isOthers || entry.rank < ownRank else { break }
            guard entry.isFor(caller), holds(entry, question, category) else { continue }
            return outcomes[entry.rule]
        }
        if isOthers, all == 0 {
            let hasOwn = own != 0 || entries.contains { $0.isFor(caller) && holds($0, question, category) }
            return hasOwn ? .others(question) : fallbacks[permission]
        }
        return grants[held.trailingZeroBitCount * fallbacks.count + permission, default: fallbacks[permission]]
    }

    private func holds(_ entry: Entry, _ question: PolicyQuestion, _ category: Int?) -> Bool {
        guard entry.hasConditions else { return true }
        if let only = entry.category, only != category { return false }
        return conditions[entry.rule].hold(for: question)
    }
}

extension [PolicyDecision?] {
    /// Nobody's place is beyond the end.
    fileprivate subscript(place: Int, default fallback: PolicyDecision) -> PolicyDecision {
        indices.contains(place) ? self[place] ?? fallback : fallback
    }
}

/// Makes the entries of one place.
private struct EntryMaker {
    let document: PolicyDocument
    let bits: [String: UInt64]
    let conditions: [PolicyConditions]
    let categories: [String: Int]

    func denials(_ environment: String?, _ permission: Permission) -> [PolicyTables.Entry] {
        entries(.deny, environment, permission)
    }

    func requirements(_ environment: String?, _ permission: Permission) -> [PolicyTables.Entry] {
        entries(.needsApproval, environment, permission)
    }

    func allows(_ environment: String?, _ permission: Permission) -> [PolicyTables.Entry] {
        entries(.allow, environment, permission).sorted { ($0.rank, $0.rule) < ($1.rank, $1.rule) }
    }

    private func entries(
        _ effect: PolicyDocument.Rule.Effect, _ environment: String?, _ permission: Permission
    ) -> [PolicyTables.Entry] {
        document.rules.enumerated().compactMap { place, rule in
            guard rule.effect == effect, rule.permissions.contains(where: { $0.covers(permission) }) else { return nil }
            if let named = rule.environment {
                guard let environment, named.contains(environment) else { return nil }
            }
            return PolicyTables.Entry(
                roles: mask(rule.roles ?? [], rule.groups ?? [], environment),
                isForAll: rule.roles == nil && rule.groups == nil,
                excepted: mask(rule.exceptRoles, rule.exceptGroups, environment),
                rank: PolicyTables.rank(rule.reach), rule: place,
                hasConditions: !conditions[place].areNone,
                category: conditions[place].onlyCategory.flatMap { categories[$0] })
        }
    }

    private func mask(_ roles: [String], _ groups: [String], _ environment: String?) -> UInt64 {
        let members = groups.flatMap { document.members(of: $0, in: environment ?? "") }
        return (roles + members).reduce(0) { $0 | (bits[$1] ?? 0) }
    }
}

extension PolicyDocument {
    /// What a role may do with those that it inherits from, each as far as it reaches at most.
    func permissions(of role: String) -> [Permission: Reach] {
        var held: [Permission: Reach] = [:]
        for grant in lineage(of: role).flatMap({ roles[$0]?.permissions ?? [] }) {
            for permission in Permission.all where grant.pattern.covers(permission) {
                held[permission] = max(held[permission] ?? .own, grant.reach)
            }
        }
        return held
    }
}

extension PolicyDecision {
    fileprivate static func grant(_ permission: Permission, to role: String, _ reach: Reach) -> PolicyDecision {
        let what = reach == .all ? "everywhere" : "for what is one's own"
        return PolicyDecision(.allow(reach), rule: "role:\(role)", reason: "the role \(role) has \(permission) \(what)")
    }

    fileprivate static func outcome(_ rule: PolicyDocument.Rule) -> PolicyDecision {
        let (effect, usual): (Effect, String) =
            switch rule.effect {
            case .allow: (.allow(rule.reach), "the rule \(rule.id) allows it")
            case .deny: (.deny, "the rule \(rule.id) denies it")
            case .needsApproval: (.needsApproval, "somebody has to approve")
            }
        return PolicyDecision(effect, rule: rule.id, reason: rule.reason.isEmpty ? usual : rule.reason)
    }
}
