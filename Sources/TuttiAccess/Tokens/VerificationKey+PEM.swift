/// Keys as text (RFC 7468), as configuration and environment variables carry them.
extension VerificationKey {
    /// Bytes of a text; the longest RSA key takes 1.5 KiB.
    package static let pemBytesMax = 16 * 1024

    /// A public key.
    ///
    /// - Parameters:
    ///   - pem: `PUBLIC KEY` or `RSA PUBLIC KEY`; its line breaks may be the two characters `\n`, which is what is left
    ///     of them in many environment variables.
    ///   - algorithm: what the key has to be for; `nil` for what it is.
    ///   - id: what tokens name it by; `nil` when it is the only key of its issuer.
    /// - Throws: `privateKey` and `certificate` for what is no public key, `mismatch` for a key of another algorithm,
    ///   `unsupported` for other kinds and curves, `weak` for a short RSA key, `malformed` for the rest.
    package init(pem: String, algorithm: TokenAlgorithm? = nil, id: String? = nil) throws(TokenKeyError) {
        guard algorithm != .hs256 else {
            throw TokenKeyError(.mismatch, "HS256 checks by a secret, not by a public key; give the secret")
        }
        let (label, bytes) = try Self.block(of: pem)
        let handle: KeyHandle? =
            switch label {
            case "PUBLIC KEY": KeyHandle(publicKeyInfo: bytes)
            case "RSA PUBLIC KEY": KeyHandle(rsaPublicKey: bytes)
            default: throw Self.refusal(of: label)
            }
        guard let handle else {
            throw TokenKeyError(
                .unsupported, "the PEM holds no public key of RSA, P-256 or Ed25519; \(Self.expected)")
        }
        if let algorithm, algorithm != handle.kind.algorithm {
            throw TokenKeyError(
                .mismatch,
                "a key for \(algorithm.rawValue) was expected, and this one is for \(handle.kind.algorithm.rawValue)")
        }
        try self.init(handle, id: id)
    }

    private static let expected = "a text that begins with -----BEGIN PUBLIC KEY----- is expected"

    private static func refusal(of label: String) -> TokenKeyError {
        if label.hasSuffix("PRIVATE KEY") {
            return TokenKeyError(
                .privateKey,
                "this is a private key, and only its issuer may have it; \(expected) (openssl pkey -pubout makes it)")
        }
        if label.hasSuffix("CERTIFICATE") {
            return TokenKeyError(
                .certificate, "this is a certificate; \(expected) (openssl x509 -pubkey -noout makes it)")
        }
        return TokenKeyError(.unsupported, "this PEM is no public key; \(expected)")
    }

    /// The label and the bytes of a text that is one block.
    private static func block(of pem: String) throws(TokenKeyError) -> (label: String, bytes: [UInt8]) {
        let malformed = TokenKeyError(.malformed, "this is no PEM of one key; \(expected)")
        guard pem.utf8.count <= pemBytesMax else {
            throw TokenKeyError(.malformed, "the PEM is longer than \(pemBytesMax) bytes; \(expected)")
        }
        let lines = lines(of: Array(pem.utf8))
        guard let first = lines.first, let last = lines.last, lines.count >= 3,
            let label = label(first, "-----BEGIN ")
        else { throw malformed }
        guard label == Self.label(last, "-----END ") else { throw malformed }
        guard label.hasSuffix("PUBLIC KEY") else { throw refusal(of: label) }  // may have headers, or be more than one
        let body = lines.dropFirst().dropLast().flatMap(\.self)
        guard let bytes = StrictBase64.padded.decode(body) else { throw malformed }
        return (label, bytes)
    }

    /// The lines without blanks at their ends, those without content left out.
    private static func lines(of pem: [UInt8]) -> [ArraySlice<UInt8>] {
        var bytes: [UInt8] = []
        var rest = pem[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let next = rest.first, next == UInt8(ascii: "n") || next == UInt8(ascii: "r")
            {
                rest = rest.dropFirst()
                bytes.append(UInt8(ascii: "\n"))
            } else {
                bytes.append(byte == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : byte)
            }
        }
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        return bytes.split(separator: UInt8(ascii: "\n")).map { line in
            var line = line.drop(while: isBlank)
            while let last = line.last, isBlank(last) { line = line.dropLast() }
            return line
        }.filter { !$0.isEmpty }
    }

    private static func label(_ line: ArraySlice<UInt8>, _ beginning: String) -> String? {
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix(beginning), text.hasSuffix("-----"), text.utf8.count > beginning.utf8.count + 5 else {
            return nil
        }
        return String(text.dropFirst(beginning.count).dropLast(5))
    }
}
