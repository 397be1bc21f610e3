package import TuttiStore

/// What a database file is for: how it is told from those of other programs, and what its errors advise.
package struct DatabaseRole: Sendable {
    /// Marks the file (https://www.sqlite.org/pragma.html#pragma_application_id).
    package let applicationID: Int64
    /// What to do about a file of another program.
    let elsewhere: String
    /// What to do about a file of a newer release.
    let newer: @Sendable (_ known: Int) -> String
    /// What to do about a failure, beginning with `; `; empty where nothing is known to help.
    let wayOut: @Sendable (StoreError.Code) -> String

    package init(
        applicationID: Int64, elsewhere: String, newer: @escaping @Sendable (_ known: Int) -> String,
        wayOut: @escaping @Sendable (StoreError.Code) -> String
    ) {
        self.applicationID = applicationID
        self.elsewhere = elsewhere
        self.newer = newer
        self.wayOut = wayOut
    }

    /// The journal of a home; its mark is `TUTT`.
    package static let journal = DatabaseRole(
        applicationID: 0x5455_5454, elsewhere: "choose another home with --home",
        newer: { "Use the newer release, or let it run `tutti db downgrade --to \($0)`" },
        wayOut: { code in
            switch code {
            case .diskFull: "; free some space, then resume the run: every finished step is kept"
            case .corrupt:
                "; nothing was changed. Keep a copy of the folder, then save what can be read with "
                    + "`sqlite3 tutti.db .recover | sqlite3 recovered.db`, and move recovered.db into its place"
            case .busy: "; another process has been writing for too long, see `tutti doctor`"
            case .notWritable: "; choose another home with --home or TUTTI_HOME"
            default: ""
            }
        })

    /// A file that the program keeps beside the journal of a home.
    package static func besideJournal(applicationID: Int64) -> DatabaseRole {
        DatabaseRole(
            applicationID: applicationID, elsewhere: "move it out of the home", newer: { _ in "Use the newer release" },
            wayOut: { code in
                switch code {
                case .diskFull: "; free some space: what was kept before is kept"
                case .busy: "; another process has been writing for too long"
                case .notWritable: "; choose a home that you may write"
                default: ""
                }
            })
    }
}
