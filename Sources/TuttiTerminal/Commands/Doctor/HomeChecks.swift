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
        return [writable(folder), fileSystem(folder), space(folder)] + [openness].compactMap(\.self)
    }

    /// What holds documents, answers, accounts or keys.
    private static let privateNames = [
        "tutti.db", "tutti.db-wal", "tutti.db-shm", "access.db", "access.db-wal", "access.db-shm", "server.db",
        "server.db-wal", "server.db-shm", "memory.db", "memory.db-wal", "memory.db-shm", "secrets.key", "runs",
    ]

    /// Whether others of the machine can read something; a home that lets nobody in covers all that is in it.
    private var openness: DoctorCheck? {
        guard mode(home.path) & 0o077 != 0 else { return nil }
        let open = Self.privateNames.filter { mode(home.path + "/" + $0) & 0o077 != 0 }
        guard !open.isEmpty else { return nil }
        return .note(
            "privacy", "others of this machine may read \(open.joined(separator: ", "))",
            "keep them out with `chmod 700 \(home.path)`")
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
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
