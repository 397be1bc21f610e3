import TuttiStore
package import TuttiStoreSQLite

extension DatabaseRole {
    /// Who may do what; its mark is `TUTA`.
    static let access = DatabaseRole(
        applicationID: 0x5455_5441, elsewhere: "move it out of the home",
        newer: { _ in "Use the newer release" },
        wayOut: { code in
            switch code {
            case .diskFull: "; free some space: what was kept before is kept"
            case .busy: "; another process has been writing for too long"
            case .notWritable: "; choose a home that you may write"
            default: ""
            }
        })
}

extension Migration {
    /// The history of the schema; never edited once released, only added to.
    package static let access: [Migration] = [accounts, secrets, audit, vouchedAddresses]
}
