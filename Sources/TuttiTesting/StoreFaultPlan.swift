import Synchronization
import TuttiCore
package import TuttiStore

/// Which calls of a store fail, and how: decides only, for one ``FaultyStore``.
package final class StoreFaultPlan: Sendable {
    /// How a call fails.
    package enum Fault: Sendable, Hashable {
        /// Nothing has been done.
        case before(StoreError)
        /// It has been done, and nobody is told.
        case after(StoreError)
    }

    private enum Rule {
        case never
        case nthApply(ClosedRange<Int>, Fault)
        case share(perThousand: Int, StoreError.Code, SeededGenerator)
    }

    private struct State {
        var rule: Rule
        var applies = 0
        var faults = 0

        mutating func decide(isApply: Bool) -> Fault? {
            switch rule {
            case .never: return nil
            case .nthApply(let range, let fault): return isApply && range.contains(applies) ? fault : nil
            case .share(let perThousand, let code, var generator):
                let drawn = Int.random(in: 0..<1000, using: &generator)
                rule = .share(perThousand: perThousand, code, generator)
                guard drawn < perThousand else { return nil }
                let error = StoreError(code, "an injected fault")
                return drawn % 2 == 0 ? .before(error) : .after(error)
            }
        }
    }

    private let state: Mutex<State>

    private init(_ rule: Rule) { state = Mutex(State(rule: rule)) }

    /// Fails nothing, and counts.
    package static func counting() -> StoreFaultPlan { StoreFaultPlan(.never) }

    /// Fails the nth apply, counted from 1, and as many after it as `times` says.
    package static func nthApply(_ n: Int, times: Int = 1, _ fault: Fault) -> StoreFaultPlan {
        StoreFaultPlan(.nthApply(n...(n + times - 1), fault))
    }

    /// Fails a share of all calls of every method, by a seed: half of them before and half after they were done.
    package static func share(
        perThousand: Int, _ code: StoreError.Code = .busy, seed: UInt64
    ) -> StoreFaultPlan {
        StoreFaultPlan(.share(perThousand: perThousand, code, SeededGenerator(seed: seed)))
    }

    /// How often `apply` has been called.
    package var applies: Int { state.withLock { $0.applies } }

    /// How many calls have failed.
    package var faults: Int { state.withLock { $0.faults } }

    /// Fails nothing from now on.
    package func disarm() { state.withLock { $0.rule = .never } }

    /// What becomes of the next call; `nil` when it may succeed.
    func next(isApply: Bool) -> Fault? {
        state.withLock { state in
            if isApply { state.applies += 1 }
            let fault = state.decide(isApply: isApply)
            if fault != nil { state.faults += 1 }
            return fault
        }
    }
}
