import FoundationEssentials
import TuttiAccess
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// The statements of secrets.
struct SecretTables {
    let connection: SQLConnection

    private static let columns =
        """
        id, level, owner, name, label, provider, hint, key_id, created, updated, created_by, version, last_used
        """

    /// `nil` for a row that this program has not written.
    private static func summary(_ row: SQLStatement) -> SecretSummary? {
        guard let level = SecretReference.Level(rawValue: row.text(1)), let name = SecretName(row.text(3)) else {
            return nil
        }
        return SecretSummary(
            id: SecretID(trusted: row.text(0)), name: name, scope: SecretScope(level: level, owner: row.text(2)),
            label: row.text(4), provider: row.optionalText(5), hint: row.optionalText(6), keyID: row.text(7),
            created: Timestamp(milliseconds: row.int(8)), updated: Timestamp(milliseconds: row.int(9)),
            createdBy: row.optionalText(10), version: Int(row.int(11)),
            lastUsed: row.optionalInt(12).map { Timestamp(milliseconds: $0) })
    }

    /// The columns, then the sealed value and the tenant.
    private static func row(_ row: SQLStatement) throws(StoreError) -> SecretRow {
        guard let summary = summary(row) else {
            throw StoreError(.corrupt, "a secret is stored under a name that this release does not know")
        }
        return SecretRow(tenant: row.text(14), summary: summary, sealed: SealedSecret(bytes: Array(row.blob(13))))
    }

    func secret(
        _ name: SecretName, in scopes: [SecretScope], tenant: String
    ) throws(StoreError) -> SecretRow? {
        for scope in scopes {
            let found = try connection.query(
                """
                select \(Self.columns), sealed, tenant from secret
                where tenant = ?1 and level = ?2 and owner = ?3 and name = ?4
                """, Self.place(name, scope, tenant)
            ) { row throws(StoreError) in try Self.row(row) }
            if let row = found.first { return row }
        }
        return nil
    }

    private static func place(_ name: SecretName, _ scope: SecretScope, _ tenant: String) -> [SQLValue] {
        [.text(tenant), .text(scope.level.rawValue), .text(scope.owner), .text(name.text)]
    }

    func secrets(tenant: String, scope: SecretScope?) throws(StoreError) -> [SecretSummary] {
        try connection.query(
            """
            select \(Self.columns) from secret
            where tenant = ?1 and (?2 is null or (level = ?2 and owner = ?3)) order by level, owner, name
            """, [.text(tenant), .text(scope?.level.rawValue), .text(scope?.owner)]
        ) { row throws(StoreError) in Self.summary(row) }.compactMap(\.self)
    }

    func secret(_ id: SecretID, tenant: String) throws(StoreError) -> SecretSummary? {
        try connection.query(
            "select \(Self.columns) from secret where id = ?1 and tenant = ?2", [.text(id.text), .text(tenant)]
        ) { row throws(StoreError) in Self.summary(row) }.first ?? nil
    }

    // MARK: Changes

    func write(_ row: SecretRow, replacing version: Int?) throws(StoreError) -> SecretWrite {
        try connection.transaction { () throws(StoreError) in
            guard let version else { return try insert(row) }
            let summary = row.summary
            let changed = try connection.run(
                """
                update secret set label = ?4, provider = ?5, hint = ?6, key_id = ?7, updated = ?8, created_by = ?9,
                    version = ?10, sealed = ?11
                where id = ?1 and tenant = ?2 and version = ?3
                """,
                [
                    .text(summary.id.text), .text(row.tenant), .int(Int64(version)), .text(summary.label),
                    .text(summary.provider), .text(summary.hint), .text(summary.keyID),
                    .int(summary.updated.milliseconds), .text(summary.createdBy), .int(Int64(summary.version)),
                    .blob(Data(row.sealed.bytes)),
                ])
            return changed == 1 ? .written : .outdated
        }
    }

    private func insert(_ row: SecretRow) throws(StoreError) -> SecretWrite {
        let summary = row.summary
        let place = Self.place(summary.name, summary.scope, row.tenant)
        let known = try connection.number(
            "select count(*) from secret where tenant = ?1 and level = ?2 and owner = ?3 and name = ?4", place)
        guard known == 0 else { return .outdated }
        let ofTenant = try connection.number("select count(*) from secret where tenant = ?1", [place[0]]) ?? 0
        let ofScope =
            try connection.number(
                "select count(*) from secret where tenant = ?1 and level = ?2 and owner = ?3", Array(place.prefix(3)))
            ?? 0
        guard ofTenant < SecretLimits.secretsPerTenantMax, ofScope < SecretLimits.secretsPerScopeMax else {
            return .full
        }
        try connection.run(
            """
            insert into secret(tenant, level, owner, name, id, label, provider, hint, key_id, created, updated,
                created_by, version, sealed)
            values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """,
            place + [
                .text(summary.id.text), .text(summary.label), .text(summary.provider), .text(summary.hint),
                .text(summary.keyID), .int(summary.created.milliseconds), .int(summary.updated.milliseconds),
                .text(summary.createdBy), .int(Int64(summary.version)), .blob(Data(row.sealed.bytes)),
            ])
        return .written
    }

    func remove(_ name: SecretName, scope: SecretScope, tenant: String) throws(StoreError) -> Bool {
        try connection.transaction { () throws(StoreError) in
            let place = Self.place(name, scope, tenant)
            try connection.run(
                """
                update agent_preference set secret = null where secret = (
                    select id from secret where tenant = ?1 and level = ?2 and owner = ?3 and name = ?4)
                """, place)
            return try connection.run(
                "delete from secret where tenant = ?1 and level = ?2 and owner = ?3 and name = ?4", place) == 1
        }
    }

    func noteUse(of id: SecretID, at now: Timestamp) throws(StoreError) {
        try connection.run(
            "update secret set last_used = ?2 where id = ?1", [.text(id.text), .int(now.milliseconds)])
    }

    // MARK: Rotation

    func secrets(
        sealedOtherThanBy keyID: String, after id: SecretID?, limit: Int
    ) throws(StoreError) -> [SecretRow] {
        try connection.query(
            """
            select \(Self.columns), sealed, tenant from secret
            where key_id <> ?1 and (?2 is null or id > ?2) order by id limit ?3
            """, [.text(keyID), .text(id?.text), .int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in try Self.row(row) }
    }

    func secretCount(sealedOtherThanBy keyID: String) throws(StoreError) -> Int {
        Int(try connection.number("select count(*) from secret where key_id <> ?1", [.text(keyID)]) ?? 0)
    }

    /// With what signs tokens, which is sealed, too; a key that signs no more may be lost.
    func sealings() throws(StoreError) -> [SecretSealing] {
        let secrets = try connection.query(
            "select key_id, count(*), min(name) from secret group by key_id order by key_id"
        ) { row throws(StoreError) in
            SecretSealing(keyID: row.text(0), count: Int(row.int(1)), example: row.text(2))
        }
        let signing = try CredentialTables(connection: connection).signingKeys().filter { $0.retired == nil }
        return secrets
            + signing.map {
                SecretSealing(keyID: SealedSecret(bytes: $0.sealed).keyID, count: 1, example: "what signs tokens")
            }
    }

    func reseal(_ row: SecretRow, with sealed: SealedSecret) throws(StoreError) -> Bool {
        let changed = try connection.run(
            "update secret set sealed = ?4, key_id = ?5 where id = ?1 and version = ?2 and key_id = ?3",
            [
                .text(row.summary.id.text), .int(Int64(row.summary.version)), .text(row.summary.keyID),
                .blob(Data(sealed.bytes)), .text(sealed.keyID),
            ])
        return changed == 1
    }
}
