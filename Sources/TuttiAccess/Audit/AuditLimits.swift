/// How large the parts of an audit log may be.
package enum AuditLimits {
    /// Bytes of UTF-8 of each text but the details; what is longer is cut, with `…` at its end.
    package static let textBytesMax = 1024
    /// Details of an entry.
    package static let detailsMax = 16
    /// Bytes of the name of a detail.
    package static let detailNameBytesMax = 64
    /// Bytes of UTF-8 of a detail; what is longer is cut, with `…` at its end. All details of an entry have 64 KiB.
    package static let detailBytesMax = 4096
    /// Entries that are appended by one call, all or none of them.
    package static let appendMax = 256
    /// Entries that one transaction takes from all who wait.
    package static let commitMax = 512
    /// Entries that are read at a time.
    package static let pageMax = 1000
    /// Entries that a verification or an export reads at a time; others of the same file wait meanwhile.
    package static let stretch = 250
    /// Entries that one transaction removes.
    package static let pruneStep = 1000
    /// Above so many entries a log should be exported and pruned: `tutti audit` and the server say so.
    package static let entriesWarned: Int64 = 1_000_000
    /// Bytes of a line of an exported file: an entry that is full of characters which JSON writes with six bytes each.
    package static let lineBytesMax = 1 << 20
}
