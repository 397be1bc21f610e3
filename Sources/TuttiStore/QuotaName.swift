package import TuttiCore

/// A day or a month of UTC in which something is counted.
package struct QuotaPeriod: Sendable, Hashable {
    /// `2026-11-30` or `2026-11`: earlier ones sort first.
    package var text: String
    /// The first moment behind it.
    package var end: Timestamp
    private var begin: Timestamp

    /// Whether it is a day, and no month.
    package var isDay: Bool { text.utf8.count == 10 }

    /// The day that a moment is in.
    package static func day(of time: Timestamp) -> QuotaPeriod {
        let days = Self.days(to: time)
        return QuotaPeriod(
            text: String(time.description.prefix { $0 != "T" }), end: Self.moment(days + 1), begin: Self.moment(days))
    }

    /// The month that a moment is in.
    package static func month(of time: Timestamp) -> QuotaPeriod {
        let (year, month, _) = Timestamp.civil(fromDays: Self.days(to: time))
        let (nextYear, next) = month == 12 ? (year + 1, 1) : (year, month + 1)
        return QuotaPeriod(
            text: String(Self.day(of: time).text.dropLast(3)),
            end: Self.moment(Timestamp.days(year: nextYear, month: next, day: 1)),
            begin: Self.moment(Timestamp.days(year: year, month: month, day: 1)))
    }

    /// The moment before which what has ended is of no use any more when this period begins to be counted.
    package var horizon: Timestamp { begin + .milliseconds(-QuotaLimits.rowsKeptFor.milliseconds) }

    private static let dayLength: Int64 = 86_400_000

    private static func days(to time: Timestamp) -> Int64 {
        Int64((Double(time.milliseconds) / Double(dayLength)).rounded(.down))
    }

    private static func moment(_ days: Int64) -> Timestamp { Timestamp(milliseconds: days * dayLength) }
}

/// One quota of an account, as its row is named.
///
/// Days and months stand before whose they are, so that the old ones lie side by side where they are removed.
package struct QuotaName: Sendable, Hashable {
    /// Whose quota it is.
    package enum Holder: Sendable, Hashable {
        case person(String)
        /// An API key's, by its identifier.
        case key(String)
        case project(String)
        case organisation
    }

    /// What is counted.
    package enum Kind: Sendable, Hashable {
        /// Root runs from their start to their end, by a hold each.
        case live
        /// Starts of root runs.
        case starts(day: QuotaPeriod)
        /// What attempts and calls have cost, or hold; without a period all that they ever have.
        case spent(BudgetUnit, in: QuotaPeriod?)
    }

    package var tenant: String
    package var holder: Holder
    package var kind: Kind

    package init(tenant: String, holder: Holder, kind: Kind) {
        self.tenant = tenant
        self.holder = holder
        self.kind = kind
    }

    /// The key of its row, such as `live/default/organisation`, `day/2026-11-30/default/person/usr_x`,
    /// `month/2026-11/default/person/usr_x/tokens` or `all/default/key/key_x/usd`.
    package var text: String {
        let whose =
            switch holder {
            case .person(let id): "\(Self.part(tenant))/person/\(Self.part(id))"
            case .key(let id): "\(Self.part(tenant))/key/\(Self.part(id))"
            case .project(let id): "\(Self.part(tenant))/project/\(Self.part(id))"
            case .organisation: "\(Self.part(tenant))/organisation"
            }
        return switch kind {
        case .live: "\(Self.livePrefix)\(whose)"
        case .starts(let day): "\(Self.dayPrefix)\(day.text)/\(whose)"
        case .spent(let unit, let period?):
            "\(period.isDay ? Self.dayPrefix : Self.monthPrefix)\(period.text)/\(whose)/\(unit.rawValue)"
        case .spent(let unit, nil): "\(Self.allPrefix)\(whose)/\(unit.rawValue)"
        }
    }

    /// What the row of a key counts, in amounts that cost; `nil` for starts and live runs, and for what is no quota of
    /// an account.
    package static func unit(ofKey text: String) -> BudgetUnit? {
        let parts = text.split(separator: "/")
        let fixed: Int  // of the parts before the tenant
        switch parts.first {
        case "day", "month": fixed = 2
        case "all": fixed = 1
        default: return nil
        }
        // The organisation's have no identifier. A row of starts ends with whose they are.
        guard parts.count > fixed + 1 else { return nil }
        let length = fixed + (parts[fixed + 1] == "organisation" ? 3 : 4)
        return parts.count == length ? parts.last.flatMap { BudgetUnit(rawValue: String($0)) } : nil
    }

    package static let allPrefix = "all/"
    package static let livePrefix = "live/"
    package static let dayPrefix = "day/"
    package static let monthPrefix = "month/"

    /// The step of the holds of live runs: no key of a journal is without a `#`.
    package static let liveStep = "live"
    /// The step of what processes have set aside for calls outside of runs.
    package static let callsStep = "calls"

    /// What it is counted in, for what attempts cost.
    package var unit: BudgetUnit? { if case .spent(let unit, _) = kind { unit } else { nil } }

    /// The day or month that it counts; `nil` for what is counted at any time, or in all.
    package var period: QuotaPeriod? {
        switch kind {
        case .live: nil
        case .starts(let day): day
        case .spent(_, let period): period
        }
    }

    /// Whether what it counts is given back by a hold.
    package var isHeld: Bool { if case .starts = kind { false } else { true } }

    /// A text that no other one could be taken for between two slashes.
    private static func part(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }) else { return text }
        return text.map { $0 == "/" ? "%2F" : $0 == "%" ? "%25" : String($0) }.joined()
    }
}

/// A quota that a command draws on, with its limit at the moment.
package struct QuotaDraw: Sendable, Hashable {
    package var name: QuotaName
    package var cap: Int64

    package init(_ name: QuotaName, cap: Int64) {
        self.name = name
        self.cap = cap
    }
}

/// Why a run was not started, made from another one or retried: this quota of its account has no room for it.
package struct QuotaRefusal: Sendable, Hashable {
    package var name: QuotaName
    package var cap: Int64
    package var used: Int64

    package init(name: QuotaName, cap: Int64, used: Int64) {
        self.name = name
        self.cap = cap
        self.used = used
    }
}

/// What the row of a quota tells.
package struct QuotaUse: Sendable, Hashable {
    /// What is spent or held.
    package var used: Int64
    /// The limit under which the attempt that was refused last would have been let through; `nil` when none was
    /// refused since the last one that was let through.
    package var wanted: Int64?

    package init(used: Int64, wanted: Int64? = nil) {
        self.used = used
        self.wanted = wanted
    }
}

/// The bounds of what is kept of quotas.
package enum QuotaLimits {
    /// How long the rows of days and months stay after their end.
    package static let rowsKeptFor = Duration.seconds(62 * 86_400)
    /// Old rows of days, and as many of months, that a command removes which makes a new one: more than it makes, so
    /// that they get fewer.
    package static let rowsRemovedAtOnce = 8
}
