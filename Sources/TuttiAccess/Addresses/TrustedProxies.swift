package import TuttiRuntime

/// The proxies whose word about who asks is believed.
package struct TrustedProxies: Sendable, Hashable {
    /// What is wrong with the list.
    package struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        package let entry: String
        package let description: String
    }

    /// More entries than any list needs; each is compared with each hop of each request.
    package static let entriesMax = 256

    private let ranges: [NetworkRange]
    /// Whether whoever comes over a socket file is one.
    private let hasUnix: Bool

    /// Nobody.
    package static let none = TrustedProxies()

    private init() {
        ranges = []
        hasUnix = false
    }

    /// Reads addresses and ranges, `loopback` for 127.0.0.0/8 and ::1, and `unix` for socket files.
    ///
    /// - Throws: `Invalid`, which names the entry, what is wrong with it and what to write.
    package init(_ texts: [String]) throws(Invalid) {
        guard texts.count <= Self.entriesMax else {
            throw Invalid(
                entry: texts[Self.entriesMax],
                description: "there are \(texts.count) trusted proxies, and at most \(Self.entriesMax) may be named: "
                    + "join neighbours to ranges")
        }
        var ranges: [NetworkRange] = []
        var hasUnix = false
        for text in texts {
            switch text {
            case "unix": hasUnix = true
            case "loopback":
                ranges.append(NetworkRange(NetworkAddress(.v4, bits: 127 << 24), length: 8))
                ranges.append(NetworkRange(NetworkAddress(.v6, bits: 1), length: 128))
            default: ranges.append(try Self.range(text))
            }
        }
        self.ranges = ranges
        self.hasUnix = hasUnix
    }

    /// Whether no proxy is trusted.
    package var isEmpty: Bool { ranges.isEmpty && !hasUnix }

    package func contains(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

    package func contains(_ peer: Peer) -> Bool {
        switch peer {
        case .address(let address): contains(address)
        case .unix: hasUnix
        }
    }

    private static func range(_ text: String) throws(Invalid) -> NetworkRange {
        let range: NetworkRange
        do {
            range = try NetworkRange(text)
        } catch {
            throw Invalid(entry: text, description: "trusted proxy '\(text.prefix(60))': \(advice(error))")
        }
        guard range.length > 0 else {
            throw Invalid(
                entry: text,
                description: "trusted proxy '\(text.prefix(60))': that is everybody, and everybody could then say to "
                    + "be anybody; name the proxies, or the network that only they are in")
        }
        return range
    }

    private static func advice(_ fault: NetworkRange.Fault) -> String {
        switch fault {
        case .malformed:
            "not an address (192.0.2.1, 2001:db8::1), a range (10.0.0.0/8), 'loopback' or 'unix'; names of machines, "
                + "ports and zones cannot be here"
        case .length(let widthMax): "behind the / there has to be a number of bits, at most \(widthMax)"
        case .bitsBehind(let suggestion): "bits behind the length are set; write \(suggestion) if that is meant"
        }
    }
}
