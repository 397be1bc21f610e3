/// Signatures of P-256 as tokens carry them: two numbers of 32 bytes in a row (RFC 7518, section 3.4), where the
/// library has them in a sequence of ASN.1.
enum JOSESignature {
    private static let width = 32

    /// The library's form; `nil` when there are not exactly two numbers.
    static func libraryForm(_ signature: [UInt8]) -> [UInt8]? {
        guard signature.count == 2 * width else { return nil }
        return DistinguishedEncoding.sequence(
            DistinguishedEncoding.integer(signature.prefix(width))
                + DistinguishedEncoding.integer(signature.suffix(width)))
    }

    /// The form of tokens; `nil` for what the library does not write.
    static func tokenForm(_ signature: [UInt8]) -> [UInt8]? {
        DistinguishedEncoding.pair(signature, width: width).map { $0 + $1 }
    }
}
