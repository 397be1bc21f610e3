package import TuttiCore

/// A code that lets somebody do one thing once: make the first account, make an account, or choose a new password.
package struct OneTimeCode: Sendable, Hashable {
    package enum Purpose: Sendable, Hashable {
        /// The first account, which becomes the owner.
        case setup
        /// An account with these roles.
        case invitation(roles: Set<String>)
        /// A new password for this person.
        case reset(UserID)
    }

    /// SHA-256 of the code.
    package var hash: String
    /// Its beginning, to tell it from others.
    package var hint: String
    package var tenant: String
    package var purpose: Purpose
    /// For whom it is, as a note for people; an invitation with an address is for that address only.
    package var email: String?
    package var createdBy: String
    package var created: Timestamp
    package var expires: Timestamp

    package init(
        hash: String, hint: String, tenant: String, purpose: Purpose, email: String? = nil, createdBy: String,
        created: Timestamp, expires: Timestamp
    ) {
        self.hash = hash
        self.hint = hint
        self.tenant = tenant
        self.purpose = purpose
        self.email = email
        self.createdBy = createdBy
        self.created = created
        self.expires = expires
    }

    package static let invitationLifetime: Duration = .seconds(7 * 86_400)
    package static let resetLifetime: Duration = .seconds(86_400)
    package static let setupLifetime: Duration = .seconds(86_400)
    /// Open invitations of a tenant.
    package static let invitationsMax = 1_000
}
