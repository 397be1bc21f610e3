import Glibc
import TuttiConfiguration
import TuttiStoreSQLite

extension CommandContext {
    /// The home that this command line means, which need not be there yet.
    ///
    /// - Throws: ``CommandFailure`` when it is no folder, or may not be read; `ConfigurationError`.
    func home(for arguments: Arguments) throws -> HomeFolder {
        let home = HomeFolder(path: try configuration(for: arguments).home.value)
        for path in [home.path, home.databasePath] {
            var status = stat()
            if unsafe stat(path, &status) == 0 {
                let isFolder = status.st_mode & S_IFMT == S_IFDIR
                if path == home.path, !isFolder { throw unusable(path, "is no folder") }
            } else if errno != ENOENT {
                throw unusable(home.path, "cannot be read: \(unsafe String(cString: strerror(errno)))")
            }
        }
        return home
    }

    private func unusable(_ path: String, _ reason: String) -> CommandFailure {
        CommandFailure("the home \(path) \(reason); choose another with --home or TUTTI_HOME")
    }
}
