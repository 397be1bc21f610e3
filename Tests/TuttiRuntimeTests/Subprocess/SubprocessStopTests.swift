import CTuttiSystem
import Glibc
import Synchronization
import Testing

@testable import TuttiRuntime

@Suite("Stopping a program")
struct SubprocessStopTests {
    /// Starts a shell that writes numbers of processes to `$1` once they run, and cancels it then.
    private static func cancelled(_ script: String, grace: Duration = .seconds(20)) async throws -> [Int32] {
        let pipe = try NamedPipe()
        var program = shell(script, [pipe.path])
        program.grace = grace
        let task = Task { [program] in try await program.run() }
        let processes = await pipe.text().split(separator: " ").compactMap { Int32($0.filter(\.isNumber)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        return processes
    }

    @Test func grandchildrenEndWithIt() async throws {
        let script = "sleep 1000 & child=$!; (sleep 1000 & echo $$ $child $! >$1; wait) & wait"
        let processes = try await Self.cancelled(script)
        #expect(processes.count == 3)
        for process in processes { #expect(await hasEnded(process)) }
    }

    @Test func whatDoesNotListenIsEnded() async throws {
        let script = "trap '' TERM; (trap '' TERM; sleep 1000) & echo $$ $! >$1; while :; do sleep 1000; done"
        let processes = try await Self.cancelled(script, grace: .milliseconds(50))
        #expect(processes.count == 2)
        for process in processes { #expect(await hasEnded(process)) }
    }

    @Test func mayEndInOrder() async throws {
        let pipe = try NamedPipe()
        let end = try NamedPipe()
        let task = Task {
            try await shell(
                "trap 'echo bye >$2; exit 0' TERM; echo ready >$1; while :; do sleep 0.01; done", [pipe.path, end.path]
            ).run()
        }
        #expect(await pipe.text() == "ready\n")
        task.cancel()
        #expect(await end.text() == "bye\n")
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func whatItLeavesBehindEndsWithIt() async throws {
        let result = try await shell("sleep 1000 & echo $!").run()
        #expect(result.end == .exited(0))
        let left = try #require(Int32(result.output.text.filter(\.isNumber)))
        #expect(await hasEnded(left))
    }

    /// It holds the pipes and cannot be ended, so nobody must wait for it.
    @Test func whatHasLeftItsGroupIsNotWaitedFor() async throws {
        let result = try await shell("setsid sh -c 'echo $$; while :; do echo x; done' & read line; echo end").run()
        #expect(result.end == .exited(0))
        #expect(result.output.text.contains("end\n") || result.output.isCut)
        let first = result.output.text.split(separator: "\n").first { $0.allSatisfy(\.isNumber) }
        if let first, let process = Int32(first) { kill(process, SIGKILL) }
    }

    @Test func anEndInTimeIsNone() async throws {
        var program = shell("exit 4")
        program.timeout = .seconds(100)
        #expect(try await program.run().end == .exited(4))
    }

    @Test func aTimeoutEndsAllOfIt() async throws {
        let pipe = try NamedPipe()
        var program = shell("sleep 1000 & echo $$ $! >$1; echo begun; wait", [pipe.path])
        program.timeout = .seconds(2)  // long enough for it to begin on a machine that has other things to do
        async let result = program.run()
        let processes = await pipe.text().split(separator: " ").compactMap { Int32($0.filter(\.isNumber)) }
        #expect(try await result.end == .timedOut)
        #expect(try await result.output.text == "begun\n")
        for process in processes { #expect(await hasEnded(process)) }
    }

    @Test func isNotStartedWhenCancelledBefore() async throws {
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await Subprocess("/no/such").run()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    /// In a process of its own, where nobody else opens descriptors or has children.
    @Test func aThousandRunsLeaveNothing() async {
        await #expect(processExitsWith: .success) {
            func descriptors() -> Int {
                (0..<1024).count { fcntl(Int32($0), F_GETFD) >= 0 }
            }
            _ = try await Subprocess("true").run()
            let before = descriptors()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<1000 {
                    if index >= 16 { try await group.next() }
                    group.addTask {
                        var program = shell("cat >/dev/null; exit \(index % 3)")
                        program.input = [UInt8](repeating: 0, count: 100)
                        let result = try await program.run()
                        guard result.end == .exited(Int32(index % 3)) else { exit(1) }
                    }
                }
                for _ in 0..<100 { group.addTask { _ = try? await Subprocess("/no/such").run() } }
                for _ in 0..<100 {
                    group.addTask {
                        let task = Task { try await Subprocess("sleep", ["1000"]).run() }
                        task.cancel()
                        _ = try? await task.value
                    }
                }
                try await group.waitForAll()
            }
            guard childNames().isEmpty else { exit(2) }
            // A hundred runs of each kind: a leak is no smaller than that. The few belong to a sanitizer's helper.
            exit(descriptors() <= before + 4 ? 0 : 3)
        }
    }
}

@Suite("When a program is stopped")
struct StopPlanTests {
    @Test func atItsTimeoutAndThenByForce() {
        var plan = StopPlan(timeout: .seconds(10), grace: .seconds(5), now: .seconds(100))
        #expect(plan.next == .seconds(110) && plan.cause == nil)
        #expect(plan.advance(now: .seconds(109)) == nil)
        #expect(plan.advance(now: .seconds(110)) == SIGTERM)
        #expect(plan.next == .seconds(115) && plan.cause == .timeout)
        #expect(plan.advance(now: .seconds(114)) == nil)
        #expect(plan.cancel(now: .seconds(114)) == nil)
        #expect(plan.advance(now: .seconds(115)) == SIGKILL)
        #expect(plan.next == nil && plan.cause == .timeout)
        #expect(plan.advance(now: .seconds(1000)) == nil)
        #expect(plan.cancel(now: .seconds(1000)) == nil)
    }

    @Test func withoutGraceByForceAtOnce() {
        var plan = StopPlan(timeout: .seconds(10), grace: .zero, now: .zero)
        #expect(plan.advance(now: .seconds(10)) == SIGKILL)
        #expect(plan.next == nil && plan.cause == .timeout)
        plan = StopPlan(timeout: nil, grace: .zero, now: .zero)
        #expect(plan.cancel(now: .zero) == SIGKILL)
        #expect(plan.next == nil && plan.cause == .cancelled)
    }

    @Test func byItsWatchAtOnce() {
        var plan = StopPlan(timeout: .seconds(10), grace: .seconds(5), now: .zero)
        #expect(plan.end() == SIGKILL)
        #expect(plan.next == nil && plan.cause == .watch)
        #expect(plan.end() == nil && plan.cancel(now: .zero) == nil)
        plan = StopPlan(timeout: .seconds(10), grace: .seconds(5), now: .zero)
        #expect(plan.cancel(now: .zero) == SIGTERM)
        #expect(plan.end() == SIGKILL)
        #expect(plan.cause == .cancelled)
    }

    @Test func onRequestAndThenByForce() {
        var plan = StopPlan(timeout: nil, grace: .seconds(5), now: .zero)
        #expect(plan.next == nil && plan.advance(now: .seconds(1_000_000)) == nil)
        #expect(plan.cancel(now: .seconds(3)) == SIGTERM)
        #expect(plan.cause == .cancelled && plan.next == .seconds(8))
        #expect(plan.cancel(now: .seconds(4)) == nil)
        #expect(plan.advance(now: .seconds(9)) == SIGKILL)
    }

    @Test func keepsTheFirstCause() {
        var plan = StopPlan(timeout: .seconds(1), grace: .seconds(1), now: .zero)
        #expect(plan.cancel(now: .zero) == SIGTERM)
        #expect(plan.advance(now: .seconds(2)) == SIGKILL)
        #expect(plan.cause == .cancelled)
    }
}
