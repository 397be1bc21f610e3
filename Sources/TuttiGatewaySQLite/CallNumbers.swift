import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// The numbers by which rows name tenants, parties and routes; new ones are given within a transaction.
///
/// Not `Sendable`: it belongs to the actor that writes. What is remembered must have been committed: whoever rolls back
/// forgets it all.
final class CallNumbers {
    private var tenants: [String: Int64] = [:]
    private var parties: OwnedNumbers<CallParty>
    private var routes: OwnedNumbers<CallRoute>

    /// How many of a sort are remembered before all are forgotten.
    private static let rememberedMax = 200_000

    init(limits: CallLedgerLimits) {
        parties = OwnedNumbers(most: limits.partiesMax)
        routes = OwnedNumbers(most: limits.routesMax)
    }

    func forget() {
        tenants = [:]
        parties.forget()
        routes.forget()
    }

    func tenant(_ name: String, _ connection: SQLConnection) throws(StoreError) -> Int64 {
        if let known = tenants[name] { return known }
        try connection.run("insert into tenant(name) values(?1) on conflict do nothing", [.text(name)])
        let number = try connection.number("select id from tenant where name = ?1", [.text(name)]) ?? 0
        if tenants.count >= Self.rememberedMax { forget() }
        tenants[name] = number
        return number
    }

    func party(_ party: CallParty, of tenant: Int64, _ connection: SQLConnection) throws(StoreError) -> OwnedNumber {
        if parties.count >= Self.rememberedMax { forget() }
        return try parties.number(of: party, tenant, connection)
    }

    func route(_ route: CallRoute, of tenant: Int64, _ connection: SQLConnection) throws(StoreError) -> OwnedNumber {
        if routes.count >= Self.rememberedMax { forget() }
        return try routes.number(of: route, tenant, connection)
    }
}
