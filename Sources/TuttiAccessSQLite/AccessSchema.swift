import TuttiStore
package import TuttiStoreSQLite

extension DatabaseRole {
    /// Who may do what; its mark is `TUTA`.
    static let access = besideJournal(applicationID: 0x5455_5441)
}

extension Migration {
    /// The history of the schema; never edited once released, only added to.
    package static let access: [Migration] = [accounts, secrets, audit, vouchedAddresses, keyLimits]
}
