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

/// What accounts may have: each person, and all of an organisation together.
public struct AccountQuotas: Sendable, Hashable {
    /// Of each person; runs of the machine's user, who has no account, count against ``organisation`` only.
    public var person: AccountQuota
    /// Of all runs of the engine's ``EngineOptions/tenant``.
    public var organisation: AccountQuota

    /// Quotas from their parts; without any nothing is counted or written.
    public init(person: AccountQuota = AccountQuota(), organisation: AccountQuota = AccountQuota()) {
        self.person = person
        self.organisation = organisation
    }
}

extension AccountQuota {
    fileprivate func draws(_ kinds: Set<Counted>, of holder: QuotaName.Holder, tenant: String, at time: Timestamp)
        -> [QuotaDraw]
    {
        var draws: [QuotaDraw] = []
        func add(_ cap: Int64?, _ kind: QuotaName.Kind) {
            guard let cap else { return }
            let name = QuotaName(tenant: tenant, holder: holder, kind: kind)
            draws.append(QuotaDraw(name, cap: min(max(0, cap), BudgetUnit.amountMax)))
        }
        if kinds.contains(.live) { add(runsAtOnce.map(Int64.init), .live) }
        if kinds.contains(.starts), runsADay != nil {
            add(runsADay.map(Int64.init), .starts(day: .day(of: time)))
        }
        if kinds.contains(.spent), !units.isEmpty {
            let month = QuotaPeriod.month(of: time)
            add(tokensAMonth, .spent(.tokens, in: month))
            add(usdAMonth?.microdollars, .spent(.usd, in: month))
        }
        return draws
    }

    /// What attempts are counted in.
    fileprivate var units: Set<BudgetUnit> {
        var units: Set<BudgetUnit> = []
        if tokensAMonth != nil { units.insert(.tokens) }
        if usdAMonth != nil { units.insert(.usd) }
        return units
    }
}

extension AccountQuotas {
    /// What a command may draw on.
    enum Counted: CaseIterable {
        case live
        case starts
        case spent
    }

    /// The quotas of an account that there are, those of the person first.
    func draws(
        _ kinds: Set<Counted>, of account: RunAccount, tenant: String, at time: Timestamp
    ) -> [QuotaDraw] {
        guard self != AccountQuotas() else { return [] }
        let own = account.person.map { person.draws(kinds, of: .person($0), tenant: tenant, at: time) }
        return (own ?? []) + organisation.draws(kinds, of: .organisation, tenant: tenant, at: time)
    }

    /// What attempts of an account are counted in.
    func units(of account: RunAccount) -> Set<BudgetUnit> {
        account.person == nil ? organisation.units : organisation.units.union(person.units)
    }
}

private typealias Counted = AccountQuotas.Counted
