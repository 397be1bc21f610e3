import Testing
import TuttiAccess
import TuttiCore

struct SigningKeyTests {
    @Test(arguments: [TokenAlgorithm.edDSA, .es256])
    func aNewKeySignsAndIsKept(_ algorithm: TokenAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let message = Array("to be signed".utf8)
        #expect(key.algorithm == algorithm)
        #expect(key.sign(message).count == 64)
        #expect(key.verification.verifies(key.sign(message), of: message))
        #expect(!key.verification.verifies(key.sign(message), of: message + [0]))
        #expect(key.id.count == 16)
        #expect(key.verification.id == key.id)

        let kept = try SigningKey(pkcs8: key.pkcs8())
        #expect(kept.id == key.id)
        #expect(kept.verification.jwk == key.verification.jwk)
        #expect(key.verification.verifies(kept.sign(message), of: message))
        #expect(try SigningKey.generate(algorithm).id != key.id)
    }

    /// The numbers of a signature are shorter now and then, and have to keep their width.
    @Test func signaturesOfP256KeepTheirWidth() throws {
        let key = try SigningKey.generate(.es256)
        for number in 0..<600 {
            let message = Array("message \(number)".utf8)
            let signature = key.sign(message)
            #expect(signature.count == 64)
            #expect(key.verification.verifies(signature, of: message))
        }
    }

    @Test(arguments: [ForeignKeys.ed25519PKCS8, ForeignKeys.p256PKCS8])
    func keysOfAnotherImplementationAreTaken(_ text: String) throws {
        let bytes = try #require(StrictBase64.padded.decode(text))
        let key = try SigningKey(pkcs8: bytes, id: "given")
        #expect(key.id == "given")
        #expect(try SigningKey(pkcs8: bytes).id == key.verification.jwk.flatMap(KeyThumbprint.keyID))
        let pem = key.algorithm == .edDSA ? ForeignKeys.ed25519 : ForeignKeys.p256
        #expect(try VerificationKey(pem: pem, id: "given").jwk == key.verification.jwk)
    }

    @Test(arguments: [TokenAlgorithm.hs256, .rs256])
    func weSignByTwoAlgorithmsOnly(_ algorithm: TokenAlgorithm) {
        let error = #expect(throws: TokenKeyError.self) { try SigningKey.generate(algorithm) }
        #expect(error?.code == .unsupported)
    }

    @Test func otherBytesAreNoKey() throws {
        let bytes = try #require(StrictBase64.padded.decode(ForeignKeys.ed25519PKCS8))
        for broken in [[], [0], Array(bytes.dropLast()), bytes + [0], Array(bytes.reversed())] {
            let error = #expect(throws: TokenKeyError.self) { try SigningKey(pkcs8: broken) }
            #expect(error?.code == .malformed)
        }
    }

    @Test func aKeyShowsItsNameOnly() throws {
        let key = try TokenMaker().key
        #expect("\(key)" == "EdDSA signing key k1")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(dumped.split(separator: "\n").count == 1)
    }
}
