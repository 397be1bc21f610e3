import Glibc
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore

// A process for tests of several on one file: audit-probe HOME NAME COUNT
//
// Adds COUNT entries, one or three at a time, and says the place of each as soon as it is promised to be kept.

/// Writes the whole line with one call, so that a line that was read is whole.
func say(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { bytes in _ = unsafe write(STDOUT_FILENO, bytes.baseAddress, bytes.count) }
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let count = Int(arguments[3]) else { exit(2) }
let store = SQLiteAccessStore(home: arguments[1])
let actor = AuditActor(id: arguments[2], name: arguments[2], credential: .program)
var added = 0
while added < count {
    let drafts = (0..<(added % 2 == 0 ? 1 : min(3, count - added))).map { number in
        AuditDraft(
            time: Timestamp(milliseconds: 1_700_000_000_000), tenant: "default", actor: actor, action: .runStarted,
            details: ["number": "\(added + number)"])
    }
    let entries = try await store.append(drafts)
    for entry in entries { say(entry.head.description) }
    added += entries.count
}
await store.close()
say("done")
