extension Migration {
    /// The history of the journal's schema; never edited once released, only added to.
    package static let journal: [Migration] = [
        Migration(name: "journal", up: journalUp, down: journalDown),
        Migration(name: "inbox", up: inboxUp, down: inboxDown),
        Migration(name: "families", up: familiesUp, down: familiesDown),
        Migration(name: "ledger", up: ledgerUp, down: ledgerDown),
        Migration(name: "undo", up: undoUp, down: undoDown),
        Migration(name: "chunks", up: chunksUp, down: chunksDown),
        Migration(name: "retention", up: retentionUp, down: retentionDown),
        Migration(name: "costs", up: costsUp, down: costsDown),
        Migration(name: "listing", up: listingUp, down: listingDown),
        Migration(name: "asking", up: askingUp, down: askingDown),
        Migration(name: "accounts", up: accountsUp, down: accountsDown),
    ]

    /// Times are milliseconds since 1970. `run.status` is null while the run lives; its state is then derived from
    /// `task`, which has one thin row a live run. A step is open until `ended` is set; its result is `out` (inline),
    /// `blob` (by hash) or `err` (JSON).
    private static let journalUp = """
        create table run(
            id text primary key, tenant text not null, name text not null, input blob, input_blob text,
            input_hash text not null, output blob, output_blob text, error text, status text, reason text,
            idem_key text, queue text, created integer not null, finished integer, deadline integer,
            fence integer not null, recoveries integer not null default 0
        ) strict;
        create index run_created on run(tenant, created);
        create index run_live on run(tenant, created) where status is null;
        create unique index run_idem on run(tenant, name, idem_key) where idem_key is not null;

        create table task(
            run text primary key, queue text, due integer, executor text, fence integer not null,
            wake_seq integer not null default 0, wait text, cancel integer not null default 0
        ) strict, without rowid;
        create index task_free on task(queue, due) where executor is null;
        create index task_owned on task(executor, due) where executor is not null;

        create table step(
            id integer primary key, run text not null, key text not null, kind text not null,
            attempt integer not null, fp text, out blob, blob text, err text, due integer, started integer not null,
            ended integer
        ) strict;
        create unique index step_key on step(run, key);

        create table event(
            pos integer primary key autoincrement, run text not null, n integer not null, type text not null,
            key text, data text not null, at integer not null
        ) strict;
        create unique index event_n on event(run, n);

        create table blob(hash text primary key, bytes blob not null) strict;

        create table executor(id text primary key, process integer not null, started integer not null) strict;
        """

    private static let journalDown = """
        drop table executor; drop table blob; drop table event; drop table step; drop table task; drop table run;
        """

    /// Signals and approvals. `consumed_key` is the key of the journal that a message was used for; `shown_hash` is
    /// what an answer must quote.
    private static let inboxUp = """
        create table inbox(
            id integer primary key, run text not null, kind text not null, name text not null, msg_id text not null,
            payload blob, payload_blob text, shown_hash text, expires integer, verdict text, answered_by text,
            answered_at integer, reason text, edited blob, edited_blob text, consumed_key text,
            created integer not null
        ) strict;
        create unique index inbox_message on inbox(run, kind, msg_id);
        create index inbox_waiting on inbox(run, name) where consumed_key is null;
        """

    private static let inboxDown = "drop table inbox;"

    /// Children name the key under which their parent started them; `root_run` is null for a run without a parent.
    private static let familiesUp = """
        alter table run add column parent_run text;
        alter table run add column parent_key text;
        alter table run add column root_run text;
        alter table run add column forked_from text;
        alter table run add column generation integer not null default 0;
        create unique index run_child on run(parent_run, parent_key) where parent_run is not null;
        """

    private static let familiesDown = """
        drop index run_child;
        alter table run drop column generation;
        alter table run drop column forked_from;
        alter table run drop column root_run;
        alter table run drop column parent_key;
        alter table run drop column parent_run;
        """

    /// Limits and what is set aside of them. A hold is counted in `quota.used` from the moment it is made, so to book
    /// it at its estimate is to delete it. The keys of quotas are `budget/RUN/UNIT`, `queue/NAME`, `rate/NAME` and
    /// those of accounts, which `QuotaName` tells; `tat` is the time, in microseconds, before which a rate lets
    /// nothing through.
    private static let ledgerUp = """
        create table quota(key text primary key, cap integer not null, used integer not null default 0, tat integer)
            strict, without rowid;
        create table hold(
            run text not null, step text not null, generation integer not null, attempt integer not null,
            quota text not null, fence integer not null, amount integer not null,
            primary key(run, step, generation, attempt, quota, fence)
        ) strict, without rowid;
        create index hold_quota on hold(quota);
        alter table step add column cost integer;
        alter table step add column tokens integer;
        alter table run add column budget text;
        alter table run add column priority integer not null default 0;
        alter table task add column priority integer not null default 0;
        drop index task_free;
        create index task_free on task(queue, priority desc, due) where executor is null;
        """

    private static let ledgerDown = """
        drop index task_free;
        create index task_free on task(queue, due) where executor is null;
        alter table task drop column priority;
        alter table run drop column priority;
        alter table run drop column budget;
        alter table step drop column tokens;
        alter table step drop column cost;
        drop table hold; drop table quota;
        """

    /// `step.undo` is how a step is undone; `run.undoing` the status in which a run ends when all of that is done, and
    /// `undo_error` the error.
    private static let undoUp = """
        alter table step add column undo text;
        create index step_undo on step(run) where undo is not null;
        alter table run add column undoing text;
        alter table run add column undo_error text;
        """

    private static let undoDown = """
        alter table run drop column undo_error;
        alter table run drop column undoing;
        drop index step_undo;
        alter table step drop column undo;
        """

    /// What steps stream while they are carried out, for readers that come late. `off` is in bytes; `fence` and
    /// `attempt` say whose it is. A place is never given twice: readers go on behind the last one that they have seen.
    private static let chunksUp = """
        create table chunk(
            id integer primary key autoincrement, run text not null, key text not null, fence integer not null,
            attempt integer not null, off integer not null, data text not null
        ) strict;
        create unique index chunk_place on chunk(run, key, fence, attempt, off);
        """

    private static let chunksDown = "drop table chunk;"

    /// `pruning` names runs that are gone while some of their rows are not. The indices answer who names a blob, and
    /// are small: most payloads stand in their rows.
    private static let retentionUp = """
        create table pruning(run text primary key) strict, without rowid;
        create index run_root on run(root_run) where root_run is not null;
        create index run_input on run(input_blob) where input_blob is not null;
        create index run_output on run(output_blob) where output_blob is not null;
        create index step_blob on step(blob) where blob is not null;
        create index inbox_payload on inbox(payload_blob) where payload_blob is not null;
        create index inbox_edited on inbox(edited_blob) where edited_blob is not null;
        """

    private static let retentionDown = """
        drop index inbox_edited; drop index inbox_payload; drop index step_blob; drop index run_output;
        drop index run_input; drop index run_root; drop table pruning;
        """

    /// `quota.wanted` is the cap that would have let through what was refused last. `run.past_cost` and `past_tokens`
    /// are what rows had cost that a retry has deleted. The index has all that a sum of costs reads, and nothing of
    /// steps without any.
    private static let costsUp = """
        alter table quota add column wanted integer;
        alter table run add column past_cost integer;
        alter table run add column past_tokens integer;
        create index step_cost on step(run, cost, tokens) where cost is not null;
        """

    private static let costsDown = """
        drop index step_cost;
        alter table run drop column past_tokens;
        alter table run drop column past_cost;
        alter table quota drop column wanted;
        """

    /// What listings show and search, and where they begin: at the newest run that nobody else has started, or that
    /// has ended in one way. `trace` is where in which trace the run was started.
    private static let listingUp = """
        alter table run add column title text;
        alter table run add column trace text;
        create index run_roots on run(tenant, created) where parent_run is null;
        create index run_ended on run(tenant, status, created) where status is not null;
        create index run_forks on run(forked_from) where forked_from is not null;
        """

    private static let listingDown = """
        drop index run_forks; drop index run_ended; drop index run_roots;
        alter table run drop column trace;
        alter table run drop column title;
        """

    /// What people are asked over all runs; a look for work that passes over what only waits; and of a fork what it was
    /// asked for with, for one that is asked for again.
    private static let askingUp = """
        alter table run add column fork_hash text;
        create index inbox_asking on inbox(created, id) where kind = 'approval' and answered_by is null;
        drop index task_free;
        create index task_free on task(queue, priority desc, due) where executor is null and due is not null;
        """

    private static let askingDown = """
        drop index task_free;
        create index task_free on task(queue, priority desc, due) where executor is null;
        drop index inbox_asking;
        alter table run drop column fork_hash;
        """

    /// For whom a run is. Those that nobody with an account has started are in no index: whoever may see them sees all.
    private static let accountsUp = """
        alter table run add column person text;
        alter table run add column project text;
        create index run_person on run(tenant, person, created) where person is not null;
        create index run_project on run(tenant, project, created) where project is not null;
        """

    private static let accountsDown = """
        drop index run_project; drop index run_person;
        alter table run drop column project;
        alter table run drop column person;
        """
}
