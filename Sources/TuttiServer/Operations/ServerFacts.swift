import Synchronization
package import TuttiCore

/// What a server tells of itself.
package final class ServerFacts: Sendable {
    package let version: String
    package let home: String
    /// Who the implicit owner is.
    package let owner: String
    package let process: Int32
    package let started: Timestamp
    private let place = Mutex("")

    package init(version: String, home: String, owner: String, process: Int32, started: Timestamp) {
        self.version = version
        self.home = home
        self.owner = owner
        self.process = process
        self.started = started
    }

    /// Such as `http://127.0.0.1:8001`; empty until it is bound.
    package var address: String { place.withLock { $0 } }

    func serve(at address: String) { place.withLock { $0 = address } }
}
