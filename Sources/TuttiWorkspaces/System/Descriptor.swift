import Glibc

/// An open file or folder, closed when its owner is gone.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    /// Takes it over.
    init(owning number: Int32) { self.number = number }

    /// Opens something in a folder, never through a symbolic link at its end; `nil` with `errno` set.
    init?(opening name: EntryName, in folder: Int32, flags: Int32, mode: mode_t = 0) {
        let flags = flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY
        var opened: Int32
        repeat {
            opened = unsafe openat(folder, name.characters, flags, mode)
        } while opened < 0 && errno == EINTR
        guard opened >= 0 else { return nil }
        number = opened
    }

    /// Opens a folder of ours by its path.
    init(folder path: String) throws(WorkspaceError) {
        let opened = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else {
            let number = errno
            guard number != ENOENT else {
                throw WorkspaceError(.notFound, "there is no folder '\(path)'; make the workspace first")
            }
            throw .system("the folder '\(path)' could not be opened", number)
        }
        number = opened
    }

    deinit { close(number) }

    static let folderFlags = O_RDONLY | O_DIRECTORY
    /// Without waiting: a pipe may have taken a file's place.
    static let fileFlags = O_RDONLY | O_NONBLOCK

    /// What the system tells of it; `nil` with `errno` set.
    borrowing func status() -> stat? {
        var status = stat()
        return unsafe fstat(number, &status) == 0 ? status : nil
    }

    /// Fills the buffer from where reading stands; fewer bytes only at the end. `nil` with `errno` set.
    borrowing func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var filled = 0
        while filled < buffer.count {
            let count = unsafe Glibc.read(number, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// As much as `count` bytes from where reading stands; fewer only at the end. `nil` with `errno` set.
    borrowing func read(_ count: Int) -> [UInt8]? {
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let read = unsafe self.read(into: UnsafeMutableRawBufferPointer(buffer))
            failed = read == nil
            filled = read ?? 0
        }
        return failed ? nil : bytes
    }

    /// Writes everything; false with `errno` set.
    borrowing func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = unsafe Glibc.write(
                    number, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { return false }
                written += count
            }
            return true
        }
    }
}

/// What the system tells of something in a folder, never of what a link leads to; `nil` with `errno` set.
func status(of name: EntryName, in folder: Int32) -> stat? {
    var status = stat()
    return unsafe fstatat(folder, name.characters, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
}

/// Where a symbolic link leads, at most 4,095 bytes, which is the most that Linux keeps; `nil` with `errno` set.
func linkTarget(of name: EntryName, in folder: Int32) -> [UInt8]? {
    var failed = false
    let target = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, filled in
        let count = unsafe buffer.withMemoryRebound(to: CChar.self) {
            guard let start = $0.baseAddress else { return -1 }
            return unsafe readlinkat(folder, name.characters, start, $0.count)
        }
        failed = count < 0
        filled = max(0, count)
    }
    return failed ? nil : target
}

extension stat {
    var kind: mode_t { st_mode & S_IFMT }
    /// Whether its owner may run it.
    var isExecutable: Bool { st_mode & S_IXUSR != 0 }
}
