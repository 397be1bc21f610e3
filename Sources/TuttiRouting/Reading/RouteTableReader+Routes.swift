import TuttiCore
import TuttiModels
import TuttiYAML

/// A route as the file has it: among its deployments there may be aliases.
struct RouteDraft: Sendable {
    var route: ModelRoute
    var node: FieldNode
    /// Where its entries stand, for what is wrong with them.
    var entries: [(name: String, node: FieldNode)] = []
    var fallbacks: [(cause: RouteFallbackCause, entries: [(name: String, node: FieldNode)])] = []
}

extension RouteTableReader {
    private static let routeKeys = [
        "strategy", "scoring", "deployments", "fallbacks", "constraints", "stickiness", "queue_deadline", "retries",
        "checks", "hedge",
    ]

    mutating func draft(_ alias: String, _ node: FieldNode) -> RouteDraft {
        checkAlias(alias, node)
        let members = fields.members(node, of: "a route", known: Self.routeKeys)
        var route = ModelRoute(alias: alias, deployments: [])
        route.strategy = fields.choice(members["strategy"], of: RouteStrategy.self) ?? .order
        route.scoring = fields.choice(members["scoring"], of: ScoringProfile.self) ?? .balanced
        if let node = members["scoring"], route.strategy != .scored {
            fields.note(node, .value, "has a meaning only where strategy is scored; leave it out")
        }
        route.stickiness = fields.choice(members["stickiness"], of: RouteStickiness.self) ?? .none
        route.queueDeadline = fields.duration(members["queue_deadline"], max: RouteLimits.queueDeadlineMax)
        route.retries =
            fields.number(members["retries"], 0...Int64(RouteLimits.retriesMax)).map { Int($0) }
            ?? RouteLimits.retriesDefault
        if let node = members["constraints"] { route.constraints = constraints(node) }
        if let node = members["checks"] { route.checks = checks(node) }
        if let node = members["hedge"] {
            route.hedge = hedge(node)
            if route.retries == 0 {
                fields.note(node, .unusable, "asks a second deployment, and retries: 0 allows none; raise retries")
            }
        }
        var draft = RouteDraft(route: route, node: node)
        draft.entries = entries(members["deployments"])
        if let node = members["fallbacks"] { draft.fallbacks = fallbacks(node) }
        if members["deployments"] == nil || members["deployments"]?.isEmptyList == true {
            fields.note(
                members["deployments"] ?? node, .unusable,
                "the route has no deployments; name at least one, such as deployments: [NAME]")
        }
        return draft
    }

    private mutating func checkAlias(_ alias: String, _ node: FieldNode) {
        checkName(alias, node)
        if providers.contains(alias) {
            fields.note(node, .taken, "'\(alias)' is the name of a provider, which the alias would hide; take another")
        } else if deploymentNames.contains(alias) {
            fields.note(node, .taken, "'\(alias)' is the name of a deployment; give the route another one")
        }
    }

    private mutating func entries(_ node: FieldNode?) -> [(name: String, node: FieldNode)] {
        guard let items = fields.items(node) else { return [] }
        var seen: Set<String> = []
        return items.compactMap { item in
            guard let name = fields.name(item) else { return nil }
            if seen.insert(name).inserted { return (name, item) }
            fields.note(item, .taken, "'\(name)' stands twice; name it once")
            return nil
        }
    }

    private mutating func fallbacks(
        _ node: FieldNode
    ) -> [(cause: RouteFallbackCause, entries: [(name: String, node: FieldNode)])] {
        fields.anyMembers(node, of: "fallbacks").compactMap { key, value in
            guard let cause = RouteFallbackCause(key) else {
                let near = NearestName.find(key, among: RouteFallbackCause.words).map { "did you mean '\($0)'?" }
                fields.note(
                    value, .unknownName,
                    "there is no failure '\(key.prefix(RouteLimits.nameLengthMax))'; "
                        + (near ?? "there are \(RouteFallbackCause.words.joined(separator: ", "))"))
                return nil
            }
            if value.isEmptyList {
                fields.note(value, .unusable, "names no deployment to go on with; name one, or leave the line out")
            }
            return (cause, entries(value))
        }
    }

    private mutating func checks(_ node: FieldNode) -> AnswerChecks? {
        let members = fields.members(node, of: "checks", known: ["require", "without"])
        var checks = AnswerChecks()
        if let node = members["require"] {
            let words = distinct(node) { fields, item in
                fields.choice(item, of: AnswerChecks.Demand.self)?.rawValue
            }
            checks.demands = Set(words.compactMap { AnswerChecks.Demand(rawValue: $0) })
        }
        if let node = members["without"] {
            checks.phrases = distinct(node) { fields, item in fields.text(item, max: RouteLimits.phraseLengthMax) }
        }
        if checks.demands.isEmpty, checks.phrases.isEmpty {
            fields.note(
                node, .unusable,
                "asks nothing of an answer; name something, such as require: [complete], or leave the key out")
            return nil
        }
        return checks
    }

    private mutating func hedge(_ node: FieldNode) -> HedgeDelay? {
        node.text == "p95" ? .p95 : fields.duration(node, max: RouteLimits.hedgeMax).map { .after($0) }
    }

    private mutating func constraints(_ node: FieldNode) -> RouteConstraints {
        let members = fields.members(node, of: "constraints", known: ["regions", "price_max", "context_min"])
        var constraints = RouteConstraints()
        if let node = members["regions"] {
            constraints.regions = distinct(node) { fields, item in fields.name(item) }
            if node.isEmptyList {
                fields.note(node, .unusable, "allows no region; name one, or leave the key out")
            }
        }
        constraints.priceMax = fields.price(members["price_max"])
        constraints.contextMin = fields.number(members["context_min"], 1...RouteLimits.tokensMax)
        return constraints
    }
}
