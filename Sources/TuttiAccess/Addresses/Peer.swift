package import TuttiRuntime

/// Who is at the other end of the connection itself.
package enum Peer: Sendable, Hashable {
    case address(NetworkAddress)
    /// A process of this machine, over a socket file.
    case unix

    /// Reads the address that the system tells of a connection. It may have a zone (`fe80::1%eth0`), which says over
    /// which of this machine's networks it came, and not who it is.
    ///
    /// - Returns: `nil` for what is no address.
    package init?(systemText text: String) {
        let zone = text.firstIndex(of: "%") ?? text.endIndex
        guard let address = NetworkAddress(text[..<zone]) else { return nil }
        self = .address(address)
    }
}
