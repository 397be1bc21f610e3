import Testing
import TuttiRuntime

/// Reading and writing addresses and ranges.
struct NetworkAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
        ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"),
        ("::192.0.2.1", "::c000:201"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::FFFF:c000:201", "192.0.2.1"),
        ("0:0:0:0:0:ffff:c000:0201", "192.0.2.1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
    ])
    func readsEveryFormAndWritesOne(text: String, written: String) {
        #expect(NetworkAddress(text)?.description == written)
        #expect(NetworkAddress(written) == NetworkAddress(text))
    }

    @Test(arguments: [
        "", " ", ".", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1.2.3.00",
        "1.2.3.0x4", "1.2.3.", ".1.2.3", "1..2.3", "+1.2.3.4", "-1.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4:80",
        "1.2.3.4/32", "1.2.3.1000", "0300.0250.0.1", "3232235777", "１.2.3.4", "1.2.3.٤", "localhost", "::1%lo",
        "fe80::1%eth0", "[::1]", "1::2::3", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4::5:6:7:8", "12345::", "g::", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "::ffff:1.2.3.256", "::01.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4", "::1\n", "\u{0}", "1.2.3.4\u{0}", "0000:0000:0000:0000:0000:ffff:192.168.100.2281",
        String(repeating: "1:", count: 10_000),
    ])
    func refusesEverythingElse(text: String) { #expect(NetworkAddress(text) == nil) }

    @Test func knowsTheMachineItself() {
        #expect(
            ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].allSatisfy {
                NetworkAddress($0)?.isLoopback == true
            })
        #expect(
            ["128.0.0.1", "::2", "::", "0.0.0.0", "::7f00:1"].allSatisfy {
                NetworkAddress($0)?.isLoopback == false
            })
    }

    @Test func limitsCountIPv6ByItsNetwork() {
        #expect(NetworkAddress("192.0.2.1")?.subject == "192.0.2.1")
        #expect(NetworkAddress("::ffff:192.0.2.1")?.subject == "192.0.2.1")
        #expect(NetworkAddress("2001:db8:1:2:3:4:5:6")?.subject == "2001:db8:1:2::/64")
        #expect(NetworkAddress("2001:db8:1:2::")?.subject == NetworkAddress("2001:db8:1:2:ffff::1")?.subject)
        #expect(NetworkAddress("2001:db8:1:3::")?.subject != NetworkAddress("2001:db8:1:2::")?.subject)
    }
}

/// Ranges of addresses.
struct NetworkRangeTests {
    private func contains(_ range: String, _ address: String) throws -> Bool {
        try NetworkRange(range).contains(try #require(NetworkAddress(address)))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "9.255.255.255", false),
        ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false), ("::/0", "10.0.0.1", false),
        ("::/0", "ffff::", true), ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.0/31", "192.0.2.1", true), ("192.0.2.0/31", "192.0.2.2", false),
        ("2001:db8::/32", "2001:db8:f::", true),
        ("2001:db8::/33", "2001:db8:8000::", false), ("::1/128", "::1", true), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("::ffff:0:0/96", "10.1.2.3", true),
        ("::10.0.0.0/104", "10.1.2.3", false),
    ])
    func contains(range: String, address: String, isIn: Bool) throws { #expect(try contains(range, address) == isIn) }

    @Test(arguments: [
        ("10.0.0.0/33", NetworkRange.Fault.length(widthMax: 32)), ("10.0.0.0/", .length(widthMax: 32)),
        ("10.0.0.0/08", .length(widthMax: 32)), ("10.0.0.0/+8", .length(widthMax: 32)),
        ("10.0.0.0/8/8", .length(widthMax: 32)), ("10.0.0.0/255.0.0.0", .length(widthMax: 32)),
        ("::/129", .length(widthMax: 128)), ("::ffff:10.0.0.0/8", .length(widthMax: 128)), ("", .malformed),
        ("/8", .malformed), ("10.0.0/8", .malformed), ("example.org", .malformed), ("fe80::%eth0/10", .malformed),
        ("10.0.0.1/8", .bitsBehind(suggestion: "10.0.0.0/8")),
        ("2001:db8::1/32", .bitsBehind(suggestion: "2001:db8::/32")),
    ])
    func refusesWhatIsNoRange(text: String, fault: NetworkRange.Fault) {
        #expect(throws: fault) { try NetworkRange(text) }
    }
}
