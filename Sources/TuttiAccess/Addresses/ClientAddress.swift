package import TuttiRuntime

/// Who a request comes from, as far as it can be believed.
///
/// A client may write any field into its request, so those fields count only when a trusted proxy hands the request
/// over, and only as far as trusted proxies have written them: they are read from the right, where each proxy adds whom
/// it got the request from, up to the first address that is not a trusted proxy's. That is the client; what stands left
/// of it, it may have made up.
///
/// Only one family of fields is read, the one that the proxies write: most pass the other one on as the client sent it.
/// Whoever trusts a proxy vouches that it writes those fields or takes them away, scheme and host included. A client
/// with an address in a trusted range may tell what it likes.
package struct ClientAddress: Sendable, Hashable {
    /// Which fields the proxies write.
    package enum Fields: String, Sendable, Hashable, CaseIterable {
        /// `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`
        case xForwarded = "x-forwarded"
        /// `Forwarded` (RFC 7239)
        case forwarded
    }

    /// How the client spoke to the outermost proxy.
    package enum Scheme: String, Sendable, Hashable {
        case http, https
    }

    /// The values of the fields of each name, in the order of their lines.
    package struct Words: Sendable {
        package var forwarded: [String]
        package var forwardedFor: [String]
        package var forwardedProto: [String]
        package var forwardedHost: [String]

        package init(
            forwarded: [String] = [], forwardedFor: [String] = [], forwardedProto: [String] = [],
            forwardedHost: [String] = []
        ) {
            self.forwarded = forwarded
            self.forwardedFor = forwardedFor
            self.forwardedProto = forwardedProto
            self.forwardedHost = forwardedHost
        }
    }

    /// How many entries are looked at, from the right. More proxies in a row there are not.
    package static let entriesMax = 32
    /// The longest host with a port that is passed on: 255 bytes of a name (RFC 1035, 2.3.4), colon and five digits.
    package static let hostLengthMax = 261

    /// The client's address, or that of the outermost trusted proxy that named nobody; `nil` when that one came over a
    /// socket file.
    package private(set) var address: NetworkAddress?
    /// Whether a trusted proxy handed the request over.
    package let isProxied: Bool
    /// What the client spoke, when a trusted proxy told it.
    package private(set) var scheme: Scheme?
    /// The `Host` that the client asked for, with a port where there was one, when a trusted proxy told it.
    package private(set) var host: String?

    /// Whom limits count: an address of IPv4, a /64 of IPv6, or `unix`.
    package var subject: String { address?.subject ?? "unix" }

    /// Finds out who asks.
    ///
    /// - Parameters:
    ///   - peer: Who is at the other end of the connection.
    ///   - words: What the request says.
    ///   - fields: Which of these are read.
    ///   - proxies: Whom to believe.
    package init(peer: Peer, words: Words, fields: Fields = .xForwarded, trusting proxies: TrustedProxies) {
        if case .address(let address) = peer { self.address = address }
        isProxied = proxies.contains(peer)
        guard isProxied else { return }
        switch fields {
        case .xForwarded:
            walk(Self.entries(words.forwardedFor), trusting: proxies)
            // Where several stand, the last one is a trusted proxy's for sure.
            scheme = Self.last(words.forwardedProto).flatMap { Scheme(rawValue: $0.lowercased()) }
            host = Self.last(words.forwardedHost).flatMap(Self.checkedHost)
        case .forwarded: walk(ForwardedField.elements(words.forwarded, countMax: Self.entriesMax), trusting: proxies)
        }
    }

    /// Whoever is at the other end, when no proxies are trusted.
    package init(peer: Peer) { self.init(peer: peer, words: Words(), trusting: .none) }
}

// MARK: - Walking from the right

extension ClientAddress {
    private mutating func walk(_ entries: [Substring], trusting proxies: TrustedProxies) {
        for entry in entries where !entry.isEmpty {
            guard let next = ForwardedNode.address(entry) else { return }
            address = next
            guard proxies.contains(next) else { return }
        }
    }

    private mutating func walk(_ elements: [ForwardedField.Element?], trusting proxies: TrustedProxies) {
        for element in elements {
            guard let element else { return }
            // Each proxy tells how it was spoken to; the outermost one's word is about the client.
            scheme = element.proto.flatMap { Scheme(rawValue: $0.lowercased()) }
            host = element.host.flatMap { Self.checkedHost($0[...]) }
            guard let from = element.from, let next = ForwardedNode.strictAddress(from[...]) else { return }
            address = next
            guard proxies.contains(next) else { return }
        }
    }

    /// The entries of several fields, last first, without the white space around them.
    private static func entries(_ fields: [String]) -> [Substring] {
        var found: [Substring] = []
        for field in fields.reversed() {
            var rest = field[...]
            while found.count < entriesMax {
                let comma = rest.utf8.lastIndex(of: UInt8(ascii: ","))
                found.append(rest[(comma.map { rest.utf8.index(after: $0) } ?? rest.startIndex)...].trimmedBlanks)
                guard let comma else { break }
                rest = rest[..<comma]
            }
        }
        return found
    }

    private static func last(_ fields: [String]) -> Substring? {
        entries(fields).first { !$0.isEmpty }
    }

    /// A name or address with an optional port, of harmless characters only.
    private static func checkedHost(_ text: Substring) -> String? {
        guard (1...hostLengthMax).contains(text.utf8.count), text.utf8.allSatisfy(isHostByte) else { return nil }
        return String(text)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_:[]".utf8.contains(byte)
        }
    }
}

extension Substring {
    /// Without blanks and tabs at both ends.
    var trimmedBlanks: Substring {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard let start = utf8.firstIndex(where: { !isBlank($0) }), let end = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return self[start..<utf8.index(after: end)]
    }
}
