import Glibc

/// Why a server could not begin to listen.
package struct HTTPServerStartError: Error, Sendable, Hashable, CustomStringConvertible {
    package let address: String
    package let port: Int
    /// The error number of the system.
    package let errorNumber: Int32

    package var description: String { "cannot listen on \(PeerAddress(address: address, port: port)): \(reason)" }

    /// Whether another program listens there.
    package var isAddressInUse: Bool { errorNumber == EADDRINUSE }

    private var reason: String {
        switch errorNumber {
        case EADDRINUSE: "another program listens there; choose another port, or end that program"
        case EACCES: "ports below 1024 are for privileged programs; choose a higher one"
        case EADDRNOTAVAIL: "no network of this machine has this address"
        case EINVAL: "this is no IPv4 or IPv6 address in digits, or no port from 0 to 65535"
        default: unsafe String(cString: strerror(errorNumber))
        }
    }
}
