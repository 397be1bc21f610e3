import Testing
import TuttiAccess
import TuttiCore

/// What is read as a hash, and what is not.
struct PasswordHashTests {
    private func refusal(_ text: String) -> PasswordHashError.Code? {
        do throws(PasswordHashError) {
            _ = try PasswordHash(text)
            return nil
        } catch {
            return error.code
        }
    }

    private static let salt = "c29tZXNhbHQ"
    private static let tag = "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

    @Test(arguments: [
        "", " ", "x", "plain", "$", "$$$$", "$argon2i$v=19$m=64,t=1,p=1$\(salt)$\(tag)",
        "$argon2d$v=19$m=64,t=1,p=1$\(salt)$\(tag)",
        "$1$abc$def", "$5$abc$def", "$6$abc$def", "$y$j9T$abc$def",
        "$2x$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$2$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq", "*0", "*1", "!", "{SSHA}abc",
        "scrypt:32768:8:1$a$b",
        "5f4dcc3b5aa765d61d8327deb882cf99", "\0", "ARGON2ID", "$argon2id", "$2b",
    ])
    func otherSchemesAreNotKnown(_ text: String) { #expect(refusal(text) == .unknownScheme) }

    @Test(arguments: [
        "$argon2id$", "$argon2id$v=19$", "$argon2id$v=16$m=64,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$m=64,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$t=1,m=64,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=64,t=1,p=1,q=1$\(salt)$\(tag)", "$argon2id$v=19$m=064,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=-64,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=+64,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=٦٤,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=0,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=64,t=1,p=0$\(salt)$\(tag)", "$argon2id$v=19$m=7,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=15,t=1,p=2$\(salt)$\(tag)", "$argon2id$v=19$m=9999999999,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=64,t=1,p=1$\(salt)=$\(tag)", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)$",
        "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)\n", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$!",
        "$2b$05$", "$2b$5$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCqx",
        "$2b$03$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$2b$32$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$2b$-5$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$2b$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlC",
        "$2b$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCqq",
        "$2b$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlC\0",
        "$2b$05$/OK.fbVrR/bpIqNJ5ianF$Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$2b$05$/OK.fbVrR/bpIqNJ5ianF=Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$pbkdf2-", "$pbkdf2-sha1$1000$abcd$\(tag)", "$pbkdf2-sha256$0$abcd$\(tag)", "$pbkdf2-sha256$x$abcd$\(tag)",
        "$pbkdf2-sha256$1000$ab+d$\(tag)", "$pbkdf2-sha256$1000$abcd$\(tag)=", "pbkdf2_sha256$1000$salt",
        "pbkdf2_sha256$1000$salt$\(tag)", "pbkdf2_md5$1000$salt$\(tag)=", "pbkdf2_sha256$9999999999$salt$\(tag)=",
        "pbkdf2:sha256$salt$00", "pbkdf2:sha256:1000$salt$xyz", "pbkdf2:sha256:1000$salt$ABCDEF",
        "pbkdf2:sha256:1000$salt$abc",
        "pbkdf2:sha256:1000:1$salt$00", "pbkdf2:", "pbkdf2_", "pbkdf2:sha256:-1$salt$00",
    ])
    func garbageIsRefused(_ text: String) { #expect(refusal(text) == .malformed) }

    @Test func aHashHasABound() {
        #expect(refusal("$argon2id$" + String(repeating: "x", count: 1_000_000)) == .malformed)
    }

    /// Each of these would keep a thread busy for seconds or more, or take the machine's memory.
    @Test(arguments: [
        "$argon2id$v=19$m=262145,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=262144,t=5,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=999999999,t=999999999,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=8192,t=999999999,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=1024,t=1,p=17$\(salt)$\(tag)", "$2b$15$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$2b$31$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq", "$pbkdf2-sha256$2000001$abcd$\(tag)",
        "pbkdf2_sha256$999999999$salt$\(tag)=", "pbkdf2:sha256:2000001$salt$00112233445566778899aabbccddeeff",
    ])
    func aHashThatWouldStopTheServerIsRefused(_ text: String) throws {
        let error = #expect(throws: PasswordHashError.self) { try PasswordHash(text) }
        #expect(error?.code == .tooCostly)
        #expect(error?.message.contains("new password") == true)
    }

    @Test(arguments: [
        "$argon2id$v=19$m=262144,t=4,p=16$\(salt)$\(tag)",
        "$2b$14$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$pbkdf2-sha256$2000000$abcd$\(tag)",
    ])
    func theMostThatIsAllowedIsTaken(_ text: String) { #expect(refusal(text) == nil) }

    @Test(arguments: [
        "$argon2id$v=19$m=64,t=1,p=1$c29tZQ$\(tag)", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$AAAA",
        "$argon2id$v=19$m=64,t=1,p=1$$\(tag)",
        "$argon2id$v=19$m=64,t=1,p=1$\(salt)$", "$pbkdf2-sha256$1000$abcd$AAAA", "pbkdf2_sha256$1000$$\(tag)=",
        "pbkdf2:sha256:1000$salt$00",
    ])
    func aHashThatSomethingElseWouldMatchIsRefused(_ text: String) { #expect(refusal(text) == .tooWeak) }

    /// Each hash with bytes changed, added and left out: what is taken has one text only, and nothing stops the reader.
    @Test(arguments: [
        "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)", "$2b$04$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
        "$pbkdf2-sha256$1000$abcd$\(tag)", "pbkdf2_sha512$1000$salt$\(tag)=",
        "pbkdf2:sha256:1000$salt$00112233445566778899aabbccddeeff",
    ])
    func aChangedHashIsReadAsWhatItSays(_ text: String) throws {
        var random = SeededGenerator(seed: 6)
        let letters = Array("$=,:./+09azAZmtpv \0\n\u{E9}".utf8)
        for _ in 0..<3000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let letter = letters[Int.random(in: 0..<letters.count, using: &random)]
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = letter
                case 1: bytes.insert(letter, at: place)
                default: bytes.remove(at: place)
                }
            }
            let changed = String(decoding: bytes, as: UTF8.self)
            if let hash = try? PasswordHash(changed) { #expect(hash.stored == changed) }
        }
    }

    @Test func aHashShowsItsSchemeOnly() throws {
        let hash = try PasswordHash("$argon2id$v=19$m=64,t=1,p=1$\(Self.salt)$\(Self.tag)")
        #expect("\(hash)" == "[argon2id hash]")
        #expect(String(reflecting: hash) == "[argon2id hash]")
        #expect(hash.schemeName == "argon2id")
        var dumped = ""
        dump([hash], to: &dumped)
        #expect(!dumped.contains(Self.tag) && !dumped.contains("64"))
        let error = #expect(throws: PasswordHashError.self) { try PasswordHash("$argon2id$v=19$secretpart") }
        #expect(error?.message.contains("secretpart") == false)
    }
}
