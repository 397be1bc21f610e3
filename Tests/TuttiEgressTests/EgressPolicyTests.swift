import FoundationEssentials
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiEgress

/// What a policy lets out.
struct EgressPolicyTests {
    private func reason(
        _ policy: EgressPolicy, _ host: String, _ port: UInt16 = 443, _ method: String = "CONNECT"
    ) throws -> String {
        switch policy.judge(host: try #require(EgressHost(host)), port: port, method: method) {
        case .candidates: "ok"
        case .refused(let refusal): refusal.code
        }
    }

    @Test func withoutRulesNothingGetsOut() throws {
        #expect(try reason(.none, "example.org") == "host_not_listed")
        #expect(try reason(.none, "127.0.0.1") == "host_not_listed")
    }

    @Test func namesAndSuffixes() throws {
        let policy = try EgressPolicy.of(EgressRule(host: "Example.org."), EgressRule(host: "*.example.net"))
        #expect(try reason(policy, "EXAMPLE.org.") == "ok")
        #expect(try reason(policy, "www.example.org") == "host_not_listed")
        #expect(try reason(policy, "notexample.org") == "host_not_listed")
        #expect(try reason(policy, "example.org.evil.test") == "host_not_listed")
        #expect(try reason(policy, "www.example.net") == "ok")
        #expect(try reason(policy, "a.b.example.net") == "ok")
        #expect(try reason(policy, "example.net") == "host_not_listed")
        #expect(try reason(policy, "evilexample.net") == "host_not_listed")
    }

    @Test func portsAndMethods() throws {
        let policy = try EgressPolicy.of(
            EgressRule(host: "a.test"), EgressRule(host: "b.test", ports: [8080], methods: ["GET", "HEAD"]))
        #expect(try reason(policy, "a.test", 80, "DELETE") == "ok")
        #expect(try reason(policy, "a.test", 22) == "port_not_listed")
        #expect(try reason(policy, "b.test", 443) == "port_not_listed")
        #expect(try reason(policy, "b.test", 8080, "GET") == "ok")
        #expect(try reason(policy, "b.test", 8080, "POST") == "method_not_listed")
        // In a tunnel nobody sees methods.
        #expect(try reason(policy, "b.test", 8080, "CONNECT") == "method_not_listed")
    }

    @Test func addressesAreJudgedAsWhatTheyAre() throws {
        let policy = try EgressPolicy.of(
            EgressRule(host: "0.0.0.0/0"), EgressRule(host: "::/0"), EgressRule(host: "10.1.0.0/16"),
            EgressRule(host: "169.254.0.0/16"))
        #expect(try reason(policy, "8.8.8.8") == "ok")
        #expect(try reason(policy, "127.1") == "address_loopback")
        #expect(try reason(policy, "2130706433") == "address_loopback")
        #expect(try reason(policy, "[::ffff:192.168.0.1]") == "address_private")
        #expect(try reason(policy, "[64:ff9b::10.1.2.3]") == "ok")
        #expect(try reason(policy, "[64:ff9b::10.2.2.3]") == "address_private")
        #expect(try reason(policy, "[2002:a9fe:a9fe::1]") == "address_metadata")
        #expect(try reason(policy, "10.1.2.3") == "ok")
        #expect(try reason(policy, "0x0a010203") == "ok")
        #expect(try reason(policy, "10.2.0.1") == "address_private")
        #expect(try reason(policy, "169.254.1.1") == "ok")
        #expect(try reason(policy, "169.254.169.254") == "address_metadata")
        let listed = try EgressPolicy.of(EgressRule(host: "169.254.169.254", ports: [80]))
        #expect(try reason(listed, "169.254.169.254", 80, "GET") == "ok")
    }

    @Test(arguments: [
        (["93.184.216.34"], "ok"), (["93.184.216.34", "2606:4700::1"], "ok"), ([], "unresolved"),
        (["127.0.0.1"], "address_loopback"), (["93.184.216.34", "10.0.0.1"], "address_private"),
        (["::ffff:10.0.0.1"], "address_private"), (["64:ff9b::a9fe:a9fe"], "address_metadata"),
        (["0.0.0.0"], "address_unspecified"), (["fe80::1"], "address_link_local"),
    ])
    func namesMayNotLeadInside(addresses: [String], code: String) throws {
        let policy = try EgressPolicy.of(EgressRule(host: "example.org"))
        let result = policy.judge(addresses.compactMap { NetworkAddress($0) }, port: 443, candidates: [0])
        #expect((result == .success(0) ? "ok" : failure(result)?.code) == code)
    }

    private func failure(_ result: Result<Int, EgressRefusal>) -> EgressRefusal? {
        if case .failure(let refusal) = result { refusal } else { nil }
    }

    @Test func whatIsListedMayBeInside() throws {
        let inside = [try #require(NetworkAddress("10.1.2.3")), try #require(NetworkAddress("93.184.216.34"))]
        let secrets = [try #require(NetworkAddress("169.254.169.254"))]
        let flagged = try EgressPolicy.of(
            EgressRule(host: "*.example.org"), EgressRule(host: "db.example.org", allowsPrivate: true))
        #expect(flagged.judge(inside, port: 443, candidates: [0, 1]) == .success(1))
        #expect(flagged.judge(inside, port: 443, candidates: [0]) == .failure(.addressRefused(.local)))
        #expect(flagged.judge(secrets, port: 443, candidates: [1]) == .failure(.addressRefused(.metadata)))
        let ranged = try EgressPolicy.of(
            EgressRule(host: "db.example.org"), EgressRule(host: "10.0.0.0/8", ports: [5432]))
        #expect(ranged.judge(inside, port: 5432, candidates: [0]) == .success(0))
        #expect(ranged.judge(inside, port: 443, candidates: [0]) == .failure(.addressRefused(.local)))
    }

    @Test func isReadFromJSONAndBack() throws {
        let text = """
            {"allow": [
             {"host": "*.Example.org", "ports": [8443, 443], "methods": ["GET"], "private": true, "sni": false},
             {"host": "10.0.0.0/8"}, {"host": "[2001:db8::1]"}], "limits": {"bytes_up": 10, "time": "2m"}}
            """
        let policy = try JSONDecoder().decode(EgressPolicy.self, from: Data(text.utf8))
        #expect(policy.rules.map(\.host.description) == ["*.example.org", "10.0.0.0/8", "2001:db8::1"])
        #expect(policy.rules[0].ports == [443, 8443])
        #expect(policy.rules[1].ports == [80, 443])
        #expect(policy.limits.bytesUp == 10)
        #expect(policy.limits.time == .seconds(120))
        #expect(try JSONDecoder().decode(EgressPolicy.self, from: JSONEncoder().encode(policy)) == policy)
    }

    @Test(arguments: [
        (#"[]"#, "egress_policy_shape"), (#"{"alow": []}"#, "egress_policy_shape"),
        (#"{"allow": {}}"#, "egress_policy_shape"),
        (#"{"allow": [{"ports": [1]}]}"#, "egress_policy_shape"),
        (#"{"allow": [{"host": "a.test", "privat": true}]}"#, "egress_policy_shape"),
        (#"{"allow": [{"host": "a.test", "private": "yes"}]}"#, "egress_policy_shape"),
        (#"{"allow": [{"host": "*"}]}"#, "egress_rule_host"),
        (#"{"allow": [{"host": "a.*.test"}]}"#, "egress_rule_host"),
        (#"{"allow": [{"host": "https://a.test"}]}"#, "egress_rule_host"),
        (#"{"allow": [{"host": "a.test:443"}]}"#, "egress_rule_host"),
        (#"{"allow": [{"host": "127.1"}]}"#, "egress_rule_host"),
        (#"{"allow": [{"host": "10.0.0.1/8"}]}"#, "egress_rule_host"),
        (#"{"allow": [{"host": "büro.test"}]}"#, "egress_rule_host"),
        (#"{"allow": [{"host": "*.127.0.0.1"}]}"#, "egress_rule_host"),
        (#"{"allow": [{"host": "a.test", "ports": []}]}"#, "egress_rule_ports"),
        (#"{"allow": [{"host": "a.test", "ports": [0]}]}"#, "egress_rule_ports"),
        (#"{"allow": [{"host": "a.test", "ports": [65536]}]}"#, "egress_rule_ports"),
        (#"{"allow": [{"host": "a.test", "methods": ["get"]}]}"#, "egress_rule_methods"),
        (#"{"allow": [{"host": "a.test", "methods": ["G T"]}]}"#, "egress_rule_methods"),
        (#"{"limits": {"bytes_up": -1}}"#, "egress_limit"), (#"{"limits": {"time": "0s"}}"#, "egress_limit"),
        (#"{"limits": {"connections": 0}}"#, "egress_limit"), (#"{"limits": {"speed": 1}}"#, "egress_policy_shape"),
    ])
    func saysWhatIsWrong(text: String, code: String) throws {
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let error = #expect(throws: EgressPolicyError.self) { try EgressPolicy(json: json) }
        #expect(error?.code == code)
        #expect(error?.message.contains("egress") == true)
    }

    @Test func hasSoManyRulesAtMost() throws {
        let rules = [EgressRule](repeating: try EgressRule(host: "a.test"), count: EgressPolicy.rulesMax + 1)
        #expect(throws: EgressPolicyError.self) { try EgressPolicy(rules) }
        #expect(try EgressPolicy(rules.dropLast()).rules.count == EgressPolicy.rulesMax)
    }
}
