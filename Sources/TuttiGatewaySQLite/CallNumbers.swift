import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// The numbers by which rows name tenants, parties and routes; new ones are given within a transaction.
///
/// Not `Sendable`: it belongs to the actor that writes. What is remembered must have been committed: whoever rolls back
/// forgets it all.
final class CallNumbers {
    /// Which tenant something belongs to.
    struct Owned<Value: Hashable>: Hashable {
        var tenant: Int64
        var value: Value
    }

    private var tenants: [String: Int64] = [:]
    private var parties: [Owned<CallParty>: Int64] = [:]
    private var routes: [Owned<CallRoute>: Int64] = [:]
    /// Tenants that have as many as they may have: nothing is ever removed, so that need not be counted again.
    private var fullOfParties: Set<Int64> = []
    private var fullOfRoutes: Set<Int64> = []
    let limits: CallLedgerLimits

    /// How many are remembered before all are forgotten.
    private static let rememberedMax = 200_000

    init(limits: CallLedgerLimits) { self.limits = limits }

    func forget() {
        (tenants, parties, routes) = ([:], [:], [:])
        (fullOfParties, fullOfRoutes) = ([], [])
    }

    func tenant(_ name: String, _ connection: SQLConnection) throws(StoreError) -> Int64 {
        if let known = tenants[name] { return known }
        try connection.run("insert into tenant(name) values(?1) on conflict do nothing", [.text(name)])
        let number = try connection.number("select id from tenant where name = ?1", [.text(name)]) ?? 0
        if tenants.count >= Self.rememberedMax { forget() }
        tenants[name] = number
        return number
    }

    /// A number, and whether it is the own one; else it is that of all for which there is no room.
    struct Number {
        var number: Int64
        var isOwn: Bool
    }

    func party(_ party: CallParty, of tenant: Int64, _ connection: SQLConnection) throws(StoreError) -> Number {
        let owned = Owned(tenant: tenant, value: party)
        if let known = parties[owned] { return Number(number: known, isOwn: true) }
        let most = fullOfParties.contains(tenant) ? 0 : limits.partiesMax
        guard let number = try Self.number(of: party, tenant, connection, most: most) else {
            fullOfParties.insert(tenant)
            let other = try Self.number(of: CallParty.other, tenant, connection, most: .max) ?? 0
            return Number(number: other, isOwn: false)
        }
        if parties.count >= Self.rememberedMax { forget() }
        parties[owned] = number
        return Number(number: number, isOwn: true)
    }

    func route(_ route: CallRoute, of tenant: Int64, _ connection: SQLConnection) throws(StoreError) -> Number {
        let owned = Owned(tenant: tenant, value: route)
        if let known = routes[owned] { return Number(number: known, isOwn: true) }
        let most = fullOfRoutes.contains(tenant) ? 0 : limits.routesMax
        guard let number = try Self.number(of: route, tenant, connection, most: most) else {
            fullOfRoutes.insert(tenant)
            let other = try Self.number(of: route.other, tenant, connection, most: .max) ?? 0
            return Number(number: other, isOwn: false)
        }
        if routes.count >= Self.rememberedMax { forget() }
        routes[owned] = number
        return Number(number: number, isOwn: true)
    }

    private static func number(
        of party: CallParty, _ tenant: Int64, _ connection: SQLConnection, most: Int
    ) throws(StoreError) -> Int64? {
        try number(
            find: "select id from party where tenant = ?1 and key is ?2 and person is ?3 and project is ?4 "
                + "and team is ?5",
            count: "select count(*) from party where tenant = ?1",
            add: "insert into party(tenant, key, person, project, team) values(?1, ?2, ?3, ?4, ?5) returning id",
            [.int(tenant), .text(party.key), .text(party.person), .text(party.project), .text(party.team)],
            connection, most)
    }

    private static func number(
        of route: CallRoute, _ tenant: Int64, _ connection: SQLConnection, most: Int
    ) throws(StoreError) -> Int64? {
        try number(
            find: "select id from route where tenant = ?1 and model = ?2 and deployment is ?3 "
                + "and provider_model is ?4 and outcome = ?5",
            count: "select count(*) from route where tenant = ?1",
            add: "insert into route(tenant, model, deployment, provider_model, outcome) "
                + "values(?1, ?2, ?3, ?4, ?5) returning id",
            [
                .int(tenant), .text(route.model), .text(route.deployment), .text(route.providerModel),
                .text(route.outcome.rawValue),
            ], connection, most)
    }

    /// The number that a row has or gets; `nil` when there are as many as there may be. The rows to which the rest is
    /// added do not count.
    private static func number(
        find: String, count: String, add: String, _ values: [SQLValue], _ connection: SQLConnection, _ most: Int
    ) throws(StoreError) -> Int64? {
        if let known = try connection.number(find, values) { return known }
        guard most > 0 else { return nil }
        if most < .max, try connection.number(count, Array(values.prefix(1))) ?? 0 >= most { return nil }
        return try connection.number(add, values)
    }
}
