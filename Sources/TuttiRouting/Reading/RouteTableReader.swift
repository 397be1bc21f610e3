import TuttiCore
import TuttiYAML

/// Makes a table of a file's tree and finds everything that is wrong with it.
struct RouteTableReader {
    var fields = FieldReader(entriesMax: RouteLimits.entriesMax)
    /// Names that no alias may have, because `NAME/…` means a provider.
    private(set) var providers: Set<String>
    /// What is known of the file, for what refers to it.
    private(set) var deployments: [Deployment] = []
    /// All names of deployments that stand in the file, those of broken ones too: whoever names one made no mistake.
    private(set) var deploymentNames: Set<String> = []

    init(providers: Set<String>) { self.providers = providers }

    /// The table; `nil` when something was noted.
    mutating func table(_ root: FieldNode) -> RouteTable? {
        let members = fields.members(
            root, of: "a file of routes", known: ["deployments", "routes", "cache", "guards"])
        for key in ["deployments", "routes"] where members[key] == nil {
            fields.note(root, .missing, "has no \(key); write at least one, as docs/routing.md shows")
        }
        let places = members["deployments"].map { fields.anyMembers($0, of: "deployments") } ?? []
        let aliases = members["routes"].map { fields.anyMembers($0, of: "routes") } ?? []
        checkCount(members["deployments"], places.count, RouteLimits.deploymentsMax)
        checkCount(members["routes"], aliases.count, RouteLimits.routesMax)
        deploymentNames = Set(places.map(\.key))
        deployments = places.prefix(RouteLimits.deploymentsMax).compactMap { deployment($0.key, $0.value) }
        providers.formUnion(deployments.map(\.model.provider))
        let drafts = aliases.prefix(RouteLimits.routesMax).map { draft($0.key, $0.value) }
        let routes = resolve(drafts)
        let rules = members["cache"].map { cache($0, aliases: Set(aliases.map(\.key))) }
        let guards = guards(members["guards"])
        guard fields.problems.isEmpty else { return nil }
        return RouteTable(deployments: deployments, routes: routes, cache: rules, guards: guards)
    }

    private mutating func checkCount(_ node: FieldNode?, _ count: Int, _ max: Int) {
        guard let node else { return }
        if count == 0 { fields.note(node, .missing, "is empty; write at least one, as docs/routing.md shows") }
        if count > max { fields.note(node, .limit, "has \(count) entries, the limit is \(max); use fewer") }
    }

    mutating func checkName(_ name: String, _ node: FieldNode) {
        guard !FieldReader.isName(name) else { return }
        let shown = name.prefix(RouteLimits.nameLengthMax)
        fields.note(node, .value, "'\(shown)' is no name; \(FieldReader.nameRule)")
    }
}
