import TuttiCore
import TuttiRuntime

/// By what means all processes of a run together are held on this machine, whatever holds each of them in.
struct HoldingMeans: Sendable {
    /// Where the kernel counts them; `nil` where only we can.
    let place: CgroupPlace?
    /// Whether we can find them all.
    private let isTreeTold = ProcessTree.isTold

    /// The means of this machine, after a trial. What a process of ours that has died has left behind is removed.
    static func find() async -> HoldingMeans {
        let place = await CgroupPlace.find()
        place?.sweep()
        return HoldingMeans(place: place)
    }

    /// How each limit is held.
    func mechanisms(memory: String) -> [SandboxDescription.Mechanism] {
        let total: String
        if let place {
            total = "\(place.told) for all processes, \(memory)"
        } else if isTreeTold {
            total = "a watchdog that adds up all processes ten times a second, \(memory)"
        } else {
            total = "\(memory) only, as neither a cgroup can be made nor this kernel tells whose child a process is"
        }
        return [
            .init(limit: "memory", means: total),
            .init(limit: "workspace size", means: "a watchdog that counts the workspace up to ten times a second"),
        ]
    }

    private func group(for limits: SandboxLimits, processes: Int) throws(SandboxError) -> RunCgroup? {
        guard let place else { return nil }
        guard let group = RunCgroup(in: place, memory: limits.totalMemory, processes: processes) else {
            throw SandboxError(.failed, "no cgroup could be made in \(place.parents[0])")
        }
        return group
    }

    /// Runs a program with all its processes held, and removes what is left of it.
    ///
    /// - Throws: ``SandboxError`` `sandbox_failed`; `CancellationError`.
    func run(
        _ words: [String], for command: SandboxCommand, processes: Int, _ change: (inout Subprocess) -> Void
    ) async throws -> HeldResult {
        let group = try group(for: command.limits, processes: processes)
        let words = (group?.words ?? []) + words
        let watch = RunWatch(command, group: group)
        var program = Subprocess(words[0], Array(words.dropFirst()))
        program.input = command.input
        program.outputMax = command.limits.outputSize
        program.errorsMax = command.limits.outputSize
        program.timeout = command.limits.time
        program.grace = .zero  // what holds it in ends at once, and all that is in it with it
        program.watch = watch.watch
        change(&program)
        let result: Result<SubprocessResult, any Error>
        do { result = .success(try await program.run()) } catch { result = .failure(error) }
        // Blocks only while the kernel clears up; seldom longer than some milliseconds.
        let over = try await PosixThread.value(name: "tutti-sandbox-end") {
            defer { group?.remove() }
            return watch.overAtLast()
        }
        do {
            return HeldResult(result: try result.get(), over: over)
        } catch let error as SubprocessError {
            throw SandboxError(.failed, error.message)
        }
    }
}

/// How a program ended, and the limit of all its processes that it passed.
struct HeldResult: Sendable {
    let result: SubprocessResult
    let over: SandboxResult.Limit?
}

extension HeldResult {
    /// What is told of it.
    ///
    /// - Parameter ended: what it means that the program ended with a code.
    func result(
        in time: Duration, ended: (Int32) throws(SandboxError) -> SandboxResult.End
    ) throws(SandboxError) -> SandboxResult {
        let end: SandboxResult.End
        switch (over, result.end) {
        case (let limit?, _): end = .overLimit(limit)
        case (nil, .timedOut): end = .timedOut
        case (nil, .signalled(let signal)): end = .signalled(signal)
        case (nil, .exited(let code)): end = try ended(code)
        }
        return SandboxResult(
            end: end, output: result.output, errors: result.errors, time: time, processorTime: result.processorTime)
    }
}
