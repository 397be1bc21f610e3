import Glibc
import TuttiCore
import TuttiEngine
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

// A process for tests of several on one file: engine-probe start|hold|spawn|work HOME LOG RUNS
//
// start  starts runs and works until nothing is left      hold   the same, but each second step waits for ever
// spawn  as hold, with a child process that outlives it   work   works until nothing is left

let arguments = CommandLine.arguments
guard arguments.count == 5, let count = Int(arguments[4]) else { exit(2) }
let (mode, home, log) = (arguments[1], arguments[2], arguments[3])

/// Starts a program that goes on for long, without any file action: it has what is not close-on-exec.
func spawnChild() {
    let words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("/bin/sleep"), strdup("600"), nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var child = pid_t()
    unsafe posix_spawn(&child, "/bin/sleep", nil, nil, words, environ)
    Console.say("child \(child)\n")
}

let probe = Probe(log: log, holds: mode == "hold" || mode == "spawn")
let store = try await SQLiteJournalStore.open(HomeFolder(path: home))
var options = EngineOptions()
options.queues = ["probe"]
options.poll = .milliseconds(20)
options.quotas.organisation = AccountQuota(runsAtOnce: 1000, runsADay: 1000)
let engine = try await Engine.open(store: store, workflows: [probe], options: options)
let running = Task { await engine.run() }
if mode == "spawn" { spawnChild() }
var handles: [RunHandle<Int>] = []
if mode != "work" {
    for n in 0..<count { handles.append(try await engine.start(probe, n, queue: "probe")) }
}
for handle in handles { guard try await handle.output == 6 else { exit(1) } }
let alive = RunFilter(statuses: [.queued, .running, .waiting], limit: 1)
while try await !store.runs(alive, tenant: "default").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
engine.shutDown()
await running.value
await store.close()
Console.say("done\n")
