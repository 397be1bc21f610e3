import FoundationEssentials
import Glibc
import TuttiWorkspaces

// A process for tests that is ended at any time: workspace-probe STORE NAME MODE COUNT
//
// Works in the workspace NAME of a store as often as COUNT says, and writes a line with each snapshot that it has.
// MODE is `snapshots` to change files and make snapshots, or `restores` to go back to the one before now and then.

let arguments = CommandLine.arguments
guard arguments.count == 5, let count = Int(arguments[4]) else { exit(2) }
let (name, restores) = (arguments[2], arguments[3] == "restores")
let store = try await WorkspaceStore.open(arguments[1])
let names = try await store.workspaceNames()
let workspace = names.contains(name) ? try await store.workspace(named: name) : try await store.makeWorkspace(name)
var random = SystemRandomNumberGenerator()

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    let written = unsafe bytes.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    if written != bytes.count { exit(3) }
}

var before: SnapshotID?
for _ in 0..<count {
    for _ in 0..<5 {
        let number = Int.random(in: 0..<40, using: &random)
        let folder = "\(workspace.path)/f\(number % 4)"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = String(repeating: "\(UInt64.random(in: 0...UInt64.max, using: &random)) ", count: 200 + number)
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/n\(number)"))
    }
    let snapshot = try await store.snapshot(of: workspace).id
    say(snapshot.description)
    if restores, let before {
        try await store.restore(before, into: workspace)
        guard try await store.snapshot(of: workspace).id == before else {
            say("the workspace does not hold what was restored")
            exit(4)
        }
    }
    before = snapshot
}
