import Synchronization

/// `LoginDelays` for all requests of a server.
package final class SharedLoginDelays: Sendable {
    private let delays: Mutex<LoginDelays>

    package init(_ delays: LoginDelays = LoginDelays()) { self.delays = Mutex(delays) }

    /// See `LoginDelays.mayTry`.
    package func mayTry(account: String, address: String, at uptime: Duration) -> Duration? {
        delays.withLock { $0.mayTry(account: account, address: address, at: uptime) }
    }

    /// See `LoginDelays.succeeded`.
    package func succeeded(account: String, address: String, at uptime: Duration) {
        delays.withLock { $0.succeeded(account: account, address: address, at: uptime) }
    }

    /// See `LoginDelays.takeBack`.
    package func takeBack(account: String, address: String, at uptime: Duration) {
        delays.withLock { $0.takeBack(account: account, address: address, at: uptime) }
    }
}
