package import TuttiRuntime

/// What kind of place an address leads to, as far as the registries of special addresses tell (IANA, after RFC 6890).
package enum AddressKind: String, Sendable, Hashable, CaseIterable {
    /// A machine of the internet.
    case open = "public"
    /// A network of one's own: RFC 1918, RFC 4193, and the site-local addresses of old.
    case local = "private"
    /// This machine.
    case loopback
    /// The wire that this machine hangs on: RFC 3927, RFC 4291, 2.5.6.
    case linkLocal = "link_local"
    /// Between a provider and its customers: RFC 6598.
    case shared
    /// Where clouds tell a machine its own secrets.
    case metadata
    case multicast
    /// `0.0.0.0/8` and `::`, which many systems take for themselves.
    case unspecified
    /// Documentation, tests of speed, tunnels, and what nobody was given.
    case reserved

    /// The kind of an address; of one that holds one of IPv4, that one's.
    package init(of address: NetworkAddress) {
        let address = address.reached
        if Self.tellingSecrets.contains(address) {
            self = .metadata
        } else {
            let ranges = address.family == .v4 ? Self.rangesOfV4 : Self.rangesOfV6
            self = ranges.first { $0.range.contains(address) }?.kind ?? (address.family == .v4 ? .open : .reserved)
        }
    }

    /// Whether `private: true` of a rule is enough. The others are reached only by whoever lists the address itself.
    package var isOpenedByPrivate: Bool {
        switch self {
        case .open, .local, .loopback, .linkLocal, .shared: true
        case .metadata, .multicast, .unspecified, .reserved: false
        }
    }

    /// Whether all addresses of a range are of one special kind, so that whoever listed it meant them: `0.0.0.0/0` has
    /// private ones, too, and does not list them.
    static func isSpecial(_ range: NetworkRange) -> Bool {
        let first = AddressKind(of: range.first)
        guard first != .open else { return false }
        if range.length == range.first.family.width { return true }
        let ranges = range.first.family == .v4 ? rangesOfV4 : rangesOfV6
        return ranges.contains { special in
            special.kind != .open && special.range.length <= range.length && special.range.contains(range.first)
        }
    }

    private typealias Entry = (range: NetworkRange, kind: AddressKind)

    /// AWS (also those of its containers), Azure, Alibaba, Oracle; others use the first one, too.
    private static let tellingSecrets: Set<NetworkAddress> = Set(
        [
            "169.254.169.254", "169.254.170.2", "169.254.170.23", "168.63.129.16", "100.100.100.200", "192.0.0.192",
            "fd00:ec2::254", "fd00:ec2::23",
        ].compactMap { NetworkAddress($0) })

    private static let rangesOfV4 = entries([
        ("0.0.0.0/8", .unspecified), ("10.0.0.0/8", .local), ("100.64.0.0/10", .shared), ("127.0.0.0/8", .loopback),
        ("169.254.0.0/16", .linkLocal), ("172.16.0.0/12", .local), ("192.0.0.0/24", .reserved),
        ("192.0.2.0/24", .reserved), ("192.88.99.0/24", .reserved), ("192.168.0.0/16", .local),
        ("198.18.0.0/15", .reserved), ("198.51.100.0/24", .reserved), ("203.0.113.0/24", .reserved),
        ("224.0.0.0/4", .multicast), ("240.0.0.0/4", .reserved),
    ])

    /// Only 2000::/3 was given out. Teredo (2001::/32) is in 2001::/23, and is a tunnel to whoever the address says.
    private static let rangesOfV6 = entries([
        ("::/128", .unspecified), ("::1/128", .loopback), ("fc00::/7", .local), ("fec0::/10", .local),
        ("fe80::/10", .linkLocal), ("ff00::/8", .multicast), ("2001::/23", .reserved), ("2001:db8::/32", .reserved),
        ("3fff::/20", .reserved), ("2000::/3", .open),
    ])

    private static func entries(_ list: [(String, AddressKind)]) -> [Entry] {
        list.compactMap { text, kind in (try? NetworkRange(text)).map { ($0, kind) } }
    }
}

extension NetworkAddress {
    /// Where a packet to this address comes to in the end: the address of IPv4 that one of IPv6 holds, by NAT64
    /// (RFC 6052: 64:ff9b::/96), 6to4 (RFC 3056: 2002::/16), as IPv4-compatible (RFC 4291, 2.5.5.1) or by ISATAP
    /// (RFC 5214). Mapped addresses are those of IPv4 from the beginning.
    var reached: NetworkAddress {
        guard family == .v6 else { return self }
        let low = bits & 0xFFFF_FFFF
        let isTranslated = bits >> 32 == 0x0064_FF9B << 64
        let isCompatible = bits >> 32 == 0 && low > 1
        let isISATAP = (bits >> 32 & 0xFDFF_FFFF) == 0x5EFE
        if isTranslated || isCompatible || isISATAP { return NetworkAddress(.v4, bits: low) }
        if bits >> 112 == 0x2002 { return NetworkAddress(.v4, bits: bits >> 80 & 0xFFFF_FFFF) }
        return self
    }
}
