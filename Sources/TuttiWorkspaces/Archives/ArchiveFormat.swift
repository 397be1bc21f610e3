/// How the files of a snapshot are put into one file.
package enum ArchiveFormat: String, Sendable, Hashable, CaseIterable {
    /// POSIX's (pax), with names as they are.
    case tar
    /// The same, compressed.
    case tarGzip = "tar.gz"
    /// With names as ``ShownName`` shows them, since not every name can be one everywhere.
    case zip

    /// What browsers are told.
    package var mediaType: String {
        switch self {
        case .tar: "application/x-tar"
        case .tarGzip: "application/gzip"
        case .zip: "application/zip"
        }
    }
}

/// When all files of archives were changed, so that archives of the same snapshot have the same bytes: the beginning of
/// 1980, before which zip knows no time.
enum ArchiveTime {
    /// Since 1970.
    static let seconds = 315_532_800
    /// As MS-DOS has dates: 1980-01-01.
    static let date: UInt16 = 0x21
}

/// What an archive has of a snapshot's file, folder or link.
struct ArchiveEntry: Sendable {
    let path: EntryPath
    let content: Tree.Content

    /// Rights and kind, as Unix has them.
    var mode: UInt32 {
        switch content {
        case .file(_, _, let isExecutable): isExecutable ? 0o100755 : 0o100644
        case .folder: 0o040755
        case .link: 0o120777
        }
    }
}

/// Writes one format of archives, piece by piece.
protocol ArchiveWriter {
    /// What comes before the bytes of a file, or all of a folder or link.
    mutating func begin(_ entry: ArchiveEntry, into output: inout [UInt8])
    /// Bytes of the file that was begun.
    mutating func add(_ bytes: [UInt8], into output: inout [UInt8])
    /// What comes behind the bytes of a file.
    mutating func endFile(into output: inout [UInt8])
    /// What comes behind all.
    mutating func finish(into output: inout [UInt8])
}
