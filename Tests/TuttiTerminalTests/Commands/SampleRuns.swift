import FoundationEssentials
import Tutti
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTeams

@testable import TuttiTerminal

enum Sample {
    /// Weak enough for two rounds.
    static let document = """
        # Tea dispatcher PRD

        ## Goals

        The system should be fast and user-friendly. TBD.

        ## Requirements

        - The service must respond quickly to all requests.

        """

    static let input = RoundtableInput(document: document)
}

/// A moderator that never comes to an end by itself.
struct StuckModerator: Moderator {
    let id = "stuck"
    /// Gets a word each time it begins.
    let begun: AsyncStream<Void>.Continuation

    func refine(_ request: RefineRequest) async throws -> Revision {
        begun.yield()
        throw await forever()
    }
}

/// Waits until the task is cancelled.
private func forever() async -> CancellationError {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
    continuation.finish()
    return CancellationError()
}

/// A workflow that the program does not know, and that never ends by itself.
struct Kettle: Workflow {
    static let name = "kettle"
    let begun: AsyncStream<Void>.Continuation

    func run(_ litres: Int, _ ctx: Context) async throws -> Int {
        try await ctx.step("boil") {
            begun.yield()
            throw await forever()
        }
    }
}

/// A roundtable that hangs in its first refinement, in an engine of its own.
struct StuckRun {
    let tutti: Tutti
    let handle: RunHandle<RoundtableResult>

    /// Returns when the moderator has begun: three reviews and the verdict are recorded then.
    static func begin(in desk: Desk, input: RoundtableInput = Sample.input) async throws -> StuckRun {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let tutti = try await Tutti.open(home: desk.home)
        let roundtable = Roundtable(moderator: StuckModerator(begun: continuation))
        let handle = try await tutti.start(roundtable, input)
        for await _ in stream { break }
        return StuckRun(tutti: tutti, handle: handle)
    }

    /// Leaves the run as a process that was interrupted does.
    static func leave(in desk: Desk, input: RoundtableInput = Sample.input) async throws -> RunID {
        let run = try await begin(in: desk, input: input)
        await run.tutti.close()
        return run.handle.id
    }
}

/// A workflow whose only step fails or gives a number.
struct Oven: Workflow {
    static let name = "oven"

    func run(_ degrees: Int, _ ctx: Context) async throws -> Int {
        try await ctx.step("bake", .init(retry: .never)) {
            guard degrees < 300 else {
                throw StepError(code: "too_hot", message: "\(degrees) degrees is too hot", origin: "bake#1")
            }
            return degrees / 2
        }
    }

    /// Carries one run to its end.
    static func bake(_ degrees: Int, in desk: Desk) async throws -> RunID {
        let tutti = try await Tutti.open(home: desk.home)
        let handle = try await tutti.start(Oven(), degrees)
        _ = try? await handle.output
        await tutti.close()
        return handle.id
    }
}
