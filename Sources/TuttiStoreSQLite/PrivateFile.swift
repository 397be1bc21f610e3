import Glibc

/// A database that only its owner may read, whatever the umask and the folder.
enum PrivateFile {
    /// Makes an empty file unless there is one. SQLite gives its log and the index of that the mode of the file itself
    /// (https://www.sqlite.org/wal.html), so that is made first; an empty file is a database without tables.
    ///
    /// A file that is there keeps its mode: somebody may have chosen it, and `tutti doctor` tells of it. What cannot be
    /// made here is told by SQLite.
    static func make(_ path: String) {
        guard path != ":memory:" else { return }
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        _ = fchmod(descriptor, 0o600)
        close(descriptor)
    }
}
