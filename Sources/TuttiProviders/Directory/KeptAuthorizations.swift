import Synchronization

/// The authorizations of a directory by what they were made from, so that a credential is fetched once for many calls.
final class KeptAuthorizations: Sendable {
    /// Two keys of one provider are two authorizations.
    struct Key: Sendable, Hashable {
        let provider: String
        let server: ProviderSettings.Server
    }

    private struct State {
        var kept: [Key: any CallAuthorization] = [:]
        /// Oldest first.
        var order: [Key] = []
    }

    /// How many are kept; of more the oldest is dropped, and fetches its credential anew when it comes up again.
    static let countMax = 256

    private let state = Mutex(State())

    /// The one that was made first for a key. Those of one provider are of one type.
    func authorization<Authorization: CallAuthorization>(
        for key: Key, _ make: () -> Authorization
    ) -> Authorization {
        if let known = state.withLock({ $0.kept[key] }) as? Authorization { return known }
        let made = make()
        return state.withLock { state in
            if let known = state.kept[key] as? Authorization { return known }
            if state.order.count >= Self.countMax { state.kept[state.order.removeFirst()] = nil }
            state.order.append(key)
            state.kept[key] = made
            return made
        }
    }
}
