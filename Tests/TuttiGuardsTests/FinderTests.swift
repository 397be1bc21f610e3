import Testing

@testable import TuttiGuards

/// What is found, and what only looks like it. The examples of secrets are put together here, so that nobody who looks
/// for leaked ones finds them in this file.
struct FinderTests {
    private static func expect(_ kind: GuardKind, _ text: String, _ found: String?) throws {
        let guards = [try Redaction.finding([kind])]
        let wanted = found.map { text.replacing($0, with: kind.placeholder) } ?? text
        #expect(try Redaction.whole(text, guards) == wanted)
        #expect(found == nil || wanted != text, "the example has what it is to find")
    }

    @Test(arguments: [
        ("write to ada@example.com.", "ada@example.com"), ("<ada.lovelace+x@mail.example.co.uk>", nil),
        ("-ada@example.org, please", "ada@example.org"), (#"{\"to\":\"\nada@example.org\"}"#, "ada@example.org"),
        ("Käthe: käthe@example.org", "the@example.org"), ("a@b", "-"), ("@handle and user@localhost", "-"),
        ("git@github.com:a/b", "-"), ("icon@2x.png", "-"), ("package@1.2.3", "-"), ("a@.com a@b..com a.@b.com", "-"),
        ("\(String(repeating: "x", count: 300))@example.com", "-"), ("ada@example.com-Bob", "ada@example.com"),
        ("ada@example.com2", "ada@example.com"), ("to ada@host.xn--p1ai.", "ada@host.xn--p1ai"),
        ("ada@müller.de!", "ada@müller.de"), ("an ada@пример.рф", "ada@пример.рф"),
        ("ada@example.com。好", "ada@example.com"), ("ada@example.com.7", "ada@example.com"),
        ("this@MainActivity.finish()", "-"), ("this@Main.field", "-"), ("q@k.transpose(-2,-1)", "-"),
        ("foo@1.0.0-beta.rc", "-"), ("to ada@163.com", "ada@163.com"), ("icon@2x.png-old", "-"),
    ])
    func addresses(text: String, found: String?) throws {
        let whole = found == nil ? String(text.dropFirst().dropLast()) : found
        try Self.expect(.email, text, whole == "-" ? nil : whole)
    }

    @Test(arguments: [
        ("call +49 30 1234567 now", "+49 30 1234567"), ("+1 (415) 555-2671", "+1 (415) 555-2671"),
        ("tel:+442071838750.", "+442071838750"), ("1+23456789", nil), ("+1234567", nil), ("+0123456789", nil),
        ("++12345678", nil), ("+1234567890123456", nil), ("a + 12345678", nil), ("+12345678x", nil),
        ("+49 151 12345678 2024", "+49 151 12345678"), ("+49 30 / 12345678", "+49 30 / 12345678"),
        ("+49 30 - 1234567.", "+49 30 - 1234567"), ("+44 (0)20 7946 0958", "+44 (0)20 7946 0958"),
        ("+49\u{A0}30\u{202F}123\u{2011}4567", "+49\u{A0}30\u{202F}123\u{2011}4567"),
        ("+1 415 555 2671 10 people", "+1 415 555 2671"), ("+49 30 1234567. 12 came", "+49 30 1234567"),
        ("+2024-01-15 10:22:33 started", nil), ("+1700000000,42", nil), ("+28 12345678", nil),
    ])
    func telephones(text: String, found: String?) throws { try Self.expect(.phone, text, found) }

    @Test(arguments: [
        ("pay 4111 1111 1111 1111.", "4111 1111 1111 1111"), ("5555555555554444", "5555555555554444"),
        ("3782-822463-10005", "3782-822463-10005"), ("12 4111111111111111", "4111111111111111"),
        ("4111 1111 1111 1111 123456", "4111 1111 1111 1111"), ("6011111111111117", "6011111111111117"),
        (#"\n4111111111111111\n"#, "4111111111111111"), ("2223003122003222", "2223003122003222"),
        (#"\u00e94111111111111111"#, "4111111111111111"), ("4111 1111 1111 1112", nil), ("0.4111111111111111", nil),
        ("x4111111111111111", nil),
        ("4111111111111111x", nil), ("1234567812345670", nil), ("4111 1111-1111 1111", nil),
        ("41 11 11 11 11 11 11 11", nil), ("41111111111111110000000", nil), ("1700000000000", nil),
        ("4222222222222", nil),
        ("4111\u{A0}1111\u{A0}1111\u{A0}1111", "4111\u{A0}1111\u{A0}1111\u{A0}1111"),
        ("4111\u{2011}1111\u{2011}1111\u{2011}1111", "4111\u{2011}1111\u{2011}1111\u{2011}1111"),
    ])
    func cards(text: String, found: String?) throws { try Self.expect(.creditCard, text, found) }

    @Test(arguments: [
        ("DE89 3704 0044 0532 0130 00.", "DE89 3704 0044 0532 0130 00"),
        ("to GB29NWBK60161331926819", "GB29NWBK60161331926819"), ("NO9386011117947", "NO9386011117947"),
        ("FR1420041010050500013M02606!", "FR1420041010050500013M02606"),
        (
            "DE89\u{A0}3704\u{A0}0044\u{A0}0532\u{A0}0130\u{A0}00",
            "DE89\u{A0}3704\u{A0}0044\u{A0}0532\u{A0}0130\u{A0}00"
        ),
        ("DE88370400440532013000", nil),
        ("DE8937040044053201300", nil), ("DE893704004405320130001", nil), ("XX89370400440532013000", nil),
        ("aDE89370400440532013000", nil),
    ])
    func accounts(text: String, found: String?) throws { try Self.expect(.iban, text, found) }

    @Test(arguments: [
        ("from 192.168.7.1 to us", "192.168.7.1"), ("ip:10.20.30.40.", "10.20.30.40"),
        ("at 2001:db8::1:", "2001:db8::1"), ("IP:fe80::1ff:fe23:4567:890a", "fe80::1ff:fe23:4567:890a"),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        ("[2001:db8::]", "2001:db8::"), ("127.0.0.1 and 0.0.0.0", nil), ("1.2.3.4.5", nil), ("v1.2.3.4", nil),
        ("256.1.1.1", nil), ("01.2.3.4", nil), ("12:34:56", nil), ("face::add(b)", nil), ("std::dead", nil),
        ("2001:db8:1", nil), ("2001::1::2", nil), ("::1", nil),
    ])
    func machines(text: String, found: String?) throws { try Self.expect(.ipAddress, text, found) }

    @Test(arguments: [
        ("it is 123-45-6789.", "123-45-6789"), ("SSN: 123456789", "123456789"),
        ("Social Security number 123 45 6789", "123 45 6789"), ("000-12-3456", nil), ("666-12-3456", nil),
        ("900-12-3456", nil), ("123-00-4567", nil), ("123-45-0000", nil), ("123456789", nil), ("123 45 6789", nil),
        ("123-45-6789-1", nil), ("1123-45-6789", nil),
    ])
    func socialSecurity(text: String, found: String?) throws { try Self.expect(.usSSN, text, found) }

    /// Every other byte begins a word, and what is behind it is not read anew from each.
    @Test(.timeLimit(.minutes(1))) func wordsWithoutAnEndAreReadOnce() {
        let bytes = Array(String(repeating: "a.", count: 8 << 20).utf8)
        let finding = unsafe bytes.withUnsafeBufferPointer { buffer in
            var text = unsafe TextReader(buffer)
            return GuardKind.email.next(in: &text, from: 0, SearchWatch(Redaction.still))
        }
        #expect(finding == .nothing)
    }

    private static let digits = "0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789"

    @Test(arguments: [
        ("sk-", "ant-api03-", true), ("sk-", "proj-", true), ("sk_", "live_", true), ("xo", "xb-", true),
        ("AI", "za", true), ("gl", "pat-", true), ("tut", "ti_", true), ("h", "f_", true), ("task-", "x-", false),
        ("sk", ":", false),
    ])
    func keysOfServices(first: String, second: String, isFound: Bool) throws {
        let key = first + second + Self.digits
        try Self.expect(.apiKey, "use \(key), please", isFound ? key : nil)
    }

    @Test func namesAreNoKeys() throws {
        for text in [
            "sk-learn-is-a-package-with-a-long-name", "tutti_runs_started_total_of_this_program", "sk-12345",
            "hf_text_generation_inference_v2_model",
        ] {
            try Self.expect(.apiKey, text, nil)
        }
    }

    @Test func keysOfClouds() throws {
        let key = "AK" + "IAIOSFODNN7EXAMPLE"
        try Self.expect(.awsKey, "id=\(key);", key)
        try Self.expect(.awsKey, "\(key)A", nil)
        try Self.expect(.awsKey, "x\(key)", nil)
        let token = "gh" + "p_" + Self.digits
        try Self.expect(.gitHubToken, "(\(token))", token)
        let fine = "github" + "_pat_" + Self.digits + "_" + Self.digits
        try Self.expect(.gitHubToken, "\(fine).", fine)
        try Self.expect(.gitHubToken, "ghp_short and github_pat_short", nil)
    }

    @Test func signedTokens() throws {
        // {"alg":"HS256"}, {"sub":"1"}
        let token = "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + "abc-_123"
        try Self.expect(.jwt, "Bearer \(token)!", token)
        try Self.expect(.jwt, "eyJ" + "zdWIiOiIxIn0.eyJzdWIiOiIxIn0.abc", nil)  // it does not say how it is signed
        try Self.expect(.jwt, "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", nil)
    }

    @Test func privateKeys() throws {
        let lines = String(repeating: "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n", count: 20)
        let (head, foot) = ("-----BEGIN RSA PRIVATE" + " KEY-----\n", "-----END RSA PRIVATE KEY-----")
        try Self.expect(.privateKey, "it is\n\(head)\(lines)\(foot)\nthere", head + lines + foot)
        let cut = head + lines
        let guards = [try Redaction.finding([.privateKey])]
        #expect(try Redaction.whole("a \(cut)and so on", guards) == "a [PRIVATE_KEY] so on")
        #expect(try Redaction.whole(cut + #"\"}"#, guards) == #"[PRIVATE_KEY]\"}"#)
        try Self.expect(.privateKey, "a file that begins with \(head)", nil)
        try Self.expect(.privateKey, head.replacing("PRIVATE", with: "PUBLIC") + lines + foot, nil)
    }

    @Test(arguments: [
        ("postgres://ada:geheim@db:5432/x", "ada:geheim"), ("see https://u:p%40ss@example.com/", "u:p%40ss"),
        ("redis://:geheim@[::1]", ":geheim"), ("https://example.com:8080/a@b", nil), ("postgres://ada@db", nil),
        ("postgres://ada:${PASSWORD}@db", nil), ("postgres://ada:<password>@db", nil), ("a:b@c", nil),
    ])
    func passwordsInAddresses(text: String, found: String?) throws { try Self.expect(.passwordURL, text, found) }
}
