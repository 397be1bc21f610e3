import TuttiStore
package import TuttiStoreSQLite

extension DatabaseRole {
    /// What the server keeps beside the journal; its mark is `TUTS`.
    static let server = besideJournal(applicationID: 0x5455_5453)
}

extension Migration {
    /// The history of the schema; never edited once released, only added to.
    package static let server: [Migration] = [
        Migration(name: "server", up: serverUp, down: serverDown),
        Migration(
            name: "owners", up: "alter table project add column owner text;",
            down: "alter table project drop column owner;"),
        Migration(name: "route orders", up: routeOrdersUp, down: "drop table route_order;"),
        // JSON; null for a project without limits of its own.
        Migration(
            name: "project limits", up: "alter table project add column limits text;",
            down: "alter table project drop column limits;"),
    ]

    /// The names of the deployments are a JSON list.
    private static let routeOrdersUp = """
        create table route_order(
            tenant text not null, route text not null, deployments text not null, chosen_by text not null,
            chosen integer not null, primary key(tenant, route)
        ) strict, without rowid;
        """

    /// Times are milliseconds since 1970. A topic remembers its last number when its events are gone.
    private static let serverUp = """
        create table project(
            tenant text not null, id text not null, name text not null, description text not null,
            status text not null, created_by text not null, created integer not null, updated integer not null,
            version integer not null, primary key(tenant, id)
        ) strict, without rowid;

        create table topic(tenant text not null, name text not null, last integer not null, primary key(tenant, name))
            strict, without rowid;
        create table topic_event(
            id integer primary key, tenant text not null, topic text not null, n integer not null, type text not null,
            source text not null, data text not null, at integer not null, expires integer not null
        ) strict;
        create unique index topic_event_n on topic_event(tenant, topic, n);
        create index topic_event_expires on topic_event(expires);

        create table answer(
            tenant text not null, target text not null, key text not null, body_hash text not null,
            status integer not null, fields text not null, body blob not null, expires integer not null,
            primary key(tenant, target, key)
        ) strict;
        create index answer_expires on answer(expires);
        """

    private static let serverDown = "drop table answer; drop table topic_event; drop table topic; drop table project;"
}
