import TuttiCore

/// Why a secret, or what keeps them, cannot be had. Nothing in it comes from a secret or a key.
package struct SecretError: CodedError, Hashable, CustomStringConvertible {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// What was given breaks a rule; nothing was changed.
        case badInput = "secret_bad_input"
        /// `TUTTI_SECRET_KEY` breaks a rule.
        case badKey = "secret_bad_key"
        /// The key file is not there, or may not be trusted.
        case badKeyFile = "secret_bad_key_file"
        /// The key is another, or what was stored is damaged or belongs to another place: which of them is not told.
        case cannotBeOpened = "secret_cannot_be_opened"
        /// A limit of ``SecretLimits`` is reached; nothing was changed.
        case full = "secret_store_full"
        /// Others have changed the same secret again and again meanwhile; nothing was changed.
        case conflict = "secret_conflict"
        /// The database or the other server cannot be used now.
        case unusable = "secret_store_unusable"
        /// The other server does not let us in.
        case refused = "secret_store_refused"
    }

    package let reason: Reason
    /// One sentence for people, with the way out where there is one.
    package let message: String
    package let isRetryable: Bool

    package var code: String { reason.rawValue }
    package var description: String { message }

    package init(_ reason: Reason, _ message: String, isRetryable: Bool? = nil) {
        self.reason = reason
        self.message = message
        self.isRetryable = isRetryable ?? [.conflict, .unusable].contains(reason)
    }

    /// One error for all reasons, so that nobody learns from it which it was.
    package static let cannotBeOpened = SecretError(
        .cannotBeOpened,
        "a stored secret cannot be opened with the present keys: put the key that it was sealed with back behind the "
            + "newest one, or remove the secret and store it anew")

    /// That keys do not open what is there: one of another home, or one that was lost.
    static func lacking(_ lacking: [SecretSealing], in ring: SecretKeyRing) -> SecretError {
        let what = lacking.map { sealing in
            let more = sealing.count > 1 ? " and \(sealing.count - 1) more" : ""
            return "the key \(sealing.keyID.isEmpty ? "of a damaged one" : sealing.keyID) (\(sealing.example)\(more))"
        }
        return SecretError(
            .cannotBeOpened,
            "what is kept here was sealed with \(what.joined(separator: ", ")), and the keys that are there are "
                + "\(ring.ids.joined(separator: ", ")); nothing was changed. Put the missing key behind the newest "
                + "one, in secrets.key or TUTTI_SECRET_KEY; if it is lost, remove what it has sealed (`tutti secrets "
                + "rm`) and run `tutti secrets rotate --drop-old`")
    }
}
