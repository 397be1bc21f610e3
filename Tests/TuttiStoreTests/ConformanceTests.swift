import Testing
import TuttiCore
import TuttiStore
import TuttiStoreSQLite
import TuttiTesting

@Suite struct ConformanceTests {
    @Test(arguments: JournalStoreConformance.clauses)
    func memory(clause: JournalStoreConformance.Clause) async throws {
        let store = MemoryJournalStore()
        let failure = await failureOf(clause, StoreWorld(first: store, second: store) { store.kill($0) })
        #expect(failure == nil)
    }

    @Test(arguments: JournalStoreConformance.clauses)
    func sqlite(clause: JournalStoreConformance.Clause) async throws {
        let failure = try await withHome { home in
            let first = try await SQLiteJournalStore.open(home)
            let second = try await SQLiteJournalStore.open(home)
            let world = StoreWorld(first: first, second: second) { first.abandonExecutor($0) }
            let failure = await failureOf(clause, world)
            await first.close()
            await second.close()
            return failure
        }
        #expect(failure == nil)
    }

    /// What a clause complains of; `nil` when the promise is kept.
    private func failureOf(_ clause: JournalStoreConformance.Clause, _ world: StoreWorld) async -> String? {
        do {
            try await clause.check(world)
            return nil
        } catch {
            return "\(error)"
        }
    }
}
