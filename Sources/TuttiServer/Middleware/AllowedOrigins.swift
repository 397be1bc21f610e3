import Synchronization

/// The origins of other pages that may use the API, such as `https://tools.example.org`; compared as they are. They may
/// change while the server serves.
package final class AllowedOrigins: Sendable {
    private let origins: Mutex<Set<String>>

    package init(_ origins: Set<String> = []) { self.origins = Mutex(origins) }

    package func change(to origins: Set<String>) { self.origins.withLock { $0 = origins } }

    func contains(_ origin: String) -> Bool { origins.withLock { $0.contains(origin) } }
}
