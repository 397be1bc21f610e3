import TuttiStoreSQLite

extension Migration {
    /// People, their sessions, keys and codes. Times are milliseconds since 1970; what was given to somebody to keep is
    /// here as its SHA-256 only. A refresh token that was used stays until it expires, so that its reuse is noticed.
    static let accounts = Migration(
        name: "accounts",
        up: """
            create table user(
                id text primary key, tenant text not null, username text not null, email text not null,
                name text not null, password text, roles text not null, is_active integer not null,
                created integer not null, updated integer not null, last_login integer, version integer not null
            ) strict, without rowid;
            create unique index user_username on user(tenant, username);
            create unique index user_email on user(tenant, email);

            create table session(
                id text primary key, user text not null, device text not null, address text not null,
                created integer not null, last_used integer not null, expires integer not null
            ) strict, without rowid;
            create index session_user on session(user, last_used);
            create index session_expires on session(expires);

            create table refresh(
                hash text primary key, session text not null, expires integer not null, used integer
            ) strict, without rowid;
            create index refresh_session on refresh(session);
            create index refresh_expires on refresh(expires);

            create table api_key(
                id text primary key, tenant text not null, name text not null, hint text not null, hash text not null,
                user text not null, project text, scopes text, created integer not null, expires integer,
                last_used integer
            ) strict, without rowid;
            create unique index api_key_hash on api_key(hash);
            create index api_key_user on api_key(user);

            create table code(
                hash text primary key, hint text not null, tenant text not null, purpose text not null, roles text,
                user text, email text, created_by text not null, created integer not null, expires integer not null
            ) strict, without rowid;
            create index code_expires on code(expires);

            create table identity(
                tenant text not null, issuer text not null, subject text not null, user text not null,
                primary key(tenant, issuer, subject)
            ) strict, without rowid;
            create index identity_user on identity(user);

            create table signing_key(
                id text primary key, algorithm text not null, sealed blob not null, created integer not null,
                retired integer
            ) strict, without rowid;
            """,
        down: """
            drop table signing_key; drop table identity; drop table code; drop table api_key; drop table refresh;
            drop table session; drop table user;
            """)

    /// Whether somebody vouches for the address of a person; of those that are there already nobody does.
    static let vouchedAddresses = Migration(
        name: "vouched addresses",
        up: "alter table user add column email_vouched integer not null default 0;",
        down: "alter table user drop column email_vouched;")

    /// What calls of models with a key are held to, as JSON.
    static let keyLimits = Migration(
        name: "limits of keys",
        up: "alter table api_key add column limits text;",
        down: "alter table api_key drop column limits;")
}
