import Glibc

/// The keys of a home in a file that only its owner may read: one a line, newest first, lines with `#` left out.
///
/// A reader sees the old file or the new one as a whole, and a writer holds a lock, so that no key is lost between two
/// of them. Calls block for as long as the disk takes.
package struct SecretKeyFile: Sendable {
    /// What is about to be done; tests end a writing before it.
    enum Step: CaseIterable {
        case create
        case write
        case sync
        case place
        case syncFolder
    }

    let path: String
    let random: SecretRandom
    let before: @Sendable (Step) throws(SecretError) -> Void

    /// The most bytes of the file.
    static let sizeMax = 4096

    package init(path: String, random: SecretRandom = .system) {
        self.init(path: path, random: random, before: { _ in })
    }

    init(path: String, random: SecretRandom, before: @escaping @Sendable (Step) throws(SecretError) -> Void) {
        self.path = path
        self.random = random
        self.before = before
    }

    /// The keys that are there.
    ///
    /// - Throws: ``SecretError`` `.badKeyFile` when the file is not there, is no regular file, belongs to somebody
    ///   else, may be read by others, or holds something else; `.badKey` for a line that is no key.
    package func read() throws(SecretError) -> SecretKeyRing {
        let descriptor = try opened()
        defer { close(descriptor) }
        return try read(descriptor)
    }

    /// The keys that are there, or one that is made now. Of two who make it at once, both get the same.
    ///
    /// - Throws: as ``read()``.
    package func readOrMake() throws(SecretError) -> SecretKeyRing {
        var information = stat()
        if unsafe lstat(path, &information) != 0, errno == ENOENT {
            try write(.fresh(random: random), replacing: false)
        }
        return try read()
    }

    /// Puts a fresh key before the others.
    ///
    /// - Returns: the keys as they are now.
    /// - Throws: as ``read()``; `.full` when there are too many.
    package func addKey() throws(SecretError) -> SecretKeyRing {
        try locked { ring throws(SecretError) in try ring.rotated(random: random) }
    }

    /// Drops all keys but the newest: for when a rotation to it has left nothing under the others.
    ///
    /// - Parameter newestID: the key that the rotation was to.
    /// - Throws: as ``read()``; `.conflict` when there is a newer one by now.
    package func dropOldKeys(newestID: String) throws(SecretError) -> SecretKeyRing {
        try locked { ring throws(SecretError) in
            guard ring.newestID == newestID else {
                throw SecretError(
                    .conflict,
                    "\(path) has a newer key than the one that was rotated to; no key was dropped. Rotate again")
            }
            return ring.newestOnly()
        }
    }

    // MARK: Reading

    private func opened() throws(SecretError) -> Int32 {
        // Not blocking, for a pipe in its place would be waited for.
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if descriptor >= 0 { return descriptor }
        let number = errno
        switch number {
        case ENOENT: throw SecretError(.badKeyFile, "there is no key file \(path)")
        case ELOOP: throw SecretError(.badKeyFile, "\(path) is a link; the key file has to be a regular file")
        default: throw failure("cannot be opened", number)
        }
    }

    private func read(_ descriptor: Int32) throws(SecretError) -> SecretKeyRing {
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0 else { throw failure("cannot be looked at", errno) }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw SecretError(.badKeyFile, "\(path) has to be a regular file")
        }
        guard information.st_uid == geteuid() else {
            throw SecretError(.badKeyFile, "\(path) belongs to another user; use `chown` to make it yours")
        }
        guard information.st_mode & 0o077 == 0 else {
            throw SecretError(.badKeyFile, "\(path) may be used by others than its owner; run `chmod 600 \(path)`")
        }
        var bytes = [UInt8](repeating: 0, count: Self.sizeMax + 1)
        defer { bytes.wipe() }
        var count = 0
        while count < bytes.count {
            let piece = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if piece < 0 && errno == EINTR { continue }
            guard piece >= 0 else { throw failure("cannot be read", errno) }
            if piece == 0 { break }
            count += piece
        }
        guard count <= Self.sizeMax else {
            throw SecretError(.badKeyFile, "\(path) has more than \(Self.sizeMax) bytes: it is no key file")
        }
        return try ring(bytes[..<count])
    }

    private func ring(_ bytes: ArraySlice<UInt8>) throws(SecretError) -> SecretKeyRing {
        let lines = bytes.split(separator: 0x0A)
            .filter { line in
                guard let first = line.first(where: { $0 > 0x20 }) else { return false }
                return first != UInt8(ascii: "#")
            }
        guard !lines.isEmpty else { throw SecretError(.badKeyFile, "\(path) holds no key") }
        do throws(SecretError) {
            return try SecretKeyRing(lines: lines)
        } catch {
            throw SecretError(error.reason, "\(path): \(error.message)")
        }
    }

    // MARK: Writing

    private func locked(
        _ change: (SecretKeyRing) throws(SecretError) -> SecretKeyRing
    ) throws(SecretError) -> SecretKeyRing {
        while true {
            let descriptor = try opened()
            defer { close(descriptor) }  // which gives the lock back
            while flock(descriptor, LOCK_EX) != 0 {
                guard errno == EINTR else { throw failure("cannot be locked", errno) }
            }
            var (held, present) = (stat(), stat())
            guard unsafe fstat(descriptor, &held) == 0, unsafe lstat(path, &present) == 0 else {
                throw failure("cannot be looked at", errno)
            }
            // Whoever held the lock before may have put another file in its place.
            guard held.st_ino == present.st_ino, held.st_dev == present.st_dev else { continue }
            let ring = try change(try read(descriptor))
            try write(ring, replacing: true)
            return ring
        }
    }

    /// Writes beside the place, then takes it: at no moment is there half a file, or one whose key has been given out
    /// and is not on the disk.
    private func write(_ ring: SecretKeyRing, replacing: Bool) throws(SecretError) {
        let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let folder = name == path.startIndex ? "." : String(path[..<name])
        let draft = try folder + "/." + path[name...] + "." + random.bytes(6).map { String($0, radix: 36) }.joined()
        try before(.create)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be made", errno) }
        var isPlaced = false
        defer { if !isPlaced { _ = unsafe unlink(draft) } }
        do throws(SecretError) {
            try fill(descriptor, with: ring)
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw failure("cannot be written", errno) }
        try before(.place)
        if replacing {
            guard unsafe rename(draft, path) == 0 else { throw failure("cannot be replaced", errno) }
            isPlaced = true
        } else {
            // A link, unlike a rename, never takes the place of what another process has made meanwhile.
            guard unsafe link(draft, path) == 0 || errno == EEXIST else { throw failure("cannot be made", errno) }
        }
        try before(.syncFolder)
        try syncFolder(folder)
    }

    private func fill(_ descriptor: Int32, with ring: SecretKeyRing) throws(SecretError) {
        try before(.write)
        var text: [UInt8] = []
        text.reserveCapacity(ring.keys.count * (SecretKey.size * 2 + 1))
        defer { text.wipe() }
        for key in ring.keys {
            var line = key.hexadecimal()
            text += line
            text.append(0x0A)
            line.wipe()
        }
        var written = 0
        while written < text.count {
            let piece = unsafe text.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if piece < 0 && errno == EINTR { continue }
            guard piece > 0 else { throw failure("cannot be written", errno) }
            written += piece
        }
        try before(.sync)
        guard fsync(descriptor) == 0 else { throw failure("cannot be brought to the disk", errno) }
    }

    private func syncFolder(_ folder: String) throws(SecretError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be brought to the disk", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot be brought to the disk", errno) }
    }

    private func failure(_ what: String, _ number: Int32) -> SecretError {
        let text = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return SecretError(.badKeyFile, "the key file \(path) \(what): \(text)")
    }
}

extension SecretKeyRing {
    /// The keys of a home's key file.
    ///
    /// - Parameter making: whether it is made when it is not there.
    /// - Throws: ``SecretError`` `.badKeyFile` and `.badKey`; see ``SecretKeyFile``.
    package static func file(
        at path: String, making: Bool, random: SecretRandom = .system
    ) throws(SecretError) -> SecretKeyRing {
        let file = SecretKeyFile(path: path, random: random)
        return making ? try file.readOrMake() : try file.read()
    }
}
