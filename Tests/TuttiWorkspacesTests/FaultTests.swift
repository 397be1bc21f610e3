import FoundationEssentials
import Glibc
import Synchronization
import Testing

@testable import TuttiWorkspaces

/// The nth call of the disk fails, for every n.
struct FaultTests {
    /// Lets the nth call fail that is counted from ``arm(_:)`` on.
    private final class Plan: Sendable {
        private let rest = Mutex<Int?>(nil)

        func arm(_ number: Int) { rest.withLock { $0 = number } }
        /// Whether the failure has not come.
        func disarm() -> Bool {
            rest.withLock { rest in
                defer { rest = nil }
                return rest != nil
            }
        }

        func disk() -> Disk {
            Disk { _ in
                self.rest.withLock { rest in
                    guard let count = rest else { return nil }
                    rest = count > 1 ? count - 1 : nil
                    return count == 1 ? ENOSPC : nil
                }
            }
        }
    }

    @Test func aFailedSnapshotLeavesTheOldOnesAndTheNextOneWorks() async throws {
        let plan = Plan()
        let world = try await WorkspaceWorld(disk: plan.disk())
        try world.write("a", "1")
        let first = try await world.snapshot()
        var failures = 0
        for number in 1...200 {
            for index in 0..<3 { try world.write("f\(index)/n\(number)", "\(number) \(index)") }
            plan.arm(number)
            let result = try? await world.snapshot()
            let hasPassed = plan.disarm()
            if result == nil { failures += 1 }
            #expect(world.names("incoming").isEmpty)
            let next = try await world.snapshot()
            #expect(result == nil || result == next)
            #expect(try await world.contents(next).count == 4 + 3 * number)
            #expect(try await world.text(first, "a") == "1")
            if hasPassed { break }
        }
        #expect(failures > 10)
    }

    @Test func aFailedRestorationIsMadeGoodByTheNext() async throws {
        let plan = Plan()
        let world = try await WorkspaceWorld(disk: plan.disk())
        for number in 0..<4 { try world.write("f\(number % 2)/n\(number)", "\(number)") }
        _ = unsafe symlink("x", world.path("link"))
        let first = try await world.snapshot()
        var failures = 0
        for number in 1...200 {
            try world.remove("f0")
            try world.remove("link")
            try world.write("f1/n1", "other")
            try world.write("g/h/i", "more")
            plan.arm(number)
            let result = try? await world.store.restore(first, into: world.workspace)
            let hasPassed = plan.disarm()
            if result == nil { failures += 1 }
            try await world.store.restore(first, into: world.workspace)
            #expect(try await world.snapshot() == first)
            if hasPassed { break }
        }
        #expect(failures > 10)
    }

    @Test func aFailedCollectionLosesNothingThatIsKept() async throws {
        let plan = Plan()
        let world = try await WorkspaceWorld(disk: plan.disk())
        try world.write("kept", "1")
        let kept = try await world.snapshot()
        for number in 1...60 {
            for index in 0..<3 { try world.write("x\(index)", "\(number) \(index)") }
            _ = try await world.snapshot()
            for index in 0..<3 { try world.remove("x\(index)") }
            _ = try await world.snapshot()
            try world.age(by: .seconds(10))
            plan.arm(number)
            _ = try? await world.store.collect(keeping: [kept], grace: .seconds(1))
            let hasPassed = plan.disarm()
            #expect(try await world.snapshot() == kept)
            #expect(try await world.text(kept, "kept") == "1")
            if hasPassed { break }
        }
        try world.age(by: .seconds(10))
        let report = try await world.store.collect(keeping: [kept], grace: .seconds(1))
        #expect(report.keptObjects == 2)
    }
}
