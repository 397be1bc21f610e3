package import TuttiCore

/// What a new password has to be: long, and nothing else (NIST SP 800-63B, section 3.1.1.2).
///
/// A password is the bytes that were sent. They are not normalised: keyboards and browsers send the composed form
/// (NFC) anyway, and the hashes that people bring from elsewhere were made of the bytes as they came.
package enum PasswordRule {
    /// Characters (Unicode scalars).
    package static let lengthMin = 8
    /// Characters (Unicode scalars).
    package static let lengthMax = 1024
    /// Bytes of UTF-8: no character has more than four.
    package static let bytesMax = 4 * lengthMax

    /// - Throws: `tooShort` or `tooLong`.
    package static func check(_ password: SecretText) throws(PasswordError) {
        try checkSize(password)
        let length = password.revealed.unicodeScalars.count
        guard length >= lengthMin else { throw PasswordError(.tooShort) }
        guard length <= lengthMax else { throw PasswordError(.tooLong) }
    }

    /// The bound for what is only compared; older systems may have had a shorter minimum.
    static func checkSize(_ password: SecretText) throws(PasswordError) {
        guard password.revealed.utf8.count <= bytesMax else { throw PasswordError(.tooLong) }
    }
}
