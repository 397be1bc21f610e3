import Glibc
package import TuttiRuntime

/// Finds the addresses of a name.
package protocol EgressResolver: Sendable {
    /// Blocks, and is called on a thread that may be blocked. What takes longer than the limit is not waited for, but
    /// keeps its thread until it returns.
    ///
    /// - Returns: The addresses in the order in which they are to be tried; none when there is no such name.
    func addresses(of name: String) -> [NetworkAddress]
}

/// The resolver of the system: `/etc/hosts`, DNS, and whatever else is set up (getaddrinfo(3)).
package struct SystemResolver: EgressResolver {
    /// The resolver of the system.
    package init() {}

    package func addresses(of name: String) -> [NetworkAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe Self.address(entry.pointee), !found.contains(address) { found.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    private static func address(_ entry: addrinfo) -> NetworkAddress? {
        guard let base = unsafe UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch unsafe entry.ai_family {
        case AF_INET:
            let place = unsafe base.loadUnaligned(as: sockaddr_in.self)
            return NetworkAddress(.v4, bits: UInt128(UInt32(bigEndian: place.sin_addr.s_addr)))
        case AF_INET6:
            var place = unsafe base.loadUnaligned(as: sockaddr_in6.self)
            return unsafe withUnsafeBytes(of: &place.sin6_addr) { bytes in
                NetworkAddress(.v6, bits: UInt128(bigEndian: unsafe bytes.loadUnaligned(as: UInt128.self)))
            }
        default: return nil
        }
    }
}
