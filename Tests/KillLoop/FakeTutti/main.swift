import CSQLite
import Glibc

// A stand-in for `tutti bench crash`, to test the kill loop itself: it does one workflow's step after the other's, in
// one thread, with the tables that the loop reads. FAKE_TUTTI makes it wrong in one way:
//     repeat   does its first steps again although they are recorded
//     forget   goes on without recording each seventh step
//     leave    ends without finishing

@safe struct Fake {
    private let database: OpaquePointer
    private let log: Int32
    private let workflows: Int
    private let steps: Int
    private let work: UInt32
    private let fault = unsafe getenv("FAKE_TUTTI").map { unsafe String(cString: $0) }

    init(_ values: [String: String]) {
        _ = unsafe mkdir(values["--home", default: ""], 0o755)
        var opened: OpaquePointer?
        guard unsafe sqlite3_open(values["--home", default: ""] + "/tutti.db", &opened) == SQLITE_OK,
            let handle = unsafe opened
        else { exit(1) }
        unsafe database = handle
        log = unsafe open(values["--log", default: ""], O_WRONLY | O_APPEND | O_CREAT, 0o644)
        workflows = Int(values["--workflows", default: ""]) ?? 0
        steps = Int(values["--steps", default: ""]) ?? 0
        work = UInt32(values["--work-ms", default: ""]) ?? 0
    }

    func run() {
        execute("pragma journal_mode = wal; pragma synchronous = off")
        execute("create table if not exists run(id text primary key, idem_key text, status text)")
        execute("create table if not exists step(run text, key text, kind text, ended integer, unique(run, key))")
        for workflow in 1...workflows {
            execute("insert or ignore into run values('r\(workflow)', 'b-\(workflow)', null)")
        }
        for step in 1...steps {
            // All workflows are at the same step, as if they were worked on at once.
            let open = (1...workflows).filter { !isRecorded($0, step) || (fault == "repeat" && step == 1) }
            for workflow in open { write("\(workflow) \(step) \(getpid())\n") }
            if !open.isEmpty { usleep(work * 1_000) }
            for workflow in open where fault != "forget" || step % 7 != 0 {
                execute("insert or ignore into step values('r\(workflow)', 'work#\(step)', 'step', 1)")
            }
            if fault == "leave", step == steps - 1 { return }
        }
        execute("update run set status = 'completed'")
    }

    private func isRecorded(_ workflow: Int, _ step: Int) -> Bool {
        var statement: OpaquePointer?
        let sql = "select 1 from step where run = 'r\(workflow)' and key = 'work#\(step)'"
        guard unsafe sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else { exit(1) }
        defer { unsafe sqlite3_finalize(statement) }
        return unsafe sqlite3_step(statement) == SQLITE_ROW
    }

    private func execute(_ sql: String) {
        guard unsafe sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { exit(1) }
    }

    private func write(_ line: String) {
        _ = unsafe Glibc.write(log, line, line.utf8.count)
    }
}

let words = Array(CommandLine.arguments.dropFirst(3))
let pairs = stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
Fake(Dictionary(pairs, uniquingKeysWith: { $1 })).run()
