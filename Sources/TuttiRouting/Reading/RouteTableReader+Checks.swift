import TuttiCore
import TuttiModels
import TuttiYAML

extension RouteTableReader {
    /// The routes with their aliases resolved, and what is wrong between them noted.
    mutating func resolve(_ drafts: [RouteDraft]) -> [ModelRoute] {
        let known = Dictionary(drafts.map { ($0.route.alias, $0) }, uniquingKeysWith: { $1 })
        checkNames(drafts, Set(known.keys))
        guard !checkCycles(drafts, known) else { return [] }
        var routes: [ModelRoute] = []
        for draft in drafts {
            var route = draft.route
            route.deployments = Self.leaves(of: draft.entries.map(\.name), known)
            route.fallbacks = draft.fallbacks.map { fallback in
                RouteFallback(fallback.cause, to: Self.leaves(of: fallback.entries.map(\.name), known))
            }
            checkUse(route, draft.node)
            routes.append(route)
        }
        return routes
    }

    /// Deployments in the order of their first mention, through all aliases.
    private static func leaves(of names: [String], _ known: [String: RouteDraft]) -> [String] {
        var found: [String] = []
        var seen: Set<String> = []
        var waiting = Array(names.reversed())
        while let name = waiting.popLast() {
            guard seen.insert(name).inserted else { continue }
            if let draft = known[name] {
                waiting += draft.entries.map(\.name).reversed()
            } else {
                found.append(name)
            }
        }
        return found
    }

    private mutating func checkNames(_ drafts: [RouteDraft], _ aliases: Set<String>) {
        let names = deploymentNames.union(aliases)
        let entries = drafts.flatMap { $0.entries + $0.fallbacks.flatMap(\.entries) }
        for (name, node) in entries where !names.contains(name) {
            let near = NearestName.find(name, among: names).map { "did you mean '\($0)'?" }
            let list = names.isEmpty ? "the file has none" : "there are \(names.sorted().joined(separator: ", "))"
            fields.note(node, .unknownName, "there is no deployment or alias '\(name)'; \(near ?? list)")
        }
    }

    // MARK: Cycles

    /// Whether an alias leads to itself, each such way being noted once.
    private mutating func checkCycles(_ drafts: [RouteDraft], _ known: [String: RouteDraft]) -> Bool {
        var told: Set<String> = []
        for draft in drafts where !told.contains(draft.route.alias) {
            let alias = draft.route.alias
            let way = NameCycle.way(from: alias) { known[$0]?.entries.map(\.name) ?? [] }
            guard let way else { continue }
            told.formUnion(way)
            let shown = (way + [alias]).joined(separator: " → ")
            fields.note(draft.node, .cycle, "leads to itself: \(shown); take one of these away")
        }
        return !told.isEmpty
    }

    // MARK: Routes that no call could take

    private mutating func checkUse(_ route: ModelRoute, _ node: FieldNode) {
        let chosen = route.deployments.compactMap { name in deployments.first { $0.name == name } }
        guard !chosen.isEmpty, chosen.count == route.deployments.count else { return }  // has been noted
        if route.strategy == .weighted, chosen.allSatisfy({ $0.weight == 0 }) {
            fields.note(node, .unusable, "goes by weight, and each of its deployments has 0; give one a weight")
        }
        let constraints = route.constraints
        if let regions = constraints.regions, !regions.isEmpty,
            !chosen.contains(where: { $0.region.map(regions.contains) ?? false })
        {
            let list = regions.joined(separator: ", ")
            fields.note(node, .unusable, "allows only \(list), and none of its deployments is there; add one that is")
        }
        if let least = constraints.contextMin,
            !chosen.contains(where: { $0.limits.contextTokens.map { $0 >= least } ?? false })
        {
            fields.note(
                node, .unusable,
                "asks for \(least) tokens of context, and none of its deployments says that it takes them; "
                    + "write limits: {context: …}")
        }
        if let most = constraints.priceMax,
            chosen.allSatisfy({ $0.price.map { max($0.inputMax, $0.output) > most } ?? false })
        {
            fields.note(node, .unusable, "pays at most \(most) for a million tokens, and each deployment costs more")
        }
    }
}
