import FoundationEssentials
import Glibc
import TuttiReadings
import TuttiStoreSQLite

/// Whether the home can hold a database and the files of runs.
struct HomeChecks {
    let home: HomeFolder

    /// Less than this stops the next run soon.
    private static let freeSpaceMin = 100 << 20
    /// Less than this is worth knowing.
    private static let freeSpaceComfort = 1 << 30

    var all: [DoctorCheck] {
        guard let folder = existingFolder else {
            return [
                .problem(
                    "home", "\(home.path) is no folder, or lies below a file", "name another with --home or TUTTI_HOME")
            ]
        }
        return [writable(folder), fileSystem(folder), space(folder)]
    }

    /// The home, or the nearest folder above it that is there, which is where it would be made.
    private var existingFolder: String? {
        var path = home.path
        while true {
            var status = stat()
            if unsafe stat(path, &status) == 0 { return status.st_mode & S_IFMT == S_IFDIR ? path : nil }
            guard errno == ENOENT else { return nil }
            guard let slash = path.lastIndex(of: "/") else { return "." }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
    }

    private func writable(_ folder: String) -> DoctorCheck {
        let isThere = folder == home.path
        guard unsafe access(folder, W_OK | X_OK) == 0 else {
            return .problem(
                "home", "\(folder) cannot be written: \(unsafe String(cString: strerror(errno)))",
                "change its permissions, or name another with --home or TUTTI_HOME")
        }
        return .ok("home", isThere ? home.path : "\(home.path) is not there yet; the first run makes it")
    }

    private func fileSystem(_ folder: String) -> DoctorCheck {
        switch HomeFolder(path: folder).locking {
        case .sound(let name): .ok("file system", name)
        case .doubtful(let name):
            .note("file system", "\(name): safe for the processes of one machine or container, not for several")
        case .refused(let name):
            .problem(
                "file system", "\(name), where locks between machines cannot be trusted",
                "choose a local folder with --home or TUTTI_HOME")
        }
    }

    private func space(_ folder: String) -> DoctorCheck {
        var information = statvfs()
        guard unsafe statvfs(folder, &information) == 0 else {
            return .note("disk space", "unknown: \(unsafe String(cString: strerror(errno)))")
        }
        let free = Int(clamping: UInt64(information.f_bavail) * UInt64(information.f_frsize))
        let text = "\(ByteText.text(free)) free"
        if free < Self.freeSpaceMin {
            return .problem("disk space", text, "free some: a run stops when its next step cannot be written")
        }
        return free < Self.freeSpaceComfort ? .note("disk space", text) : .ok("disk space", text)
    }
}
