import TuttiConfiguration
import TuttiTerminal

/// Whether a server may stand where it is to stand.
struct NetworkPlace {
    let place: ListenAddress
    let hasProxies: Bool
    let isInsecureWanted: Bool

    init(_ place: ListenAddress, _ configuration: Configuration, _ arguments: Arguments) {
        self.place = place
        hasProxies = configuration.value(of: ConfigurationKeys.serverProxies)?.isEmpty == false
        isInsecureWanted = arguments[ServeFlags.insecureHTTP]
    }

    /// Refuses a network without TLS, and says loudly at each start when somebody wants it all the same.
    ///
    /// - Throws: ``InputError``.
    func check(telling context: CommandContext) throws {
        guard !place.isLocal, !hasProxies else { return }
        guard isInsecureWanted else {
            throw InputError(
                "\(place.address) is reached by other machines, and this server speaks no TLS: name the proxy before "
                    + "it that does with server.trusted_proxies, or say --insecure-http when the network is "
                    + "a private one")
        }
        try context.tell(
            "WARNING: --insecure-http: passwords and tokens cross the network to \(place.address) in clear. Anybody "
                + "on it can read and use them.")
    }
}
