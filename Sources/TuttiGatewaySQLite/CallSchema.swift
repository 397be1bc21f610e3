import TuttiStore
import TuttiStoreSQLite

extension DatabaseRole {
    /// The calls of a gateway; its mark is `TUTC`.
    static let calls = besideJournal(applicationID: 0x5455_5443)
}

extension Migration {
    /// The history of the schema; never edited once released, only added to.
    static let calls: [Migration] = [
        Migration(name: "calls", up: callsUp, down: callsDown),
        Migration(name: "cache and guards", up: cacheAndGuardsUp, down: cacheAndGuardsDown),
    ]

    /// Parties and routes are kept once, and named by their numbers. An id of a line is 16 bytes that begin with its
    /// time, so that lines lie in the order of time; hours are counted from 1970. A line whose party or route had no
    /// room has its own in `names`, see ``LineNames``. In `total`, `start` is the first hour of what a row covers, and
    /// what `kind` says is in ``TotalKind``; histograms are those of ``CallHistogram``.
    private static let callsUp = """
        create table tenant(id integer primary key, name text not null unique) strict;
        create table party(
            id integer primary key, tenant integer not null, key text, person text, project text, team text
        ) strict;
        create index party_names on party(tenant, key, person, project, team);
        create table route(
            id integer primary key, tenant integer not null, model text not null, deployment text,
            provider_model text, outcome text not null
        ) strict;
        create index route_names on route(tenant, model, deployment, provider_model, outcome);

        create table line(
            tenant integer not null, id blob not null, party integer not null, route integer not null, run text,
            dialect integer not null, provider_key text, input integer not null, cache_read integer not null,
            cache_write integer not null, output integer not null, reasoning integer not null,
            estimated integer not null, cost integer not null, priced integer not null, duration integer not null,
            first_token integer, status integer not null, error text, attempts integer not null,
            streamed integer not null, request text, names text,
            primary key(tenant, id)
        ) strict, without rowid;
        create index line_party on line(party, id);
        create index line_run on line(run) where run is not null;

        create table total(
            tenant integer not null, kind integer not null, start integer not null, party integer not null,
            route integer not null, calls integer not null, failures integer not null, unpriced integer not null,
            estimated integer not null, input integer not null, cache_read integer not null,
            cache_write integer not null, output integer not null, reasoning integer not null, cost integer not null,
            duration integer not null, first_token integer not null, durations blob not null,
            first_tokens blob not null, primary key(tenant, kind, start, party, route)
        ) strict, without rowid;

        create table mark(name text primary key, value integer not null) strict, without rowid;
        """

    private static let callsDown = """
        drop table mark; drop table total; drop table line; drop table route; drop table party; drop table tenant;
        """

    /// `cache` is the word of ``CallCacheUse``.
    private static let cacheAndGuardsUp = """
        alter table line add column cache text; alter table line add column guards text;
        """

    private static let cacheAndGuardsDown = "alter table line drop column guards; alter table line drop column cache;"
}
