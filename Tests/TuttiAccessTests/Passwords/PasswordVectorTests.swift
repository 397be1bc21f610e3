import Testing
import TuttiCore

@testable import TuttiAccess

/// Hashes of specifications and of other implementations.
struct PasswordVectorTests {
    private func matches(_ password: some Collection<UInt8>, _ text: String) throws -> Bool? {
        try PasswordHash(text).matches(WipedBytes(password))
    }

    /// Whether the password is right, and nothing near it is.
    private func expect(_ password: String, _ text: String) throws {
        #expect(try matches(password.utf8, text) == true)
        for wrong in ["", password + "x", String(password.dropLast()), password.uppercased() + "1"] {
            #expect(try matches(wrong.utf8, text) == false, "\(wrong)")
        }
        #expect(try PasswordHash(text).stored == text)
    }

    /// The vectors of the reference implementation for version 0x13, and one with two lanes by argon2-cffi 25.1.
    @Test(arguments: [
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ])
    func argon2idIsTheReference(_ text: String) throws { try expect("password", text) }

    @Test func argon2idOfAnotherImplementationIsRight() throws {
        try expect(
            "correct horse",
            "$argon2id$v=19$m=64,t=1,p=2$6NTCyk8F95vtob+5dBu0cw$rJmpGu1qbq2D31+TFk404tbvjSXbl9pgDzytA0sM/nI")
    }

    /// RFC 7914, section 11.
    @Test func pbkdf2IsTheOneOfTheSpecification() throws {
        try expect(
            "passwd",
            "pbkdf2:sha256:1$salt$55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783")
        try expect(
            "Password",
            "pbkdf2:sha256:80000$NaCl$4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                + "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d")
    }

    /// By passlib 1.7.4, Werkzeug 3.1.9 and Django 5.2.19.
    @Test(arguments: [
        "$pbkdf2-sha256$29000$gnDOWStFiHEu5RxjbA0hxA$TcVnytjX4o8HL9Vw6yUL29iEANxVw0SJPYfWv0tLbEc",
        "pbkdf2:sha256:100000$kD5UKMyl9OcbOmsi$4eccdbab8a4b06dedad8a814152561919223bd49ca7712826e14"
            + "37aa28efef13",
        "pbkdf2_sha256$100000$Tm3xYq0aBcDe$9naTFK99hmCuzDtzZrX4CUSMEX1DUL5hUjF1Bk+61Fo=",
        "$pbkdf2-sha512$1000$OwcAYOz9f0.pFaLUGuM8Bw$A2ewx9VaKFEHrRn3dIjN2pRil65vp2Z9ooWnq6OipEaoeGp"
            + "aH6tgd6GRIijNrVvzRCob0Corhe3LJDqkbJLc2g",
        "pbkdf2:sha512:1000$2rtT8pQQ48romhWr$83071add5474b90a2d14f82a30ab40c408dac58bbcdf38fef90e95"
            + "7efece88ded46e33538a1897583ea236fec042bb0a311d07d1836f9d8436330a945be41c60",
    ])
    func pbkdf2OfOtherImplementationsIsRight(_ text: String) throws { try expect("correct horse", text) }

    /// By bcrypt 4.0.1.
    @Test(arguments: [
        "$2b$04$xqnY3SJt86.YaxlMqxNtJuCETa9aDC44r9zCwreN44ZcttITKYx8.",
        "$2a$04$KD0I1SXLxs25EwsDD1lnCePs/eDdbM6op4SSCKgP7ob7l09vR485K",
        "$2y$04$xqnY3SJt86.YaxlMqxNtJuCETa9aDC44r9zCwreN44ZcttITKYx8.",
    ])
    func bcryptOfAnotherImplementationIsRight(_ text: String) throws { try expect("correct horse", text) }

    /// The vectors of crypt_blowfish 1.3.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
    ])
    func bcryptIsTheReference(_ password: String, _ text: String) throws { try expect(password, text) }

    @Test(arguments: ["2a", "2b", "2y"])
    func bcryptTakesBytesOfEightBits(_ variant: String) throws {
        let text = "$\(variant)$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"
        #expect(try matches([0xA3], text) == true)
        #expect(try matches([0x23], text) == false)
        let words = "$04$nB6WHhmYo7g5VNNZiLl80.DWdd4OWX0NowBmb92rABvs0KxMyrc/."
        #expect(try matches("pässwörd€".utf8, "$\(variant)" + words) == true)
        #expect(try matches("password€".utf8, "$\(variant)" + words) == false)
    }

    /// The 73rd byte and all that follow do not count, as they did not where the hash comes from.
    @Test func bcryptLooksAtSeventyTwoBytes() throws {
        let reference = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
        let letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        #expect(letters.utf8.count == 72)
        #expect(try matches((letters + "chars after 72 are ignored").utf8, reference) == true)
        #expect(try matches(letters.utf8, reference) == true)
        #expect(try matches(letters.utf8.dropLast(), reference) == false)
        #expect(try matches((letters + String(repeating: "é", count: 2000)).utf8, reference) == true)
        let other = "$2b$04$VXIIvC7EnebUaCa04oWqWehSZ.S.rMA1GzUV4hSRlm6WxR8MNVv1K"
        #expect(try matches(String(repeating: "a", count: 72).utf8, other) == true)
        #expect(try matches(String(repeating: "a", count: 71).utf8, other) == false)
    }

    @Test func aZeroByteEndsNoPassword() throws {
        let text = "$2b$04$xqnY3SJt86.YaxlMqxNtJuCETa9aDC44r9zCwreN44ZcttITKYx8."
        #expect(try matches("correct horse\0".utf8, text) == false)
        #expect(try matches("correct horse\0and more".utf8, text) == false)
        let argon2 = "$argon2id$v=19$m=64,t=1,p=2$6NTCyk8F95vtob+5dBu0cw$rJmpGu1qbq2D31+TFk404tbvjSXbl9pgDzytA0sM/nI"
        #expect(try matches("correct horse\0".utf8, argon2) == false)
    }

    /// The bits of the salt's last letter that say nothing are written anew by the library.
    @Test func bcryptsSaltMayHaveBitsThatSayNothing() throws {
        #expect(try matches("U*U".utf8, "$2a$05$CCCCCCCCCCCCCCCCCCCCC/E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW") == true)
    }
}
