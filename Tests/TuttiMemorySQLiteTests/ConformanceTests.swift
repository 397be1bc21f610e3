import Testing
import TuttiMemorySQLite
import TuttiTesting

@Suite struct ConformanceTests {
    @Test(arguments: MemoryConformance.clauses)
    func sqlite(clause: MemoryConformance.Clause) async throws {
        let failure = try await withFolder { folder in
            do {
                try await clause.checkPair { clock in
                    (
                        try await SQLiteMemory.open(folder + "/m.db", clock: clock),
                        try await SQLiteMemory.open(folder + "/m.db", clock: clock)
                    )
                }
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(failure == "")
    }
}
