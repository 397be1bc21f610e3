import Glibc
import Synchronization
import TuttiCore
import TuttiGateway
import TuttiGatewaySQLite

// A process for tests of several on one file: call-probe HOME SEED COUNT CALLERS
//
// Appends COUNT calls, told by CALLERS at once, and says the id and the cost of each as soon as it is promised to be
// kept.

/// Writes the whole line with one call, so that a line that was read is whole.
func say(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { bytes in _ = unsafe write(STDOUT_FILENO, bytes.baseAddress, bytes.count) }
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let seed = UInt64(arguments[2]), let count = Int(arguments[3]),
    let callers = Int(arguments[4])
else { exit(2) }
let ledger = SQLiteCallLedger(home: arguments[1])
let source = Mutex((random: SeededGenerator(seed: seed), next: 0))

/// Hours pass quickly, so that many of them are merged.
func nextLine() -> CallLine? {
    source.withLock { source in
        guard source.next < count else { return nil }
        defer { source.next += 1 }
        let time = Timestamp(milliseconds: 1_790_000_000_000 + Int64(source.next) * 600_000)
        var line = CallLine(
            id: CallID(at: time, using: &source.random), tenant: "default",
            party: CallParty(key: "key_\(source.next % 7)"), dialect: .chat,
            route: CallRoute(model: "model-\(source.next % 3)", outcome: .completed))
        line.cost = USD(microdollars: Int64(source.next))
        return line
    }
}

try await withThrowingTaskGroup { group in
    for _ in 0..<callers {
        group.addTask {
            while let line = nextLine() {
                _ = try await ledger.append(line)
                say("\(line.id) \(line.cost.microdollars)")
            }
        }
    }
    try await group.waitForAll()
}
await ledger.close()
say("done")
