import Testing
import TuttiRuntime

@testable import TuttiEgress

/// Which addresses are of the internet, and which are not.
struct AddressKindTests {
    @Test(arguments: [
        ("93.184.216.34", AddressKind.open), ("8.8.8.8", .open), ("11.0.0.1", .open), ("172.15.255.255", .open),
        ("172.32.0.0", .open), ("100.63.255.255", .open), ("100.128.0.0", .open), ("223.255.255.255", .open),
        ("2606:4700::1111", .open), ("2a00:1450::1", .open),
        ("10.0.0.1", .local), ("10.255.255.255", .local), ("172.16.0.1", .local), ("172.31.255.255", .local),
        ("192.168.1.1", .local), ("fc00::1", .local), ("fdff::1", .local), ("fec0::1", .local),
        ("127.0.0.1", .loopback), ("127.255.255.254", .loopback), ("::1", .loopback),
        ("169.254.1.1", .linkLocal), ("fe80::1", .linkLocal), ("febf::1", .linkLocal),
        ("100.64.0.1", .shared), ("100.127.255.255", .shared),
        ("169.254.169.254", .metadata), ("169.254.170.2", .metadata), ("168.63.129.16", .metadata),
        ("100.100.100.200", .metadata), ("fd00:ec2::254", .metadata),
        ("224.0.0.1", .multicast), ("239.255.255.255", .multicast), ("ff02::1", .multicast),
        ("0.0.0.0", .unspecified), ("0.1.2.3", .unspecified), ("::", .unspecified),
        ("255.255.255.255", .reserved), ("240.0.0.1", .reserved), ("192.0.2.1", .reserved), ("198.18.0.1", .reserved),
        ("2001:db8::1", .reserved), ("2001::1", .reserved), ("100::1", .reserved), ("4000::1", .reserved),
        ("64:ff9b:1::a00:1", .reserved),
    ])
    func knowsEachKind(text: String, kind: AddressKind) throws {
        #expect(AddressKind(of: try #require(NetworkAddress(text))) == kind)
    }

    /// Addresses of IPv6 that lead to one of IPv4.
    @Test(arguments: [
        ("::ffff:127.0.0.1", AddressKind.loopback), ("::ffff:8.8.8.8", .open), ("64:ff9b::10.0.0.1", .local),
        ("64:ff9b::8.8.8.8", .open), ("64:ff9b::169.254.169.254", .metadata), ("2002:7f00:1::1", .loopback),
        ("2002:a9fe:a9fe::", .metadata), ("2002:808:808::1", .open), ("::127.0.0.1", .loopback),
        ("2a00::5efe:10.0.0.1", .local), ("2a00::200:5efe:192.168.0.1", .local),
    ])
    func looksThroughWhatHoldsAnother(text: String, kind: AddressKind) throws {
        #expect(AddressKind(of: try #require(NetworkAddress(text))) == kind)
    }
}

/// Hosts as requests write them.
struct EgressHostTests {
    @Test(arguments: [
        ("example.org", "example.org"), ("EXAMPLE.Org.", "example.org"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("_dmarc.example.org", "_dmarc.example.org"), ("localhost", "localhost"), ("1.example", "1.example"),
        ("127.0.0.1", "127.0.0.1"), ("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0x7f.1", "127.0.0.1"),
        ("0X7F000001", "127.0.0.1"), ("0177.0.0.01", "127.0.0.1"), ("127.0.0.1.", "127.0.0.1"), ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"), ("10.1.2", "10.1.0.2"), ("4294967295", "255.255.255.255"), ("[::1]", "::1"),
        ("[::ffff:10.0.0.1]", "10.0.0.1"), ("[2001:DB8::1]", "2001:db8::1"),
    ])
    func readsTheOneForm(text: String, host: String) { #expect(EgressHost(text)?.description == host) }

    @Test(arguments: [
        "", ".", "..", "example..org", ".example.org", "example.org..", "-a.org", "a-.org", "exa mple.org",
        "bücher.example",
        "example。org", "ex%61mple.org", "user@example.org", "example.org:80", "a/b", "a\\b", "::1", "[::1", "::1]",
        "[fe80::1%eth0]", "[127.0.0.1]", "[]", "1.2.3.256", "1.2.3.4.5", "4294967296", "0x100000000", "08.0.0.1",
        "256.1", "example.1", "a\u{0}.org", "a\r\n.org", "ｅxample.org", String(repeating: "a", count: 64) + ".org",
        String(repeating: "a.", count: 128),
    ])
    func refusesEverythingElse(text: String) { #expect(EgressHost(text) == nil) }
}
