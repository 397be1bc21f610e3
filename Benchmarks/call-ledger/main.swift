import FoundationEssentials
import Glibc
import TuttiCore
import TuttiGateway
import TuttiGatewaySQLite

// What it costs to keep calls, and to ask what they add up to: call-ledger LINES [CALLERS] [HOME]
//
// Keeps so many lines of 1,000 keys over three months, told by so many callers at once (512 without a number), in a
// new folder or in the one that is given, and asks each of the questions of a page of costs 20 times. A folder in which
// there are lines already is only asked.

let arguments = CommandLine.arguments
guard (2...4).contains(arguments.count), let count = Int(arguments[1]), count > 0,
    let callers = arguments.count > 2 ? Int(arguments[2]) : 512, callers > 0
else {
    print("usage: call-ledger LINES [CALLERS] [HOME]")
    exit(2)
}

let isOwn = arguments.count < 4
let home = isOwn ? FileManager.default.temporaryDirectory.path + "/call-ledger-\(UUID().uuidString)" : arguments[3]
try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
defer { if isOwn { try? FileManager.default.removeItem(atPath: home) } }
let isFilled = FileManager.default.fileExists(atPath: home + "/calls.db")
let ledger = SQLiteCallLedger(home: home)
let clock = ContinuousClock()

func moment(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0) }
let (start, month, day, end) = (
    moment("2026-09-01T00:00:00Z"), moment("2026-11-01T00:00:00Z"), moment("2026-11-29T00:00:00Z"),
    moment("2026-11-30T12:00:00Z")
)

/// The median and the worst of 20 answers, the first of which finds nothing in memory of this process.
func ask(_ question: String, _ body: () async throws -> Int) async throws {
    var (times, rows): ([Double], Int) = ([], 0)
    for _ in 0..<20 {
        let begin = clock.now
        rows = try await body()
        times.append((clock.now - begin) / .milliseconds(1))
    }
    let first = times[0]
    times.sort()
    func text(_ time: Double) -> String { String(Int(time * 10) / 10) + "." + String(Int(time * 10) % 10) }
    print(
        "\(question): \(text(times[10])) ms (median), \(text(times[19])) ms (worst), \(text(first)) ms (first), "
            + "\(rows) rows")
}

func sums(
    _ by: [CallDimension], _ from: Timestamp, only: [CallDimension: String?] = [:], times: Bool = false
) async throws -> Int {
    let query = CallSumsQuery(
        tenant: SampleCalls.tenant, from: from, to: from == day ? day + .seconds(86_400) : end, by: by, only: only,
        hasTimes: times, limit: 10_000)
    return try await ledger.sums(query).rows.count
}

if !isFilled {
    try await fill(ledger, with: SampleCalls(from: start, to: end, count: count, seed: 1), by: callers)
}
await ledger.close()
var information = stat()
let size = unsafe stat(home + "/calls.db", &information) == 0 ? Int(information.st_size) : 0
print("\(size >> 20) MiB, \(size / count) bytes a line")
try await ask("spend by key this month") { try await sums([.key], month) }
try await ask("by model and day over three months") { try await sums([.model, .day], start, times: true) }
try await ask("p95 by deployment over a day") { try await sums([.deployment], day, times: true) }
try await ask("a page of lines of a key") {
    let filter = CallFilter(tenant: SampleCalls.tenant, only: [.key: "key_500"])
    return try await ledger.page(filter, behind: nil, limit: 100).lines.count
}
try await ask("spend by key and model this month") { try await sums([.key, .model], month) }
try await ask("spend by key and model over three months") { try await sums([.key, .model], start) }
try await ask("the same with times") { try await sums([.key, .model], start, times: true) }
try await ask("spend by key and day over three months") { try await sums([.key, .day], start) }
try await ask("spend by model of a key over three months") { try await sums([.model], start, only: [.key: "key_500"]) }
try await ask("by team and outcome over a day") { try await sums([.team, .outcome], day, times: true) }
try await ask("by person and hour over a day") { try await sums([.person, .hour], day, times: true) }
try await ask("a page of failures of a deployment") {
    let filter = CallFilter(tenant: SampleCalls.tenant, only: [.deployment: "deployment-9", .outcome: "failed"])
    return try await ledger.page(filter, behind: nil, limit: 100).lines.count
}
await ledger.close()
