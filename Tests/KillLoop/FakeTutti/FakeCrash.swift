import Glibc

/// `bench crash`: all workflows are at the same step, as if they were worked on at once.
struct FakeCrash {
    let database: FakeDatabase
    let log: Int32
    let workflows: Int
    let steps: Int
    let work: UInt32
    let fault: String

    init(_ flags: [String: String], fault: String) {
        database = FakeDatabase(home: flags["--home", default: ""])
        log = unsafe open(flags["--log", default: ""], O_WRONLY | O_APPEND | O_CREAT, 0o644)
        workflows = Int(flags["--workflows", default: ""]) ?? 0
        steps = Int(flags["--steps", default: ""]) ?? 0
        work = UInt32(flags["--work-ms", default: ""]) ?? 0
        self.fault = fault
    }

    func run() {
        for workflow in 0..<workflows {
            database.execute("insert or ignore into run(id, idem_key) values('r\(workflow)', 'crash-\(workflow)')")
        }
        for step in 0..<steps {
            let open = (0..<workflows).filter { workflow in
                !database.isRecorded("work#\(step + 1)", of: "r\(workflow)") || (fault == "repeat" && step == 0)
            }
            for workflow in open { write("\(workflow) \(step) \(getpid())\n") }
            if !open.isEmpty { usleep(work * 1_000) }
            for workflow in open where fault != "forget" || step % 7 != 3 {
                database.record("work#\(step + 1)", of: "r\(workflow)")
            }
            if fault == "leave", step == steps - 2 { return }
        }
        database.execute("update run set status = 'completed'")
    }

    private func write(_ line: String) {
        _ = unsafe Glibc.write(log, line, line.utf8.count)
    }
}
