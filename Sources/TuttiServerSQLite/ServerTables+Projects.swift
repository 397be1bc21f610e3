import FoundationEssentials
import TuttiCore
import TuttiServer
import TuttiStore
import TuttiStoreSQLite

extension ServerTables {
    private static let selectProject =
        "select id, name, description, status, created_by, created, updated, version, owner, limits from project"

    private static func project(_ row: SQLStatement) throws(StoreError) -> Project {
        Project(
            id: ProjectID(trusted: row.text(0)), name: row.text(1), description: row.text(2), status: row.text(3),
            createdBy: row.text(4), owner: row.optionalText(8),
            limits: try limits(row.optionalText(9), of: row.text(0)), created: Timestamp(milliseconds: row.int(5)),
            updated: Timestamp(milliseconds: row.int(6)), version: Int(row.int(7)))
    }

    /// Limits that cannot be read are not none: without them a project could spend more than it may.
    private static func limits(_ text: String?, of project: String) throws(StoreError) -> SpendingLimits? {
        guard let text else { return nil }
        do {
            return try JSONDecoder().decode(SpendingLimits.self, from: Data(text.utf8))
        } catch {
            throw StoreError(
                .corrupt, "the limits of the project \(project) cannot be read; put a copy of server.db back")
        }
    }

    private static func text(_ limits: SpendingLimits?) -> String? {
        limits.flatMap { try? CanonicalJSON.encode($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// - Returns: whether there is no room for it.
    func add(_ project: Project, tenant: String) throws(StoreError) -> Bool {
        try connection.transaction { () throws(StoreError) in
            let count = try connection.number("select count(*) from project where tenant = ?1", [.text(tenant)]) ?? 0
            guard count < ServerStoreLimits.projectsMax else { return true }
            try connection.run(
                "insert into project values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                [
                    .text(tenant), .text(project.id.text), .text(project.name), .text(project.description),
                    .text(project.status), .text(project.createdBy), .int(project.created.milliseconds),
                    .int(project.updated.milliseconds), .int(Int64(project.version)), .text(project.owner),
                    .text(Self.text(project.limits)),
                ])
            return false
        }
    }

    func project(_ id: ProjectID, tenant: String) throws(StoreError) -> Project? {
        try connection.query(
            Self.selectProject + " where tenant = ?1 and id = ?2", [.text(tenant), .text(id.text)]
        ) { row throws(StoreError) in try Self.project(row) }.first
    }

    /// Names begin with the time, so their order is that of the projects.
    func projects(
        behind id: ProjectID?, status: String?, of account: RunAccount, tenant: String, limit: Int
    ) throws(StoreError) -> [Project] {
        try connection.query(
            Self.selectProject
                + " where tenant = ?1 and (?2 is null or id < ?2) and (?3 is null or status = ?3)"
                + " and (?4 is null or owner = ?4) and (?5 is null or id = ?5) order by id desc limit ?6",
            [
                .text(tenant), .text(id?.text), .text(status), .text(account.person), .text(account.project),
                .int(Int64(max(0, limit))),
            ]
        ) { row throws(StoreError) in try Self.project(row) }
    }

    func projectLimits(tenant: String) throws(StoreError) -> [String: SpendingLimits] {
        let found = try connection.query(
            "select id, limits from project where tenant = ?1 and limits is not null", [.text(tenant)]
        ) { row throws(StoreError) in (row.text(0), try Self.limits(row.text(1), of: row.text(0))) }
        return Dictionary(uniqueKeysWithValues: found).compactMapValues(\.self)
    }

    func replace(_ project: Project, version: Int, tenant: String) throws(StoreError) -> Bool {
        let changed = try connection.run(
            """
            update project set name = ?3, description = ?4, status = ?5, updated = ?6, version = ?7, limits = ?9
            where tenant = ?1 and id = ?2 and version = ?8
            """,
            [
                .text(tenant), .text(project.id.text), .text(project.name), .text(project.description),
                .text(project.status), .int(project.updated.milliseconds), .int(Int64(project.version)),
                .int(Int64(version)), .text(Self.text(project.limits)),
            ])
        return changed == 1
    }

    func remove(_ id: ProjectID, tenant: String) throws(StoreError) -> Bool {
        try connection.run("delete from project where tenant = ?1 and id = ?2", [.text(tenant), .text(id.text)]) == 1
    }
}
