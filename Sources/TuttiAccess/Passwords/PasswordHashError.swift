/// Why a text is not taken as the hash of a password.
package struct PasswordHashError: Error, Hashable, CustomStringConvertible {
    /// For programs.
    package enum Code: String, Sendable {
        case unknownScheme = "unknown_scheme"
        case malformed
        /// To check it would take more time or memory than a login may.
        case tooCostly = "too_costly"
        /// It would be cheaper to try all passwords than to ask for one.
        case tooWeak = "too_weak"
    }

    package let code: Code
    /// For people: the rule and the way out, and nothing of the hash.
    package let message: String

    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message + "; let this person set a new password"
    }

    static func malformed(_ form: String) -> PasswordHashError {
        PasswordHashError(.malformed, "the hash does not have the form \(form)")
    }
}

/// Numbers in hashes: decimal, without signs and leading zeros, so that one number has one text.
enum PlainNumber {
    static func read(_ text: some StringProtocol) -> Int? {
        let digits = text.utf8
        guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != 0x30
        else { return nil }
        return Int(text)
    }
}
