import TuttiStoreSQLite

extension Migration {
    /// People, their sessions, keys and invitations. Times are milliseconds since 1970; what was given to somebody to
    /// keep is here as its SHA-256 only.
    static let accounts = Migration(
        name: "accounts",
        up: """
            create table user(
                id text primary key, tenant text not null, username text not null, email text not null,
                name text not null, password text, roles text not null, is_active integer not null,
                created integer not null, updated integer not null, version integer not null
            ) strict, without rowid;
            """,
        down: "drop table user;")
}
