import FoundationEssentials
import Glibc
import TuttiWorkspaces

// What snapshots of a workspace cost: workspace-snapshot FILES CHANGED ROUNDS
//
// Makes a workspace of so many files in 200 folders and a snapshot of it; then, as often as is said, changes some of
// the files, makes a snapshot, and goes from it to the one before and back.
// Everything is on the disk when a time is taken.

let arguments = CommandLine.arguments
guard arguments.count == 4, let files = Int(arguments[1]), let changed = Int(arguments[2]),
    let rounds = Int(arguments[3]), files > 0, changed >= 0, changed <= files, rounds > 0
else {
    print("usage: workspace-snapshot FILES CHANGED ROUNDS")
    exit(2)
}

// Not in /tmp, which may be in memory.
let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
let folder = "\(base)/workspace-snapshot-\(UUID().uuidString)"
defer { try? FileManager.default.removeItem(atPath: folder) }
let store = try await WorkspaceStore.open(folder)
let workspace = try await store.makeWorkspace("sample")
let sample = SampleWorkspace(path: workspace.path, count: files)
try sample.write()
sync()

let clock = ContinuousClock()
func milliseconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = clock.now
    try await body()
    return (clock.now - start) / .milliseconds(1)
}

func told(_ times: [Double]) -> String {
    let sorted = times.sorted()
    func place(_ share: Double) -> String {
        let tenths = Int((sorted[Int(Double(sorted.count - 1) * share)] * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
    return "\(place(0.5)) ms (median), \(place(0.99)) ms (99 of 100)"
}

var last = try await store.snapshot(of: workspace).id
let unchanged = try await store.snapshot(of: workspace)  // files that were just written are read once more
let first = try await {
    let other = try await WorkspaceStore.open(folder + "/first")
    let time = try await milliseconds { _ = try await other.snapshot(of: workspace) }
    return time
}()
var (snapshots, restores): ([Double], [Double]) = ([], [])
for round in 1...rounds {
    try sample.change(changed, round: round)
    var next = last
    snapshots.append(try await milliseconds { next = try await store.snapshot(of: workspace).id })
    restores.append(try await milliseconds { try await store.restore(last, into: workspace) })
    try await store.restore(next, into: workspace)
    last = next
}

print("\(unchanged.files) files, \(unchanged.bytes / 1024) KiB: the first snapshot takes \(Int(first)) ms")
print("a snapshot with \(changed) changed files: \(told(snapshots))")
print("a restoration of the one before: \(told(restores))")
