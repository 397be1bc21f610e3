import FoundationEssentials
import Glibc
import Synchronization
import TuttiGateway
import TuttiGatewaySQLite

/// Bytes of memory that the process holds.
func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
        let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * Int(getpagesize())
}

/// Calls for many who tell of them at once, each given once.
final class CallSource: Sendable {
    private let source: Mutex<(calls: SampleCalls, next: Int)>

    init(_ calls: SampleCalls) { source = Mutex((calls, 0)) }

    func next() -> CallLine? {
        source.withLock { source in
            guard source.next < source.calls.count else { return nil }
            defer { source.next += 1 }
            if source.next % (source.calls.count / 10 + 1) == 0 {
                print("\(source.next) lines, \(residentBytes() >> 20) MiB of memory")
            }
            return source.calls.call(source.next)
        }
    }
}

/// Appends all calls, so many at once, and prints how long it took.
func fill(_ ledger: SQLiteCallLedger, with calls: SampleCalls, by callers: Int) async throws {
    let source = CallSource(calls)
    let clock = ContinuousClock()
    let begin = clock.now
    try await withThrowingTaskGroup { group in
        for _ in 0..<callers {
            group.addTask { while let line = source.next() { _ = try await ledger.append(line) } }
        }
        try await group.waitForAll()
    }
    let seconds = (clock.now - begin) / .seconds(1)
    let commits = await ledger.commits
    print(
        "\(calls.count) lines in \(Int(seconds)) s: \(Int(Double(calls.count) / seconds)) lines/s, \(commits) commits")
}
