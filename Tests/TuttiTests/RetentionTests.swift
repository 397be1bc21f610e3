import FoundationEssentials
import Testing
import Tutti

@Suite("Pruning by a program of the library") struct RetentionTests {
    private struct Greeting: Workflow {
        func run(_ name: String, _ ctx: Context) async throws -> String { try await ctx.step("greet") { "Hi \(name)" } }
    }

    @Test func removesRunsAndTheirFilesWhileTheHomeIsOpen() async throws {
        let home = FileManager.default.temporaryDirectory.path + "/tutti-test-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let tutti = try await Tutti.open(home: home)
        let run = try await tutti.start(Greeting(), "Ada")
        _ = try await run.output
        let files = "\(home)/runs/\(run.id)"
        try FileManager.default.createDirectory(atPath: files + "/versions", withIntermediateDirectories: true)
        let policy = RetentionPolicy(keepNewest: 0)
        #expect(try await tutti.retentionPlan(policy).runs == 1)
        #expect(FileManager.default.fileExists(atPath: files))
        let report = try await tutti.prune(policy)
        #expect(report.runs == 1 && report.leftBehind == [])
        #expect(!FileManager.default.fileExists(atPath: files))
        let error = await #expect(throws: RunError.self) { _ = try await run.output }
        #expect(error?.reason == .notFound)
        let next = try await tutti.start(Greeting(), "Bob")
        #expect(try await next.output == "Hi Bob")
        await tutti.close()
    }

    @Test func readersOfEventsBeginWhereTheyAreLeft() async throws {
        let home = FileManager.default.temporaryDirectory.path + "/tutti-test-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let tutti = try await Tutti.open(home: home)
        let run = try await tutti.start(Greeting(), "Ada")
        _ = try await run.output
        let report = try await tutti.prune(RetentionPolicy(eventsBefore: Timestamp(milliseconds: .max)))
        #expect(report.events == 2 && report.runs == 0)
        var numbers: [Int64] = []
        for try await event in run.events { numbers.append(event.n) }
        #expect(numbers == [3])
        #expect(try await run.output == "Hi Ada")
        await tutti.close()
    }
}
