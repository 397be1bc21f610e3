import Testing
import TuttiAccess
import TuttiCore

/// The examples of the specifications: RFC 7515, appendix A; RFC 8037, appendix A; RFC 7638, section 3.1.
struct TokenVectorTests {
    @Test func aSecretsCodeIsTheOneOfTheSpecification() throws {
        let secret = StrictBase64.url.decode(Vectors.secret) ?? []
        try expect(
            VerificationKey(secretBytes: secret), fits: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", Vectors.claims,
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    }

    @Test func anRSASignatureIsTheOneOfTheSpecification() throws {
        let key = try VerificationKey(jwk: ["kty": "RSA", "n": .string(Vectors.rsaModulus), "e": "AQAB"])
        #expect(key.algorithm == .rs256)
        try expect(key, fits: "eyJhbGciOiJSUzI1NiJ9", Vectors.claims, Vectors.rsaSignature)
    }

    @Test func aSignatureOfP256IsTheOneOfTheSpecification() throws {
        let key = try VerificationKey(jwk: Vectors.p256)
        #expect(key.algorithm == .es256)
        try expect(
            key, fits: "eyJhbGciOiJFUzI1NiJ9", Vectors.claims,
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
    }

    @Test func anEd25519SignatureIsTheOneOfTheSpecification() throws {
        let key = try VerificationKey(jwk: Vectors.ed25519)
        #expect(key.algorithm == .edDSA)
        try expect(
            key, fits: "eyJhbGciOiJFZERTQSJ9", "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
    }

    @Test func thumbprintsAreThoseOfTheSpecifications() throws {
        let rsa: JSONValue = [
            "kty": "RSA", "n": .string(Vectors.thumbprintModulus), "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        ]
        #expect(KeyThumbprint.sha256(rsa).map(StrictBase64.url.encode) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(
            KeyThumbprint.sha256(Vectors.ed25519).map(StrictBase64.url.encode)
                == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        #expect(KeyThumbprint.keyID(Vectors.ed25519) == "90facafea9b15566")
        #expect(KeyThumbprint.sha256(["kty": "oct", "k": "AAAA"]) == nil)
        #expect(KeyThumbprint.sha256(["kty": "OKP", "crv": "Ed25519"]) == nil)
    }

    /// Whether the signature fits, and none that differs in a single bit does.
    private func expect(_ key: VerificationKey, fits header: String, _ claims: String, _ text: String) throws {
        let signature = try #require(StrictBase64.url.decode(text))
        let message = Array((header + "." + claims).utf8)
        #expect(key.verifies(signature, of: message))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.verifies(changed, of: message), "byte \(index)")
        }
        #expect(!key.verifies(Array(signature.dropLast()), of: message))
        #expect(!key.verifies([], of: message))
    }
}

private enum Vectors {
    static let claims = """
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ
        """
    static let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    static let rsaModulus = """
        ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR\
        T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB\
        dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia\
        GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ
        """
    static let rsaSignature = """
        cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9\
        uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB\
        _eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq\
        Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw
        """
    static let thumbprintModulus = """
        0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjB\
        ZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8\
        KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_\
        xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw
        """
    static let p256: JSONValue = [
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]
    static let ed25519: JSONValue = [
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ]
}
