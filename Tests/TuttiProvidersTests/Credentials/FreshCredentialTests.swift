import Synchronization
import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Credentials that run out.
@Suite struct FreshCredentialTests {
    /// A source that counts how often it was asked, and answers when it may.
    private final class Source: Sendable {
        let count = Atomic<Int>(0)
        let fails = Atomic<Bool>(false)
        let mayAnswer = Signal()
        let asked = Signal()
        let clock = TestClock()
        let life: Duration?
        let isFixed: Bool

        init(life: Duration? = .seconds(3600), isFixed: Bool = false) {
            (self.life, self.isFixed) = (life, isFixed)
        }

        func credential() -> FreshCredential<Int> {
            FreshCredential(.amazon, clock: clock) { [self] in
                let number = count.add(1, ordering: .relaxed).newValue
                asked.give()
                await mayAnswer.wait()
                if fails.load(ordering: .relaxed) { throw ModelError.credentialUnreachable("it is away") }
                return IssuedCredential(
                    value: number * 10, expires: life.map { clock.now() + $0 }, isFixed: isFixed)
            }
        }
    }

    @Test func manyCallsAtOnceAskOnce() async throws {
        let source = Source()
        let credential = source.credential()
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await credential.lease().value } }
            await source.asked.wait()
            source.mayAnswer.give()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: 10, count: 50))
        #expect(try await credential.lease().value == 10)
        #expect(source.count.load(ordering: .relaxed) == 1)
    }

    @Test func itIsRenewedAheadOfItsEnd() async throws {
        let source = Source()
        source.mayAnswer.give()
        let credential = source.credential()
        #expect(try await credential.lease().value == 10)
        source.clock.advance(.seconds(50 * 60) - .milliseconds(1))
        // 10 minutes and a millisecond before its end nobody waits, but it is renewed aside.
        #expect(try await credential.lease().value == 10)
        while source.count.load(ordering: .relaxed) < 2 { await Task.yield() }
        source.clock.advance(.seconds(60))
        #expect(try await credential.lease().value == 20)
    }

    @Test func aFailureWhileItIsGoodHurtsNobody() async throws {
        let source = Source()
        source.mayAnswer.give()
        let credential = source.credential()
        _ = try await credential.lease()
        source.fails.store(true, ordering: .relaxed)
        source.clock.advance(.seconds(55 * 60))
        #expect(try await credential.lease().value == 10)
        source.clock.advance(.seconds(5 * 60))
        let error = await #expect(throws: ModelError.self) { try await credential.lease() }
        #expect(error?.kind == .unreachable && error?.classification == .retry)
        source.fails.store(false, ordering: .relaxed)
        #expect(try await credential.lease().value == 40)
    }

    @Test func aShortLifeIsNotAskedForAtEachCall() async throws {
        let source = Source(life: .seconds(300))
        source.mayAnswer.give()
        let credential = source.credential()
        for _ in 0..<5 { #expect(try await credential.lease().value == 10) }
        source.clock.advance(.seconds(226))
        #expect(try await credential.lease().value == 20)
    }

    @Test func whatIsOverAlreadyIsRefused() async throws {
        let source = Source(life: .seconds(-1))
        source.mayAnswer.give()
        let error = await #expect(throws: ModelError.self) { try await source.credential().lease() }
        #expect(error?.kind == .unauthenticated && error?.message.contains("has run out") == true)
    }

    @Test func aRefusedOneIsGotAnew() async throws {
        let source = Source(life: nil)
        source.mayAnswer.give()
        let credential = source.credential()
        let first = try await credential.lease()
        #expect(credential.renew(after: first.number))
        let second = try await credential.lease()
        #expect(second.value == 20)
        // The refusal of what is no longer used changes nothing.
        #expect(credential.renew(after: first.number))
        #expect(try await credential.lease().value == 20)
    }

    @Test func whatStaysTheSameIsNotAskedForAgain() async throws {
        let source = Source(life: nil, isFixed: true)
        source.mayAnswer.give()
        let credential = source.credential()
        let first = try await credential.lease()
        #expect(!credential.renew(after: first.number))
        #expect(try await credential.lease().value == 10)
    }

    @Test func aCancelledCallLeavesAlone() async throws {
        let source = Source()
        let credential = source.credential()
        let patient = Task { try await credential.lease().value }
        await source.asked.wait()
        let impatient = Task { try await credential.lease().value }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        source.mayAnswer.give()
        #expect(try await patient.value == 10)
    }
}
