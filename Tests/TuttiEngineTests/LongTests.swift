import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiStoreSQLite
import TuttiTesting

/// What takes minutes; `TUTTI_LONG=1` runs it.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TUTTI_LONG"] == "1", "set TUTTI_LONG=1"))
struct LongTests {
    private struct Chain: Workflow {
        func run(_ steps: Int, _ ctx: Context) async throws -> Int {
            var sum = 0
            for _ in 0..<steps { sum += try await ctx.step("s") { 1 } }
            return sum
        }
    }

    /// The memory that the process has in use, in kilobytes.
    private var residentSize: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    @Test func needsNoMoreMemoryForAMillionSteps() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/tutti-long-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = try await SQLiteJournalStore.open(HomeFolder(path: path))
        try await withEngine(on: store, [Chain()]) { engine in
            var sizes: [Int] = []
            for _ in 0..<100 {
                let sums = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<100 { group.addTask { try await engine.start(Chain(), 100).output } }
                    return try await group.reduce(0, +)
                }
                #expect(sums == 10_000)
                sizes.append(residentSize)
            }
            // Warm caches are reached after a tenth; from there on nothing may grow with the number of steps.
            let (early, late) = (sizes[10], sizes[99])
            #expect(late < early + early / 5, "from \(early) to \(late) kB")
        }
        await store.close()
    }
}
