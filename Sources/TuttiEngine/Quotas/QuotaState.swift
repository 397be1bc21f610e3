public import TuttiCore
import TuttiStore

/// How much of a quota is used; what is at work or held counts as used.
public struct QuotaState: Sendable, Hashable {
    /// Whose it is.
    public enum Holder: Sendable, Hashable {
        /// A person's, by the id of the account.
        case person(String)
        /// An API key's, by its identifier.
        case key(String)
        /// A project's, by its identifier.
        case project(String)
        /// That of all runs of the organisation together.
        case organisation
    }

    /// What is counted.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Runs that have no end yet.
        case runsAtOnce = "runs_at_once"
        /// Starts and forks of today.
        case runsADay = "runs_a_day"
        /// Tokens of today.
        case tokensADay = "tokens_a_day"
        /// Millionths of a dollar of today.
        case usdADay = "usd_a_day"
        /// Tokens of this month.
        case tokensAMonth = "tokens_a_month"
        /// Millionths of a dollar of this month.
        case usdAMonth = "usd_a_month"
        /// All tokens that there ever were.
        case tokens
        /// Millionths of a dollar, all that were ever spent.
        case usd
    }

    /// Whose it is.
    public var holder: Holder
    /// What is counted.
    public var kind: Kind
    /// The limit, in the present configuration.
    public var cap: Int64
    /// What is at work, started, spent or held. It may be above ``cap``, as after the limit was lowered.
    public var used: Int64
    /// When it begins to count anew; `nil` for what has room as soon as something ends.
    public var periodEnd: Timestamp?
    /// The limit under which the attempt that was refused last would have been let through.
    package var wanted: Int64?

    /// Whose and what, such as `person.runs_at_once`: the name of its setting.
    public var name: String {
        switch holder {
        case .person: "person.\(kind.rawValue)"
        case .key: "key.\(kind.rawValue)"
        case .project: "project.\(kind.rawValue)"
        case .organisation: "organisation.\(kind.rawValue)"
        }
    }

    init(_ draw: QuotaDraw, _ use: QuotaUse?) {
        self.init(draw.name, cap: draw.cap, used: use?.used ?? 0)
        wanted = use?.wanted
    }

    init(_ name: QuotaName, cap: Int64, used: Int64) {
        holder =
            switch name.holder {
            case .person(let id): .person(id)
            case .key(let id): .key(id)
            case .project(let id): .project(id)
            case .organisation: .organisation
            }
        kind =
            switch name.kind {
            case .live: .runsAtOnce
            case .starts: .runsADay
            case .spent(.usd, let period): period.map { $0.isDay ? .usdADay : .usdAMonth } ?? .usd
            case .spent(_, let period): period.map { $0.isDay ? .tokensADay : .tokensAMonth } ?? .tokens
            }
        self.cap = cap
        self.used = used
        periodEnd = name.period?.end
    }
}

extension QuotaState {
    /// Such as `usr_x has 3 of 3 runs at once`.
    package var sentence: String {
        switch kind {
        case .runsAtOnce: "\(whose) has \(used) of \(cap) runs at once"
        case .runsADay: "\(whose) has started \(used) of \(cap) runs today"
        case .tokensADay, .tokensAMonth, .tokens: "\(whose) has used \(used) of \(cap) tokens\(during)"
        case .usdADay, .usdAMonth, .usd:
            "\(whose) has used \(BudgetUnit.usd.text(used)) of \(BudgetUnit.usd.text(cap))\(during)"
        }
    }

    private var during: String {
        switch kind {
        case .tokensADay, .usdADay, .runsADay: " today"
        case .tokensAMonth, .usdAMonth: " this month"
        case .tokens, .usd, .runsAtOnce: ""
        }
    }

    /// Such as `there is room again when one of them has ended`.
    package var wayOut: String {
        switch periodEnd {
        case _ where cap == 0: "the quota \(name) lets nothing through"
        case nil where kind == .runsAtOnce: "there is room again when one of them has ended"
        case nil: "there is room again when the budget \(name) is raised"
        case let end?: "there is room again at \(end)"
        }
    }

    private var whose: String {
        switch holder {
        case .person(let id): id
        case .key: "the API key"
        case .project(let id): "the project \(id)"
        case .organisation: "the organisation"
        }
    }

    /// Whether the attempt that was refused last would be refused now.
    var isRefusing: Bool { wanted.map { $0 > cap } ?? false }

    var share: Double { Double(used) / Double(max(1, cap)) }
}
