import Synchronization
import TuttiRuntime

/// Looks names up on threads of its own, a few at one time.
final class EgressLookups: Sendable {
    /// Lookups at one time; more of them wait.
    static let threadsMax = 8
    /// Addresses of a name that are judged and can be tried; names with more exist, and gain nothing by it.
    static let addressesMax = 64

    private struct State {
        var waiting: [(request: Int, name: String)] = []
        var running = 0
        var found: [(request: Int, addresses: [NetworkAddress])] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let resolver: any EgressResolver
    private let bell: Bell

    /// - Parameter bell: Rung when something was found.
    init(_ resolver: any EgressResolver, bell: Bell) {
        self.resolver = resolver
        self.bell = bell
    }

    func start(_ name: String, for request: Int) {
        let needsThread = state.withLock { state in
            state.waiting.append((request, name))
            guard state.running < Self.threadsMax else { return false }
            state.running += 1
            return true
        }
        if needsThread { PosixThread.start(name: "tutti-lookup") { self.work() } }
    }

    /// Forgets one that nobody waits for any more, when it has not begun.
    func cancel(_ request: Int) { state.withLock { $0.waiting.removeAll { $0.request == request } } }

    /// What was found since the last time.
    func take() -> [(request: Int, addresses: [NetworkAddress])] {
        state.withLock { state in
            defer { state.found = [] }
            return state.found
        }
    }

    /// Begins no more. What the system is at, it finishes, and nobody hears of it.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.waiting = []
        }
    }

    private func work() {
        while let (request, name) = next() {
            let addresses = resolver.addresses(of: name)
            state.withLock { state in
                if !state.isClosed { state.found.append((request, Array(addresses.prefix(Self.addressesMax)))) }
            }
            bell.ring()
        }
    }

    private func next() -> (Int, String)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
