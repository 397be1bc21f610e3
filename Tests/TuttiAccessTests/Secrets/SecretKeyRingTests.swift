import FoundationEssentials
import Synchronization
import Testing
import TuttiCore

@testable import TuttiAccess

private let hexA = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
private let hexB = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
private let base64B = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

private let wrongKeys: [String] = {
    var texts = ["", ",", "planted", String(hexB.dropLast()), "\(hexB)0", "planted\(hexB.dropFirst(7))"]
    texts += [String(base64B.dropLast(4)), "\(base64B.dropLast(2))9=", "\(base64B.dropLast(2))*="]
    texts += ["\(base64B.dropLast())A", "\(base64B)AAAA", "\(hexB),", "\(hexA),\(hexB),\(hexA)"]
    texts += [String(repeating: "0", count: 64), String(repeating: "ab", count: 32), tooMany]
    return texts
}()

/// One key more than there may be.
private let tooMany: String = {
    let keys = (1...17).map { number -> String in
        let text = String(number)
        return String(repeating: "0", count: 64 - text.utf8.count) + text
    }
    return keys.joined(separator: ",")
}()

private func bytes(_ hex: String) -> [UInt8] {
    stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
}

struct SecretKeyRingTests {
    private func ring(_ text: String) throws(SecretError) -> SecretKeyRing {
        try SecretKeyRing(text: SecretText(text))
    }

    @Test(arguments: [
        hexB, hexB.uppercased(), base64B, String(base64B.dropLast()), " \(hexB)\n", "\(hexB),\(hexA)",
        "\(base64B) , \(hexA)",
    ])
    func keysAreRead(text: String) throws {
        let ring = try ring(text)
        // The first 8 digits of `printf HEX | xxd -r -p | sha256sum`.
        #expect(ring.newestID == "630dcd29")
        #expect(ring.ids.count == (text.contains(",") ? 2 : 1))
    }

    @Test(arguments: wrongKeys)
    func whatIsNoKeyIsRefusedAndNotShown(text: String) async throws {
        let error = await secretFailure { try ring(text) }
        #expect(error?.reason == .badKey)
        let message = error?.message ?? ""
        #expect(message.contains("64 hexadecimal digits") || message.contains("secret key"))
        for part in text.split(separator: ",") where part.count > 4 { #expect(!message.contains(part.prefix(5))) }
    }

    @Test func theEnvironmentNamesThem() async throws {
        let variables = ["TUTTI_SECRET_KEY": hexB, "KEY_ENCRYPTION_KEY": hexA]
        #expect(try SecretKeyRing.environment { variables[$0] }?.newestID == "630dcd29")
        #expect(try SecretKeyRing.environment { $0.hasPrefix("TUTTI") ? "" : hexB }?.newestID == "630dcd29")
        #expect(try SecretKeyRing.environment { _ in nil } == nil)
        for name in variables.keys {
            let error = await secretFailure { try SecretKeyRing.environment { $0 == name ? "planted" : nil } }
            #expect(error?.message.hasPrefix(name + ": ") == true && error?.message.contains("planted") == false)
        }
    }

    /// Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation".
    @Test func aKnownAnswer() throws {
        let key = try #require(SecretKey(bytes(hexA)))
        let plain = bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
        let context = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        let sealed = try key.seal(plain, nonce: bytes("cafebabefacedbaddecaf888"), context: context)
        #expect(
            Hexadecimal.encode(sealed.text)
                == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662")
        #expect(Hexadecimal.encode(sealed.tag) == "76fc6ece0f4e1768cddf8853bb2d551b")
        #expect(key.open(sealed, context: context) == plain)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1000, 16 << 10])
    func whatIsSealedIsOpened(count: Int) throws {
        let ring = try ring("\(hexB),\(hexA)")
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = try ring.seal(plain, context: "c")
        #expect(sealed.keyID == ring.newestID)
        #expect(try ring.open(SealedSecret(bytes: sealed.bytes), context: "c") == plain)
        #expect(try ring.seal(plain, context: "c") != sealed)
    }

    @Test func noByteCanBeChanged() async throws {
        let ring = try ring("\(hexB),\(hexA)")
        let sealed = try ring.seal(Array("sk-planted-value".utf8), context: "c")
        for place in sealed.bytes.indices {
            for bit in [UInt8(1), 0x80] {
                var changed = sealed.bytes
                changed[place] ^= bit
                let error = await secretFailure {
                    try ring.open(SealedSecret(bytes: changed), context: "c")
                }
                #expect(error == .cannotBeOpened, "byte \(place)")
            }
        }
        for count in sealed.bytes.indices {
            let error = await secretFailure {
                try ring.open(SealedSecret(bytes: Array(sealed.bytes.prefix(count))), context: "c")
            }
            #expect(error == .cannotBeOpened, "\(count) bytes")
        }
    }

    @Test func anotherKeyOrContextDoesNotOpen() async throws {
        let sealed = try ring(hexA).seal([1, 2, 3], context: "c")
        for (ring, context) in [(try ring(hexB), "c"), (try ring(hexA), "d"), (try ring(hexA), "")] {
            let error = await secretFailure { try ring.open(sealed, context: context) }
            #expect(error == .cannotBeOpened)
        }
    }

    @Test func olderKeysOpenAndTheNewestSeals() throws {
        let old = try ring(hexA)
        let sealed = try old.seal([7], context: "c")
        let new = try old.rotated()
        #expect(new.ids.count == 2 && new.ids[1] == old.newestID && new.newestID != old.newestID)
        #expect(try new.open(sealed, context: "c") == [7])
        #expect(try new.seal([7], context: "c").keyID == new.newestID)
        #expect(new.newestOnly().ids == [new.newestID])
    }

    @Test func aRingHasABound() async throws {
        var ring = try SecretKeyRing.fresh()
        for _ in 1..<SecretLimits.keysMax { ring = try ring.rotated() }
        let error = await secretFailure { try ring.rotated() }
        #expect(error?.reason == .full)
    }

    @Test func withoutRandomnessNothingIsMade() async throws {
        let none = SecretRandom { _ in nil }
        let short = SecretRandom { Array(repeating: 1, count: $0 - 1) }
        let same = SecretRandom { Array(repeating: 1, count: $0) }
        let ring = try ring(hexA)
        for random in [none, short] {
            #expect(
                await secretFailure { try ring.seal([1], context: "c", random: random) }?.reason
                    == .unusable)
        }
        for random in [none, short, same] {
            #expect(
                await secretFailure { try ring.rotated(random: random) }?.reason == .unusable)
        }
    }

    @Test func keysAreNotShown() throws {
        let ring = try ring("\(hexB),\(hexA)")
        let sealed = try ring.seal(Array("planted".utf8), context: "c")
        var shown = ""
        dump(ring, to: &shown)
        dump(ring.keys, to: &shown)
        dump(sealed, to: &shown)
        shown += "\(ring) \(String(reflecting: ring)) \(ring.keys) \(sealed)"
        #expect(!shown.lowercased().contains("0102030405") && !shown.lowercased().contains("feffe992"))
        #expect(!shown.contains("planted"))
        #expect(shown.contains("630dcd29"))
    }

    @Test func wipedBytesAreGone() {
        var bytes: [UInt8] = [1, 2, 3]
        bytes.wipe()
        #expect(bytes.isEmpty)
    }
}
