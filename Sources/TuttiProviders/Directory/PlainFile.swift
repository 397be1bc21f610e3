import Glibc
import TuttiCore

/// A file that is there and can be read as a whole: no folder, no pipe.
///
/// Asked of the system itself: what Foundation tells of a file has other types in a program without the full Foundation
/// than in one with it.
struct PlainFile: Sendable, Hashable {
    let size: Int
    let modified: Timestamp

    /// `nil` when nothing is there, or something else.
    init?(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        size = Int(status.st_size)
        modified = Timestamp(
            milliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000)
    }
}
