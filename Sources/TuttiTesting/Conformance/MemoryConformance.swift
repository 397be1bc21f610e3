public import TuttiAgents

/// What every memory promises, in clauses that the test of a memory of your own runs one by one:
///
/// ```swift
/// @Test(arguments: MemoryConformance.clauses)
/// func keepsThePromises(clause: MemoryConformance.Clause) async throws {
///     try await clause.check { clock in MyMemory(clock: clock) }
/// }
/// ```
///
/// `MemoryConformance.check { clock in MyMemory(clock: clock) }` does the same in one line, without a framework for
/// tests.
public enum MemoryConformance {
    /// One promise.
    public struct Clause: Sendable, CustomStringConvertible {
        /// What is promised, as a sentence without its subject.
        public let description: String
        private let body: @Sendable (MemoryWorld) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (MemoryWorld) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Checks the promise on an empty memory.
        ///
        /// - Parameter make: makes it; its entries must expire by the clock that is given.
        /// - Throws: ``ConformanceFailure`` when the promise is not kept; what the memory throws.
        public func check(_ make: @Sendable (ManualClock) async throws -> any Memory) async throws {
            try await checkPair { clock in
                let memory = try await make(clock)
                return (memory, memory)
            }
        }

        /// Checks the promise on an empty memory that two write to, such as two connections to one file.
        ///
        /// - Parameter make: makes both; their entries must expire by the clock that is given.
        /// - Throws: ``ConformanceFailure`` when the promise is not kept; what the memory throws.
        public func checkPair(
            _ make: @Sendable (ManualClock) async throws -> (any Memory, any Memory)
        ) async throws {
            let clock = ManualClock()
            let (first, second) = try await make(clock)
            do {
                try await body(MemoryWorld(first: first, second: second, clock: clock))
            } catch let failure as ConformanceFailure {
                throw ConformanceFailure(description: "it \(description): \(failure.description)")
            }
        }
    }

    /// All promises.
    public static let clauses: [Clause] = keeping + expiring + searching + refusing

    /// Checks all promises, each on a memory of its own.
    ///
    /// - Parameter make: makes an empty memory, whose entries must expire by the clock that is given.
    /// - Throws: ``ConformanceFailure`` for the first promise that is not kept; what the memory throws.
    public static func check(_ make: @Sendable (ManualClock) async throws -> any Memory) async throws {
        for clause in clauses { try await clause.check(make) }
    }
}

/// An empty memory with two writers on it, as the clauses see it.
struct MemoryWorld: Sendable {
    let first: any Memory
    /// The same object as the first one for a memory that serves one process only.
    let second: any Memory
    let clock: ManualClock

    func expect<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: String, line: UInt = #line) throws {
        guard actual != expected else { return }
        throw ConformanceFailure(description: "\(what) is \(actual) instead of \(expected) (line \(line))")
    }

    /// What both writers read under a key.
    func expect(_ value: String?, at key: String, in namespace: String = "n", line: UInt = #line) async throws {
        for memory in [first, second] {
            let found = try await memory.get(key, in: namespace)?.value
            // Equal texts may differ in their bytes.
            try expect(found.map { Array($0.utf8) }, value.map { Array($0.utf8) }, "what \(key) has", line: line)
        }
    }

    /// The keys that both writers find, in order.
    func expect(
        _ keys: [String], finding text: String, in namespace: String = "n", limit: Int = 100, line: UInt = #line
    ) async throws {
        for memory in [first, second] {
            let found = try await memory.search(text, in: namespace, limit: limit).map(\.key)
            try expect(found, keys, "what is found for \"\(text)\"", line: line)
        }
    }

    /// Whatever a memory throws, it must throw.
    func expectRefusal(_ what: String, line: UInt = #line, _ body: () async throws -> Void) async throws {
        do { try await body() } catch { return }
        throw ConformanceFailure(description: "\(what) is not refused (line \(line))")
    }
}
