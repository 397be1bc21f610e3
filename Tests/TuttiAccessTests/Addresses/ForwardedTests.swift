import Testing
import TuttiAccess
import TuttiRuntime

/// Who a request comes from by `Forwarded` fields (RFC 7239), and every way to lie about it.
struct ForwardedTests {
    private func client(_ forwarded: [String], forwardedFor: [String] = []) throws -> ClientAddress {
        let words = ClientAddress.Words(forwarded: forwarded, forwardedFor: forwardedFor, forwardedProto: ["https"])
        return ClientAddress(
            peer: .address(try #require(NetworkAddress("10.0.0.1"))), words: words, fields: .forwarded,
            trusting: try TrustedProxies(["10.0.0.0/8"]))
    }

    @Test(arguments: [
        // The forms of the specification.
        (["for=203.0.113.5"], "203.0.113.5"), (["For=\"[2001:db8::5]:4711\""], "2001:db8::5"),
        (["for=203.0.113.5;proto=http;by=203.0.113.43"], "203.0.113.5"),
        (["for=203.0.113.5, for=10.0.0.2"], "203.0.113.5"),
        (["for=\"203.0.113.5:80\""], "203.0.113.5"), (["for=\"203.0.113.5:_hidden\""], "203.0.113.5"),
        (["for=\"[2001:db8::5]\""], "2001:db8::5"), (["by=_x;for=203.0.113.5;host=a"], "203.0.113.5"),
        // Made-up words left of the proxy's, in one line and in several.
        (["for=1.1.1.1, for=203.0.113.5"], "203.0.113.5"),
        (["for=1.1.1.1", "for=203.0.113.5", "for=10.0.0.2"], "203.0.113.5"),
        (["for=10.0.0.9, for=203.0.113.5;proto=https"], "203.0.113.5"),
        // Strings hide commas, semicolons and quotes.
        (["for=203.0.113.5;host=\"a,for=1.1.1.1\""], "203.0.113.5"),
        (["for=203.0.113.5;x=\"\\\",for=1.1.1.1\""], "203.0.113.5"),
        (["for=203.0.113.5;x=\"a;for=1.1.1.1\""], "203.0.113.5"), (["for=\"\\2\\03.0.113.5\""], "203.0.113.5"),
        // White space, empty pairs and elements.
        (["  for=203.0.113.5 ; proto=https  ,  for=10.0.0.2\t"], "203.0.113.5"),
        (["for=203.0.113.5;;;, ,,for=10.0.0.2"], "203.0.113.5"),
        (["for=\"[::ffff:203.0.113.5]\""], "203.0.113.5"),
        (["for=203.0.113.5, for=\"[::ffff:10.0.0.2]\""], "203.0.113.5"),
        // Nobody is named.
        ([], "10.0.0.1"), ([""], "10.0.0.1"), (["proto=https"], "10.0.0.1"), (["for=10.0.0.7"], "10.0.0.7"),
    ])
    func findsTheFirstWhoIsNoProxyFromTheRight(fields: [String], address: String) throws {
        #expect(try client(fields).address?.description == address)
    }

    @Test(arguments: [
        "for=unknown", "for=_hidden", "for=_SEVKISEK", "for=\"_gazonk:80\"", "for=", "for", "=1.1.1.1", "for =1.1.1.1",
        "for= 1.1.1.1", "for=1.1.1.1;for=2.2.2.2", "for=1.1.1.1;FOR=2.2.2.2", "for=2001:db8::5", "for=[2001:db8::5]",
        "for=\"2001:db8::5\"", "for=\"[1.1.1.1]\"", "for=1.1.1.1 proto=https", "for=\"1.1.1.1\"x", "for=\"\"",
        "1.1.1.1",
        "for=\"[fe80::1%eth0]\"", "for='1.1.1.1'", "for=01.1.1.1", "f\u{F6}r=1.1.1.1", "for=\"1.1.1.1:_\"",
        "for=\" 1.1.1.1\"",
    ])
    func whatNamesNobodyEndsTheWalkAtTheLastProxy(element: String) throws {
        #expect(try client(["for=2.2.2.2, \(element), for=10.0.0.2"]).address?.description == "10.0.0.2")
    }

    /// A client may leave a string open, so that the proxy's element on the same line becomes a part of it.
    @Test(arguments: ["for=\"", "for=\"1.1.1.1, for=2.2.2.2", "x=\"\\", "for=1.1.1.1, x=\"a"])
    func anOpenStringHidesNobodyBehindAnother(start: String) throws {
        #expect(try client(["\(start), for=203.0.113.5"]).address?.description == "10.0.0.1")
        #expect(try client([start, "for=203.0.113.5"]).address?.description == "203.0.113.5")
        let quoted = try client(["\(start), for=\"203.0.113.5:80\""]).address?.description
        #expect(quoted == "10.0.0.1" || quoted == "203.0.113.5")
    }

    @Test func schemeAndHostAreOfTheOutermostTrustedProxy() throws {
        let both = "for=203.0.113.5;proto=https;host=tutti.example, for=10.0.0.2;proto=http;host=inner"
        let client = try client(["for=1.1.1.1;proto=http;host=evil.example, \(both)"])
        #expect(client.scheme == .https && client.host == "tutti.example")
        let silent = try self.client(["for=1.1.1.1;proto=https;host=evil.example, for=203.0.113.5"])
        #expect(silent.scheme == nil && silent.host == nil)
        let hidden = try self.client(["for=_x;proto=https;host=\"tutti.example:8443\""])
        #expect(hidden.scheme == .https && hidden.host == "tutti.example:8443")
        #expect(try self.client(["for=203.0.113.5;host=\"a b\""]).host == nil)
    }

    @Test func theOtherFamilyOfFieldsIsNotRead() throws {
        let client = try client([], forwardedFor: ["1.1.1.1"])
        #expect(client.address?.description == "10.0.0.1")
        #expect(client.scheme == nil)
    }

    @Test func thousandsOfElementsAreNotWalked() throws {
        let many = Array(repeating: "for=10.0.0.2", count: 10_000)
        #expect(try client(["for=1.1.1.1, " + many.joined(separator: ", ")]).address?.description == "10.0.0.2")
        #expect(try client(["for=1.1.1.1"] + many).address?.description == "10.0.0.2")
        let before = many.joined(separator: ",") + ",for=203.0.113.5, for=10.0.0.3"
        #expect(try client([before]).address?.description == "203.0.113.5")
        #expect(try client([String(repeating: "\"", count: 10_001)]).address?.description == "10.0.0.1")
        #expect(try client([String(repeating: ";", count: 10_000)]).address?.description == "10.0.0.1")
    }
}
