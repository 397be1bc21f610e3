import Synchronization

/// URLs that were asked for lately, taken apart once: most calls of a client go to a few places.
final class KnownURLs: Sendable {
    private let known = Mutex<[String: CheckedURL]>([:])

    /// How many are remembered before all are forgotten.
    static let countMax = 256

    /// - Throws: `badRequest` for what is no URL that can be asked.
    func checked(_ text: String) throws(HTTPClientError) -> CheckedURL {
        if let url = known.withLock({ $0[text] }) { return url }
        let url = try CheckedURL(text)
        known.withLock { known in
            if known.count >= Self.countMax { known = [:] }
            known[text] = url
        }
        return url
    }
}
