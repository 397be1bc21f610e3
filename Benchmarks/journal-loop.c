// The yardstick of `tutti bench durable`: a bare loop that writes what the engine writes for a step, and nothing else.
// Schema and statements are those of Sources/TuttiStoreSQLite; a tidy test sees to it that they stay the same.
//
//     journal-loop FILE [RUNS [STEPS-A-RUN [STEPS-A-TRANSACTION]]]
//
// FILE must not exist. Prints one line of JSON.

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const pragmas = "pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;";

static const char *const schema =
    "create table task("
    "    run text primary key, queue text, due integer, executor text, fence integer not null,"
    "    wake_seq integer not null default 0, wait text, cancel integer not null default 0"
    ") strict, without rowid;"
    "create index task_free on task(queue, due) where executor is null;"
    "create index task_owned on task(executor, due) where executor is not null;"
    "create table step("
    "    id integer primary key, run text not null, key text not null, kind text not null,"
    "    attempt integer not null, fp text, out blob, blob text, err text, due integer, started integer not null,"
    "    ended integer"
    ") strict;"
    "create unique index step_key on step(run, key);"
    "alter table step add column cost integer;"
    "alter table step add column tokens integer;"
    "alter table step add column undo text;"
    "create index step_undo on step(run) where undo is not null;"
    "create table event("
    "    pos integer primary key autoincrement, run text not null, n integer not null, type text not null,"
    "    key text, data text not null, at integer not null"
    ") strict;"
    "create unique index event_n on event(run, n);";

static const char *const insert_task = "insert into task(run, executor, fence) values(?1, ?2, 1)";

static const char *const insert_step =
    "insert into step(run, key, kind, attempt, fp, out, blob, err, due, started, ended, cost, tokens, undo)"
    " select ?1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16"
    " from task where run = ?1 and executor = ?2 and fence = ?3"
    " on conflict(run, key) do update set attempt = excluded.attempt, out = excluded.out,"
    "     blob = excluded.blob, err = excluded.err, due = excluded.due, ended = excluded.ended,"
    "     cost = excluded.cost, tokens = excluded.tokens,"
    "     undo = coalesce(excluded.undo, undo)"
    " where step.ended is null and (excluded.ended is not null or excluded.attempt > step.attempt)";

static const char *const insert_event =
    "insert into event(run, n, type, key, data, at)"
    " values(?1, 1 + coalesce((select max(n) from event where run = ?1), 0), ?2, ?3, ?4, ?5)";

static const char *const executor = "exe_01k9zzzzzzzzzzzzzzzzzzzzzz";
enum { output_bytes = 200, run_bytes = 31, key_bytes = 32 };

typedef struct {
    sqlite3 *database;
    sqlite3_stmt *begin, *commit, *step, *event;
    char output[output_bytes + 1];
} Loop;

static void stop(sqlite3 *database, const char *doing) {
    fprintf(stderr, "journal-loop: %s: %s\n", doing, database ? sqlite3_errmsg(database) : "out of memory");
    exit(1);
}

static void execute(sqlite3 *database, const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) stop(database, sql);
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (status != SQLITE_OK) stop(database, sql);
    return statement;
}

// Runs a statement that must change as many rows as is said.
static void run(Loop *loop, sqlite3_stmt *statement, int changes) {
    if (sqlite3_step(statement) != SQLITE_DONE) stop(loop->database, sqlite3_sql(statement));
    if (changes > 0 && sqlite3_changes(loop->database) != changes) {
        fprintf(stderr, "journal-loop: nothing was written by: %s\n", sqlite3_sql(statement));
        exit(1);
    }
    sqlite3_reset(statement);
}

static void text(sqlite3_stmt *statement, int index, const char *value) {
    sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run_name(char name[run_bytes], int number) {
    snprintf(name, run_bytes, "run_01k9%022d", number);
}

static Loop open_loop(const char *path, int runs) {
    if (access(path, F_OK) == 0) {
        fprintf(stderr, "journal-loop: %s is there already; name a file that is not\n", path);
        exit(2);
    }
    Loop loop = {0};
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &loop.database, flags, NULL) != SQLITE_OK) stop(loop.database, path);
    execute(loop.database, pragmas);
    execute(loop.database, schema);
    loop.begin = prepare(loop.database, "begin immediate");
    loop.commit = prepare(loop.database, "commit");
    loop.step = prepare(loop.database, insert_step);
    loop.event = prepare(loop.database, insert_event);
    memset(loop.output, 'x', output_bytes);
    loop.output[0] = loop.output[output_bytes - 1] = '"';

    sqlite3_stmt *task = prepare(loop.database, insert_task);
    run(&loop, loop.begin, 0);
    for (int number = 0; number < runs; number++) {
        char name[run_bytes];
        run_name(name, number);
        text(task, 1, name);
        text(task, 2, executor);
        run(&loop, task, 1);
    }
    run(&loop, loop.commit, 0);
    sqlite3_finalize(task);
    return loop;
}

static void write_step(Loop *loop, int number, int step) {
    char name[run_bytes], key[key_bytes];
    run_name(name, number);
    snprintf(key, sizeof key, "work#%d", step + 1);
    sqlite3_int64 now = (sqlite3_int64)time(NULL) * 1000;

    text(loop->step, 1, name);
    text(loop->step, 2, executor);
    sqlite3_bind_int64(loop->step, 3, 1);
    text(loop->step, 4, key);
    text(loop->step, 5, "step");
    sqlite3_bind_int64(loop->step, 6, 1);
    sqlite3_bind_blob(loop->step, 8, loop->output, output_bytes, SQLITE_STATIC);
    sqlite3_bind_int64(loop->step, 12, now);
    sqlite3_bind_int64(loop->step, 13, now);
    run(loop, loop->step, 1);

    text(loop->event, 1, name);
    text(loop->event, 2, "step.completed");
    text(loop->event, 3, key);
    text(loop->event, 4, "{\"attempt\":1}");
    sqlite3_bind_int64(loop->event, 5, now);
    run(loop, loop->event, 1);
}

static int argument(int count, char **values, int index, int otherwise) {
    if (count <= index) return otherwise;
    int value = atoi(values[index]);
    if (value > 0) return value;
    fprintf(stderr, "journal-loop: '%s' is not a number above zero\n", values[index]);
    exit(2);
}

int main(int count, char **values) {
    if (count < 2 || count > 5) {
        fprintf(stderr, "usage: journal-loop FILE [RUNS [STEPS-A-RUN [STEPS-A-TRANSACTION]]]\n");
        return 2;
    }
    int runs = argument(count, values, 2, 64);
    int steps = argument(count, values, 3, 200);
    int group = argument(count, values, 4, 32);
    Loop loop = open_loop(values[1], runs);

    // The runs take turns, as they do in the engine.
    long total = (long)runs * steps;
    double start = seconds();
    for (long done = 0; done < total; done++) {
        if (done % group == 0) run(&loop, loop.begin, 0);
        write_step(&loop, (int)(done % runs), (int)(done / runs));
        if (done % group == group - 1 || done == total - 1) run(&loop, loop.commit, 0);
    }
    double wall = seconds() - start;
    double rate = (double)total / wall;
    printf("{\"steps\":%ld,\"group\":%d,\"steps_per_s\":%.0f,\"wall_s\":%.3f}\n", total, group, rate, wall);
    return 0;
}
