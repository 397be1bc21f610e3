import Testing
import TuttiAgents
import TuttiCore
import TuttiTesting

@Suite struct MemoryConformanceTests {
    @Test(arguments: MemoryConformance.clauses)
    func inMemory(clause: MemoryConformance.Clause) async throws {
        try await clause.check { clock in InMemoryMemory(clock: clock) }
    }

    @Test func checksAllInOneLine() async throws {
        try await MemoryConformance.check { clock in InMemoryMemory(clock: clock) }
        #expect(MemoryConformance.clauses.count > 20)
    }

    /// A memory with a defect, over one without.
    private struct Defective: Memory {
        enum Defect: CaseIterable {
            case forgetsNamespaces, neverExpires, ignoresLimits, oldestFirst, acceptsEmptyKeys, foldsKeys
        }

        let base: InMemoryMemory
        let defect: Defect

        func put(
            _ value: String, for key: String, in namespace: String, timeToLive: Duration?
        ) async throws -> MemoryEntry {
            try await base.put(
                value, for: name(key), in: space(namespace), timeToLive: defect == .neverExpires ? nil : timeToLive)
        }

        func get(_ key: String, in namespace: String) async throws -> MemoryEntry? {
            try await base.get(name(key), in: space(namespace))
        }

        func delete(_ key: String, in namespace: String) async throws -> Bool {
            try await base.delete(name(key), in: space(namespace))
        }

        func search(_ text: String, in namespace: String, limit: Int) async throws -> [MemoryEntry] {
            let found = try await base.search(
                text, in: space(namespace), limit: defect == .ignoresLimits ? 1000 : limit)
            return defect == .oldestFirst ? found.reversed() : found
        }

        private func space(_ namespace: String) -> String { defect == .forgetsNamespaces ? "one" : namespace }

        private func name(_ key: String) -> String {
            if defect == .acceptsEmptyKeys, key.isEmpty { return "empty" }
            return defect == .foldsKeys ? key.lowercased() : key
        }
    }

    @Test("finds each defect", arguments: Defective.Defect.allCases)
    private func defects(defect: Defective.Defect) async throws {
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await MemoryConformance.check { clock in
                Defective(base: InMemoryMemory(clock: clock), defect: defect)
            }
        }
        #expect(failure?.description.hasPrefix("it ") == true)
    }
}
