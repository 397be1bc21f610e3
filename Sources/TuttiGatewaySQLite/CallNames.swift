import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// What the numbers of parties and routes stand for, as far as it has been read. Rows are never changed nor removed.
struct CallNames {
    struct Party {
        var number: Int64
        var party: CallParty
    }

    struct Route {
        var number: Int64
        var route: CallRoute
    }

    private var parties: [Int64: [Party]] = [:]
    private var routes: [Int64: [Route]] = [:]
    private(set) var lastParty: Int64 = 0
    private(set) var lastRoute: Int64 = 0

    /// Of a tenant, in the order of their numbers.
    func parties(of tenant: Int64) -> [Party] { parties[tenant] ?? [] }
    /// Of a tenant, in the order of their numbers.
    func routes(of tenant: Int64) -> [Route] { routes[tenant] ?? [] }

    /// Reads what has come since.
    mutating func refresh(_ connection: SQLConnection) throws(StoreError) {
        let parties = try connection.query(
            "select id, tenant, key, person, project, team from party where id > ?1 order by id", [.int(lastParty)]
        ) { row throws(StoreError) in
            let party = CallParty(
                key: row.optionalText(2), person: row.optionalText(3), project: row.optionalText(4),
                team: row.optionalText(5))
            return (tenant: row.int(1), party: Party(number: row.int(0), party: party))
        }
        for (tenant, party) in parties { self.parties[tenant, default: []].append(party) }
        lastParty = parties.last?.party.number ?? lastParty
        let routes = try connection.query(
            "select id, tenant, model, deployment, provider_model, outcome from route where id > ?1 order by id",
            [.int(lastRoute)]
        ) { row throws(StoreError) in
            let route = CallRoute(
                model: row.text(2), deployment: row.optionalText(3), providerModel: row.optionalText(4),
                outcome: CallOutcome(rawValue: row.text(5)) ?? .failed)
            return (tenant: row.int(1), route: Route(number: row.int(0), route: route))
        }
        for (tenant, route) in routes { self.routes[tenant, default: []].append(route) }
        lastRoute = routes.last?.route.number ?? lastRoute
    }
}
