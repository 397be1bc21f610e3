public import TuttiCore
import TuttiStore

/// The most that one holder of an account may have; what is `nil` has no limit. Days and months are those of UTC.
public struct AccountQuota: Sendable, Hashable {
    /// Runs from their start to their end, waiting, parked and blocked ones among them. A child counts as a part of
    /// the run that began it all.
    public var runsAtOnce: Int?
    /// Starts and forks in a day.
    public var runsADay: Int?
    /// Tokens of models in a month, those sent and those received.
    public var tokensAMonth: Int64?
    /// Money for priced steps in a month.
    public var usdAMonth: USD?

    /// Limits; all `nil` is no limit, and one of 0 or less lets nothing through.
    public init(
        runsAtOnce: Int? = nil, runsADay: Int? = nil, tokensAMonth: Int64? = nil, usdAMonth: USD? = nil
    ) {
        self.runsAtOnce = runsAtOnce
        self.runsADay = runsADay
        self.tokensAMonth = tokensAMonth
        self.usdAMonth = usdAMonth
    }
}

/// What accounts may have: each person, each project, and all of an organisation together.
public struct AccountQuotas: Sendable, Hashable {
    /// Of each person; runs of the machine's user, who has no account, count against ``project`` and ``organisation``
    /// only.
    public var person: AccountQuota
    /// Of each project, for what it has no limit of its own for; runs that belong to none are not counted.
    public var project: AccountQuota
    /// Of all runs of the engine's ``EngineOptions/tenant``.
    public var organisation: AccountQuota

    /// Quotas from their parts; without any nothing is counted or written.
    public init(
        person: AccountQuota = AccountQuota(), project: AccountQuota = AccountQuota(),
        organisation: AccountQuota = AccountQuota()
    ) {
        self.person = person
        self.project = project
        self.organisation = organisation
    }
}

extension AccountQuota {
    /// - Parameter own: what the holder may spend in place of what this says of the same.
    fileprivate func draws(
        _ kinds: Set<Counted>, of holder: QuotaName.Holder, within own: SpendingLimits? = nil, tenant: String,
        at time: Timestamp
    ) -> [QuotaDraw] {
        var draws: [QuotaDraw] = []
        func add(_ cap: Int?, _ kind: QuotaName.Kind) {
            guard let cap else { return }
            let name = QuotaName(tenant: tenant, holder: holder, kind: kind)
            draws.append(QuotaDraw(name, cap: min(max(0, Int64(cap)), BudgetUnit.amountMax)))
        }
        if kinds.contains(.live) { add(runsAtOnce, .live) }
        if kinds.contains(.starts), runsADay != nil { add(runsADay, .starts(day: .day(of: time))) }
        if kinds.contains(.spent) { draws += spending(within: own).draws(of: holder, tenant: tenant, at: time) }
        return draws
    }

    fileprivate func spending(within own: SpendingLimits? = nil) -> SpendingLimits {
        var usual = SpendingLimits()
        (usual.tokensAMonth, usual.usdAMonth) = (tokensAMonth, usdAMonth)
        return own?.over(usual) ?? usual
    }
}

extension AccountQuotas {
    /// What a command may draw on.
    enum Counted: CaseIterable {
        case live
        case starts
        case spent
    }

    /// The quotas of an account that there are, those of the person first, then those of the project.
    ///
    /// - Parameter own: what its project may spend in place of what ``project`` says of the same.
    func draws(
        _ kinds: Set<Counted>, of account: RunAccount, within own: SpendingLimits?, tenant: String, at time: Timestamp
    ) -> [QuotaDraw] {
        guard own != nil || self != AccountQuotas() else { return [] }
        var draws: [QuotaDraw] = []
        if let id = account.person { draws += person.draws(kinds, of: .person(id), tenant: tenant, at: time) }
        if let id = account.project {
            draws += project.draws(kinds, of: .project(id), within: own, tenant: tenant, at: time)
        }
        return draws + organisation.draws(kinds, of: .organisation, tenant: tenant, at: time)
    }

    /// What attempts of an account are counted in.
    func units(of account: RunAccount, within own: SpendingLimits?) -> Set<BudgetUnit> {
        var units = organisation.spending().units
        if account.person != nil { units.formUnion(person.spending().units) }
        if account.project != nil { units.formUnion(project.spending(within: own).units) }
        return units
    }
}

private typealias Counted = AccountQuotas.Counted
