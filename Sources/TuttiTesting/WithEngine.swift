import TuttiCore
public import TuttiEngine
package import TuttiRuntime
package import TuttiStore

/// Tests workflows in one line: gives `body` an engine in memory and the clock that it lives by.
///
/// ```swift
/// let greeting = try await withEngine([Greeting()]) { engine, clock in
///     try await engine.start(Greeting(), "ada").output
/// }
/// ```
///
/// Nothing is written to a disk and nothing waits for real time: a back-off, a timeout and a deadline happen when the
/// test advances the clock. The engine is shut down when `body` has ended.
///
/// - Parameters:
///   - workflows: those that runs may be started with.
///   - options: how the engine works.
///   - body: the test.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws.
public func withEngine<Output: Sendable>(
    _ workflows: [any Workflow], options: EngineOptions = EngineOptions(),
    _ body: @Sendable (Engine, ManualClock) async throws -> Output
) async throws -> Output {
    let clock = ManualClock()
    // By a seed: a back-off that happens to be none in one run of a thousand would leave the test waiting for it.
    let random = SeededGenerator(seed: 1)
    return try await withEngine(
        on: MemoryJournalStore(), workflows, options: options, clock: clock, random: random
    ) { engine in
        try await body(engine, clock)
    }
}

/// Gives `body` an engine on a store that may outlive it, and waits until the engine has given back its runs.
package func withEngine<Output: Sendable>(
    on store: any JournalStore, _ workflows: [any Workflow], options: EngineOptions = EngineOptions(),
    clock: any Timekeeper = SystemTimekeeper(),
    random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
    _ body: @Sendable (Engine) async throws -> Output
) async throws -> Output {
    let engine = try await Engine.open(
        store: store, workflows: workflows, options: options, clock: clock, random: random)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await engine.run() }
        defer { engine.shutDown() }
        return try await body(engine)
    }
}
