import Testing
import TuttiAccess
import TuttiRuntime

/// The proxies whose word is believed.
struct TrustedProxiesTests {
    @Test func readsAddressesRangesAndTwoWords() throws {
        let proxies = try TrustedProxies(["10.0.0.0/8", "2001:db8::7", "loopback", "unix"])
        let trusted = ["10.1.1.1", "2001:db8::7", "127.0.0.9", "::1"].compactMap { NetworkAddress($0) }
        #expect(trusted.count == 4 && trusted.allSatisfy { proxies.contains(.address($0)) })
        #expect(proxies.contains(.unix))
        #expect(try !TrustedProxies(["loopback"]).contains(.unix))
        #expect(try !TrustedProxies(["unix"]).contains(#require(NetworkAddress("127.0.0.1"))))
        #expect(try TrustedProxies([]).isEmpty)
        #expect(TrustedProxies.none.isEmpty && !proxies.isEmpty)
    }

    @Test(arguments: [
        ("proxy.example.org", "names of machines"), ("10.0.0.1/8", "write 10.0.0.0/8"), ("10.0.0.0/40", "at most 32"),
        ("Loopback", "'loopback'"), ("*", "not an address"), ("", "not an address"),
    ])
    func namesTheEntryAndTheWayOut(entry: String, part: String) {
        let error = #expect(throws: TrustedProxies.Invalid.self) { try TrustedProxies(["10.0.0.0/8", entry]) }
        #expect(error?.entry == entry)
        #expect(error?.description.contains("trusted proxy '\(entry)'") == true)
        #expect(error?.description.contains(part) == true)
    }

    @Test func theListHasAnEnd() throws {
        let entries = (0...TrustedProxies.entriesMax).map { "10.0.\($0 / 256).\($0 % 256)" }
        #expect(try !TrustedProxies(Array(entries.dropLast())).isEmpty)
        let error = #expect(throws: TrustedProxies.Invalid.self) { try TrustedProxies(entries) }
        #expect(error?.description.contains("at most 256") == true)
    }
}
