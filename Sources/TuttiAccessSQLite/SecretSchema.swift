import TuttiStoreSQLite

extension Migration {
    /// Secrets, sealed, and the models that people have chosen for their agents. Times are milliseconds since 1970. The
    /// owner of a secret of the tenant itself is empty.
    static let secrets = Migration(
        name: "secrets",
        up: """
            create table secret(
                id text primary key, tenant text not null, level text not null, owner text not null,
                name text not null, label text not null, provider text, hint text, key_id text not null,
                created integer not null, updated integer not null, created_by text, version integer not null,
                last_used integer, sealed blob not null,
                unique(tenant, level, owner, name)
            ) strict;
            create index secret_key on secret(key_id, id);
            create table agent_preference(
                tenant text not null, person text not null, agent_role text not null, provider text not null,
                model_name text not null, secret text, parameters text not null, created integer not null,
                updated integer not null,
                primary key(tenant, person, agent_role)
            ) strict, without rowid;
            create index agent_preference_secret on agent_preference(secret) where secret is not null;
            """,
        down: "drop table agent_preference; drop table secret;")
}
