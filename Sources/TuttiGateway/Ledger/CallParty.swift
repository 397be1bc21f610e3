/// For whom a call was made.
package struct CallParty: Sendable, Hashable {
    /// The name of the key that was shown, such as `key_…`; never what opens.
    package var key: String?
    /// The account of a person, such as `usr_…`.
    package var person: String?
    /// The project that pays for it.
    package var project: String?
    /// The team of the key.
    package var team: String?

    /// A party from its names.
    package init(key: String? = nil, person: String? = nil, project: String? = nil, team: String? = nil) {
        self.key = key
        self.person = person
        self.project = project
        self.team = team
    }

    /// Whom sums name when a tenant has more parties than ``CallLedgerLimits/partiesMax``.
    package static let other = CallParty(
        key: CallLedgerLimits.otherName, person: CallLedgerLimits.otherName, project: CallLedgerLimits.otherName,
        team: CallLedgerLimits.otherName)
}
