import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// How the server is set up, and how much of its limits is left.
struct SettingsRoutes: Sendable {
    let access: ServerAccess
    let spending: CallSpending
    let clock: any Timekeeper

    var all: [Route] { [settings, limits] }

    struct SettingsView: Codable, Sendable {
        struct Setting: Codable, Sendable {
            var name: String
            /// Of a secret only that it is set.
            var value: String
            /// Who says so: a flag, a variable, a file, or nobody.
            var source: String
            var summary: String
        }

        var settings: [Setting]
        var environment: String
        /// Whether only this machine reaches the server, and no proxy brings others.
        var machineOnly: Bool
        var accounts: Bool
    }

    private var settings: Route {
        Route(
            .get, "/api/v1/settings", "getSettings", .identity,
            "Tells the settings of the server, and where each comes from; no secret among them.",
            answers: [.json(200, SettingsView.self, "The settings."), AuthRoutes.refused]
        ) { request in
            try request.answer(
                SettingsView(
                    settings: access.settings.map {
                        .init(name: $0.name, value: $0.value, source: $0.source, summary: $0.summary)
                    },
                    environment: access.environment, machineOnly: access.network.isMachineOnly,
                    accounts: try await access.accounts.hasUsers()))
        }
    }

    struct LimitsView: Codable, Sendable {
        struct Limit: Codable, Sendable {
            /// `address`, `person`, `key` or `login`.
            var name: String
            var quota: Int
            var windowSeconds: Int64
            /// What is left of it for the caller at this moment.
            var remaining: Int
        }

        var limits: [Limit]
        var quotas: [QuotaView]
    }

    private var limits: Route {
        Route(
            .get, "/api/v1/limits", "getLimits", .identity,
            "Tells the limits and quotas that the caller counts against, and what is used of each.",
            answers: [.json(200, LimitsView.self, "The limits."), AuthRoutes.refused]
        ) { request in
            let principal = try request.caller.principal
            let address = request.origin.limited
            var counted = access.limits.limitsOfAddress(for: nil, address: address)
            counted += access.limits.limitsOfAsker(for: nil, principal: principal, address: address)
            if let login = access.limits.login { counted.append((login, subject: address)) }
            let verdicts = await access.limiter.look(0, at: counted, at: clock.uptime())
            let caller = try request.caller
            var usage = try await spending.usage(of: caller.account)
            if case .key(let key) = principal.credential, let limits = principal.limits {
                usage += try await spending.usage(
                    of: limits.draws(of: key, tenant: access.accounts.tenant, at: clock.now()))
            }
            return try request.answer(
                LimitsView(
                    limits: verdicts.map { verdict in
                        .init(
                            name: verdict.limit.name, quota: verdict.limit.quota,
                            windowSeconds: verdict.limit.window.components.seconds, remaining: verdict.remaining)
                    },
                    quotas: usage.map { QuotaView($0) }))
        }
    }
}

/// How much of a quota or budget is used.
struct QuotaView: Codable, Sendable {
    /// `key`: that of an API key; `person`: the caller's; `project`: that of a project; `organisation`: that of all
    /// together.
    var holder: String
    /// Such as `runs_at_once`, `tokens_a_month` or `usd_a_day`; `tokens` and `usd` are in all.
    var name: String
    /// Dollars in millionths.
    var cap: Int64
    var used: Int64
    /// When it begins to count anew.
    var endsAt: WireTime?

    init(_ state: QuotaState) {
        switch state.holder {
        case .person: holder = "person"
        case .key: holder = "key"
        case .project: holder = "project"
        case .organisation: holder = "organisation"
        }
        name = state.kind.rawValue
        (cap, used) = (state.cap, state.used)
        endsAt = state.periodEnd?.wire
    }
}

/// A setting, as it is told to people.
package struct ServerSetting: Sendable, Hashable {
    package var name: String
    package var value: String
    package var source: String
    package var summary: String

    package init(name: String, value: String, source: String, summary: String) {
        self.name = name
        self.value = value
        self.source = source
        self.summary = summary
    }
}
