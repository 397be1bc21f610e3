package import TuttiCore
package import TuttiRouting
import TuttiRuntime
package import TuttiServer
import TuttiStore
import TuttiStoreSQLite

/// What a server keeps, in one SQLite file of the home, on one connection with a thread of its own.
package actor SQLiteServerStore: ServerStore {
    private nonisolated let thread = ThreadExecutor(name: "tutti-server")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let path: String
    private let vfs: String?
    private var connection: SQLConnection?

    private static let settings = "pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;"

    /// - Parameters:
    ///   - home: the folder, which must be there.
    ///   - vfs: another file layer of SQLite than the system's own; tests pass one that fails.
    package init(home: String, vfs: String? = nil) {
        path = home + "/server.db"
        self.vfs = vfs
    }

    /// After a failure the next call begins with a connection that has seen none.
    private func using<Output>(
        _ body: (ServerTables) throws(StoreError) -> Output
    ) throws(ServerStoreError) -> Output {
        do throws(StoreError) {
            return try body(ServerTables(connection: try opened()))
        } catch {
            connection = nil
            throw ServerStoreError(.unusable, error.message)
        }
    }

    private func opened() throws(StoreError) -> SQLConnection {
        if let connection { return connection }
        let fresh = try SQLConnection.current(
            path, vfs: vfs, role: .server, migrations: Migration.server, settings: Self.settings)
        connection = fresh
        return fresh
    }

    /// Closes the file; it is opened again when it is needed.
    package func close() { connection = nil }

    // MARK: Projects

    package func add(_ project: Project, tenant: String) throws {
        let isFull = try using { tables throws(StoreError) in try tables.add(project, tenant: tenant) }
        if isFull {
            throw ServerStoreError(
                .full, "there are \(ServerStoreLimits.projectsMax) projects already; delete some of them")
        }
    }

    package func project(_ id: ProjectID, tenant: String) throws -> Project? {
        try using { tables throws(StoreError) in try tables.project(id, tenant: tenant) }
    }

    package func projects(
        behind id: ProjectID?, status: String?, of account: RunAccount, tenant: String, limit: Int
    ) throws -> [Project] {
        try using { tables throws(StoreError) in
            try tables.projects(behind: id, status: status, of: account, tenant: tenant, limit: limit)
        }
    }

    package func projectLimits(tenant: String) throws -> [String: SpendingLimits] {
        try using { tables throws(StoreError) in try tables.projectLimits(tenant: tenant) }
    }

    package func replace(
        _ project: Project, version: Int, tenant: String, told: @Sendable () -> Void
    ) throws -> Bool {
        let isReplaced = try using { tables throws(StoreError) in
            try tables.replace(project, version: version, tenant: tenant)
        }
        if isReplaced { told() }
        return isReplaced
    }

    package func remove(_ id: ProjectID, tenant: String, told: @Sendable () -> Void) throws -> Bool {
        let isRemoved = try using { tables throws(StoreError) in try tables.remove(id, tenant: tenant) }
        if isRemoved { told() }
        return isRemoved
    }

    // MARK: Topics

    package func append(
        _ draft: TopicDraft, to topic: String, tenant: String, told: @Sendable (Int64) -> Void
    ) throws -> Int64 {
        let number = try using { tables throws(StoreError) in try tables.append(draft, to: topic, tenant: tenant) }
        guard let number else {
            throw ServerStoreError(
                .full, "there are \(ServerStoreLimits.topicsMax) topics already; use one of them")
        }
        told(number)
        return number
    }

    package func events(
        of topic: String, after n: Int64, tenant: String, at now: Timestamp, limit: Int
    ) throws -> [TopicEvent] {
        try using { tables throws(StoreError) in
            try tables.events(of: topic, after: n, tenant: tenant, at: now, limit: limit)
        }
    }

    package func lastEvent(of topic: String, tenant: String) throws -> Int64 {
        try using { tables throws(StoreError) in try tables.lastEvent(of: topic, tenant: tenant) }
    }

    package func topics(tenant: String, at now: Timestamp, limit: Int) throws -> [TopicSummary] {
        try using { tables throws(StoreError) in try tables.topics(tenant: tenant, at: now, limit: limit) }
    }

    // MARK: Routes

    package func routeOrders(tenant: String) throws -> [RouteOrder] {
        try using { tables throws(StoreError) in try tables.routeOrders(tenant: tenant) }
    }

    package func keep(_ order: RouteOrder, tenant: String, told: @Sendable ([RouteOrder]) -> Void) throws {
        let orders = try using { tables throws(StoreError) in try tables.keep(order, tenant: tenant) }
        guard let orders else {
            throw ServerStoreError(
                .full, "there are \(ServerStoreLimits.routeOrdersMax) chosen orders already; drop some of them")
        }
        told(orders)
    }

    package func removeOrder(
        of route: String, tenant: String, told: @Sendable ([RouteOrder]) -> Void
    ) throws -> Bool {
        let left = try using { tables throws(StoreError) in try tables.removeOrder(of: route, tenant: tenant) }
        if let left { told(left) }
        return left != nil
    }

    // MARK: Requests

    package func answer(to key: RequestKey, at now: Timestamp) throws -> KeptAnswer? {
        try using { tables throws(StoreError) in try tables.answer(to: key, at: now) }
    }

    package func keep(_ answer: KeptAnswer, to key: RequestKey) throws {
        try using { tables throws(StoreError) in try tables.keep(answer, to: key) }
    }

    package func clearExpired(at now: Timestamp) throws -> Int {
        try using { tables throws(StoreError) in try tables.clearExpired(at: now) }
    }
}
