import Synchronization
import Testing
import TuttiRuntime

@testable import TuttiServer

@Suite("Readings that are shared", .timeLimit(.minutes(1)))
struct SharedReadingsTests {
    /// Gives numbers; the first reading ends when it is let.
    private final class Source: Sendable {
        let count = Mutex(0)
        let begun = Nudge()
        let goOn = Nudge()
        let asked = Nudge()
        private let others = Mutex(0)

        var askedCount: Int { others.withLock { $0 } }

        func isAsked() {
            others.withLock { $0 += 1 }
            asked.call()
        }

        func read() async -> Int {
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number == 1 else { return number }
            begun.call()
            await goOn.wait()
            return number
        }
    }

    @Test func whoComesDuringAReadingGetsTheNextAndSharesIt() async throws {
        let (readings, source) = (SharedReadings<String, Int>(), Source())
        async let first = readings.value(for: "page") { await source.read() }
        await source.begun.wait()
        let late = (1...5).map { _ in
            Task {
                source.isAsked()
                return try await readings.value(for: "page") { await source.read() }
            }
        }
        while source.askedCount < 5 { await source.asked.wait() }
        source.goOn.call()
        #expect(try await first == 1)
        var values: [Int] = []
        for task in late { values.append(try await task.value) }
        // One may have been counted just before it asked, and get a reading of its own.
        #expect(values.filter { $0 == 2 }.count >= 3 && values.allSatisfy { (2...3).contains($0) })
    }

    @Test func whatFailsIsToldAndTriedAgainByTheNext() async throws {
        struct Trouble: Error {}
        let readings = SharedReadings<String, Int>()
        await #expect(throws: Trouble.self) { try await readings.value(for: "page") { throw Trouble() } }
        #expect(try await readings.value(for: "page") { 7 } == 7)
    }

    @Test func otherKeysAreReadByThemselves() async throws {
        let (readings, source) = (SharedReadings<String, Int>(), Source())
        async let first = readings.value(for: "one") { await source.read() }
        await source.begun.wait()
        #expect(try await readings.value(for: "other") { 7 } == 7)
        source.goOn.call()
        #expect(try await first == 1)
    }
}
