/// One end of a connection.
package struct PeerAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IPv4 or IPv6 address in digits.
    package let address: String
    package let port: Int

    /// An end from its parts.
    package init(address: String, port: Int) {
        self.address = address
        self.port = port
    }

    /// `127.0.0.1:8080`, or `[::1]:8080`
    package var description: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}
