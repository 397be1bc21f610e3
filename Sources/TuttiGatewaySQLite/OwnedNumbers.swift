import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// What a tenant has rows of, each of which has a number.
protocol NumberedRow: Hashable {
    /// The row to which all is added for which there is no room.
    var ofTheRest: Self { get }
    /// Finds the number by the tenant and ``values``.
    static var find: String { get }
    /// Counts the rows of the tenant.
    static var count: String { get }
    /// Adds a row and gives its number.
    static var add: String { get }
    /// What the row holds behind its tenant.
    var values: [SQLValue] { get }
}

/// A number, and whether it is the own one; else it is that of all for which there is no room.
struct OwnedNumber {
    var number: Int64
    var isOwn: Bool
}

/// The numbers of rows that are remembered, by their tenants.
struct OwnedNumbers<Row: NumberedRow> {
    private struct Owned: Hashable {
        var tenant: Int64
        var row: Row
    }

    private var known: [Owned: Int64] = [:]
    /// Tenants that have as many as they may have: nothing is ever removed, so that need not be counted again.
    private var full: Set<Int64> = []
    /// How many rows a tenant may have.
    private let most: Int

    init(most: Int) { self.most = most }

    var count: Int { known.count }

    mutating func forget() { (known, full) = ([:], []) }

    /// The number that a row has or gets.
    mutating func number(
        of row: Row, _ tenant: Int64, _ connection: SQLConnection
    ) throws(StoreError) -> OwnedNumber {
        let owned = Owned(tenant: tenant, row: row)
        if let number = known[owned] { return OwnedNumber(number: number, isOwn: true) }
        guard let number = try own(row, tenant, connection) else {
            full.insert(tenant)
            let values = [.int(tenant)] + row.ofTheRest.values
            if let number = try connection.number(Row.find, values) { return OwnedNumber(number: number, isOwn: false) }
            return OwnedNumber(number: try connection.number(Row.add, values) ?? 0, isOwn: false)
        }
        known[owned] = number
        return OwnedNumber(number: number, isOwn: true)
    }

    /// The number of a row's own; `nil` when it has none and there are as many as there may be. The rows to which the
    /// rest is added do not count.
    private func own(_ row: Row, _ tenant: Int64, _ connection: SQLConnection) throws(StoreError) -> Int64? {
        let values = [.int(tenant)] + row.values
        if let number = try connection.number(Row.find, values) { return number }
        guard !full.contains(tenant) else { return nil }
        guard try connection.number(Row.count, [.int(tenant)]) ?? 0 < most else { return nil }
        return try connection.number(Row.add, values)
    }
}

extension CallParty: NumberedRow {
    var ofTheRest: CallParty { .other }
    static var find: String {
        "select id from party where tenant = ?1 and key is ?2 and person is ?3 and project is ?4 and team is ?5"
    }
    static var count: String { "select count(*) from party where tenant = ?1" }
    static var add: String {
        "insert into party(tenant, key, person, project, team) values(?1, ?2, ?3, ?4, ?5) returning id"
    }
    var values: [SQLValue] { [.text(key), .text(person), .text(project), .text(team)] }
}

extension CallRoute: NumberedRow {
    var ofTheRest: CallRoute { other }
    static var find: String {
        "select id from route where tenant = ?1 and model = ?2 and deployment is ?3 and provider_model is ?4 "
            + "and outcome = ?5"
    }
    static var count: String { "select count(*) from route where tenant = ?1" }
    static var add: String {
        "insert into route(tenant, model, deployment, provider_model, outcome) values(?1, ?2, ?3, ?4, ?5) returning id"
    }
    var values: [SQLValue] { [.text(model), .text(deployment), .text(providerModel), .text(outcome.rawValue)] }
}
