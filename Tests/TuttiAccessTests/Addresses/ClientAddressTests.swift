import Testing
import TuttiAccess
import TuttiRuntime

/// Who a request comes from by `X-Forwarded-…` fields, and every way to lie about it.
struct ClientAddressTests {
    private static let proxies = ["10.0.0.0/8", "2001:db8:ffff::/48", "unix"]

    private func client(
        _ forwardedFor: [String], from peer: String = "10.0.0.1", proto: [String] = [], host: [String] = [],
        forwarded: [String] = []
    ) throws -> ClientAddress {
        let words = ClientAddress.Words(
            forwarded: forwarded, forwardedFor: forwardedFor, forwardedProto: proto, forwardedHost: host)
        let peer = try peer == "unix" ? Peer.unix : .address(#require(NetworkAddress(peer)))
        return try ClientAddress(peer: peer, words: words, trusting: TrustedProxies(Self.proxies))
    }

    @Test(arguments: [
        // One proxy, two, three; the client's own words are left of it.
        (["203.0.113.5"], "203.0.113.5"), (["203.0.113.5, 10.0.0.2"], "203.0.113.5"),
        (["203.0.113.5, 10.0.0.3, 10.0.0.2"], "203.0.113.5"), (["1.1.1.1, 203.0.113.5"], "203.0.113.5"),
        (["10.0.0.9, 203.0.113.5"], "203.0.113.5"), (["1.1.1.1, 10.0.0.9, 203.0.113.5, 10.0.0.2"], "203.0.113.5"),
        // Several lines are one list in their order.
        (["1.1.1.1", "203.0.113.5"], "203.0.113.5"), (["203.0.113.5", "10.0.0.2"], "203.0.113.5"),
        (["1.1.1.1, 203.0.113.5", "10.0.0.3,10.0.0.2"], "203.0.113.5"),
        (["203.0.113.5", "", "10.0.0.2"], "203.0.113.5"),
        // White space, empty entries.
        ([" \t203.0.113.5 \t,\t10.0.0.2  "], "203.0.113.5"), (["203.0.113.5,,  ,10.0.0.2,"], "203.0.113.5"),
        // Ports and brackets.
        (["203.0.113.5:4711"], "203.0.113.5"), (["[2001:db8::5]:4711"], "2001:db8::5"),
        (["[2001:db8::5]"], "2001:db8::5"),
        (["2001:db8::5"], "2001:db8::5"), (["2001:DB8:0::5, 2001:db8:ffff::1"], "2001:db8::5"),
        // IPv4 in IPv6 is IPv4, of clients and of proxies.
        (["::ffff:203.0.113.5"], "203.0.113.5"), (["203.0.113.5, ::ffff:10.0.0.2"], "203.0.113.5"),
        (["203.0.113.5, [::ffff:a00:2]:80"], "203.0.113.5"),
        // All are proxies: the outermost asks for itself.
        (["10.0.0.7, 10.0.0.2"], "10.0.0.7"), ([], "10.0.0.1"), ([""], "10.0.0.1"), ([" , ,"], "10.0.0.1"),
    ])
    func findsTheFirstWhoIsNoProxyFromTheRight(fields: [String], address: String) throws {
        let client = try client(fields)
        #expect(client.address?.description == address)
        #expect(client.isProxied)
    }

    @Test(arguments: [
        "unknown", "_hidden", "localhost", "example.org", "01.2.3.4", "1.2.3.4.5", "203.0.113.5:port",
        "203.0.113.5:123456", "203.0.113.5;", "\"203.0.113.5\"", "for=203.0.113.5", "203.0.113.5 10.0.0.2",
        "fe80::1%eth0",
        "[203.0.113.5]", "[::1", "::1]", "[::1]x", "[::1]:", "203.0.113.5:_", "-", "*", "\u{0}", "２03.0.113.5",
    ])
    func aMalformedEntryEndsTheWalkAtTheLastProxy(entry: String) throws {
        // What is left of it is believed by nobody, and the proxy that wrote it is counted in its place.
        let client = try client(["1.1.1.1, \(entry), 10.0.0.2"])
        #expect(client.address?.description == "10.0.0.2")
    }

    @Test func nothingIsBelievedOfAStranger() throws {
        let client = try client(
            ["10.0.0.2", "1.1.1.1"], from: "203.0.113.5", proto: ["https"], host: ["evil.example"],
            forwarded: ["for=1.1.1.1;proto=https;host=evil.example"])
        #expect(client.address?.description == "203.0.113.5")
        #expect(!client.isProxied && client.scheme == nil && client.host == nil)
        #expect(ClientAddress(peer: .unix).subject == "unix")
    }

    @Test func theOtherFamilyOfFieldsIsNotRead() throws {
        let client = try client([], forwarded: ["for=1.1.1.1;proto=https;host=evil.example"])
        #expect(client.address?.description == "10.0.0.1")
        #expect(client.scheme == nil && client.host == nil)
    }

    @Test func whoComesOverASocketFileIsAProxyWhenListed() throws {
        #expect(try client(["203.0.113.5"], from: "unix").address?.description == "203.0.113.5")
        #expect(try client([], from: "unix").address == nil)
        #expect(try client([], from: "unix").subject == "unix")
        let words = ClientAddress.Words(forwardedFor: ["203.0.113.5"])
        let stranger = ClientAddress(peer: .unix, words: words, trusting: try TrustedProxies(["loopback"]))
        #expect(stranger.address == nil && !stranger.isProxied)
    }

    @Test func thousandsOfEntriesAreNotWalked() throws {
        let many = Array(repeating: "10.0.0.2", count: 10_000)
        let long = "1.1.1.1, " + many.joined(separator: ", ")
        #expect(try client([long]).address?.description == "10.0.0.2")
        #expect(try client(["1.1.1.1"] + many).address?.description == "10.0.0.2")
        #expect(try client([String(repeating: ",", count: 10_000)]).address?.description == "10.0.0.1")
        // The bound is on entries from the right, so what a client puts before does not hide it.
        #expect(
            try client([many.joined(separator: ",") + ",203.0.113.5,10.0.0.3"]).address?.description
                == "203.0.113.5")
        let edge = many.prefix(ClientAddress.entriesMax - 1).joined(separator: ",")
        #expect(try client(["203.0.113.5," + edge]).address?.description == "203.0.113.5")
        #expect(try client(["203.0.113.5,10.0.0.3," + edge]).address?.description == "10.0.0.3")
    }

    @Test(arguments: [
        (["https"], ClientAddress.Scheme.https), (["HTTPS"], .https), (["http"], .http), (["https", "http"], .http),
        (["http, https"], .https), (["https, "], .https),
    ])
    func theLastSchemeIsAProxys(fields: [String], scheme: ClientAddress.Scheme) throws {
        #expect(try client(["203.0.113.5"], proto: fields).scheme == scheme)
    }

    @Test(arguments: ["", "wss", "https://", "https;", "\"https\"", "javascript"])
    func anUnknownSchemeIsNone(field: String) throws {
        #expect(try client(["203.0.113.5"], proto: ["https", field]).scheme == (field.isEmpty ? .https : nil))
    }

    @Test func theHostIsOfHarmlessCharacters() throws {
        func host(_ fields: String...) throws -> String? { try client([], host: fields).host }
        #expect(try host("evil.example, tutti.example:8443") == "tutti.example:8443")
        #expect(try host("evil.example", "[2001:db8::1]:80") == "[2001:db8::1]:80")
        let bad = [
            "a b", "a/b", "a@b", "a?b", "a#b", "a\\b", "a\"b", "a\r\nSet-Cookie: b", "a<b", "ü.example",
            String(repeating: "a", count: ClientAddress.hostLengthMax + 1),
        ]
        for text in bad { #expect(try host(text) == nil, "\(text)") }
        #expect(try host(String(repeating: "a", count: ClientAddress.hostLengthMax)) != nil)
    }

    @Test func thePeersZoneIsItsNetworkNotItsName() {
        #expect(Peer(systemText: "fe80::1%eth0") == Peer(systemText: "fe80::1"))
        #expect(Peer(systemText: "::ffff:127.0.0.1") == Peer(systemText: "127.0.0.1"))
        #expect(Peer(systemText: "") == nil && Peer(systemText: "%eth0") == nil && Peer(systemText: "x") == nil)
    }
}
