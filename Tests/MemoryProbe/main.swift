import Glibc
import TuttiAgents
import TuttiMemorySQLite

// A process for tests of several on one file: memory-probe FILE NAME COUNT
//
// Puts COUNT entries under keys of its own, and as often the key that all share; some expire at once.

let arguments = CommandLine.arguments
guard arguments.count == 4, let count = Int(arguments[3]) else { exit(2) }
let memory = try await SQLiteMemory.open(arguments[1])
for number in 0..<count {
    try await memory.put("\(number)", for: "\(arguments[2])-\(number)", in: "n")
    try await memory.put(arguments[2], for: "shared", in: "n")
    try await memory.put("gone", for: "passing-\(arguments[2])-\(number)", in: "n", timeToLive: .milliseconds(1))
}
await memory.close()
