import Synchronization
import TuttiRuntime

/// What the loops of one server share.
final class ServerContext: Sendable {
    let limits: HTTPServerLimits
    let sharedLimits: SharedLimits
    let handler: any RequestHandler
    let clock: any Timekeeper
    let refused = Atomic<Int>(0)
    private let ending = Atomic<Bool>(false)

    init(limits: HTTPServerLimits, handler: any RequestHandler, clock: any Timekeeper) {
        self.limits = limits
        sharedLimits = SharedLimits(limits)
        self.handler = handler
        self.clock = clock
    }

    var isEnding: Bool { ending.load(ordering: .relaxed) }

    func end() { ending.store(true, ordering: .relaxed) }
}
