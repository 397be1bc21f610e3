import Glibc
public import TuttiAgents
public import TuttiRuntime
import TuttiStore
package import TuttiStoreSQLite

/// A memory in one SQLite file, which several processes of one machine may share.
///
/// ```swift
/// let memory = try await SQLiteMemory.open("notes.db")
/// try await memory.put("Ada decides on prices", for: "owner", in: "billing", timeToLive: .seconds(86_400))
/// let found = try await memory.search("prices", in: "billing", limit: 5)
/// ```
///
/// What a call has stored is on the disk when the call returns, and there for the other processes. Expired entries are
/// cleared away little by little with each put, and all at once by ``compact()``. The file is bounded by its
/// ``MemoryLimits``: when it is full, what has expired leaves first, then the entries that would expire soonest; an
/// entry without a time to live never leaves by itself, and putting another one is then an error that names the limit.
public final class SQLiteMemory: Memory {
    /// The file.
    public let path: String
    private let limits: MemoryLimits
    private let clock: any Timekeeper
    private let file: MemoryFile

    private init(path: String, limits: MemoryLimits, clock: any Timekeeper, file: MemoryFile) {
        self.path = path
        self.limits = limits
        self.clock = clock
        self.file = file
    }

    /// Opens a file, and makes it when it is not there.
    ///
    /// - Parameters:
    ///   - path: the file, in a folder that is there and not on a network file system.
    ///   - limits: how much it takes.
    ///   - clock: by which entries expire; tests pass one that is advanced by hand.
    /// - Throws: `.notWritable`, `.corrupt` also for another program's file, `.newerVersion`, `.diskFull`,
    ///   `.ioFailure`, `.busy`.
    public static func open(
        _ path: String, limits: MemoryLimits = .onDisk, clock: any Timekeeper = SystemTimekeeper()
    ) async throws(MemoryError) -> SQLiteMemory {
        try await open(path, limits: limits, clock: clock, vfs: nil)
    }

    /// - Parameter vfs: another file layer of SQLite than the system's own; tests pass one that fails.
    package static func open(
        _ path: String, limits: MemoryLimits = .onDisk, clock: any Timekeeper = SystemTimekeeper(), vfs: String?,
        migrations: [Migration] = Migration.memory
    ) async throws(MemoryError) -> SQLiteMemory {
        try check(path)
        let file = MemoryFile(path: path, vfs: vfs, limits: limits, migrations: migrations)
        try await file.open()
        return SQLiteMemory(path: path, limits: limits, clock: clock, file: file)
    }

    /// What SQLite would tell as "unable to open", told by its reason.
    private static func check(_ path: String) throws(MemoryError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw MemoryError(.notWritable, "a memory needs the path of a file, and \"\(path)\" is none")
        }
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var information = stat()
        guard unsafe stat(folder, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
            throw MemoryError(.notWritable, "the folder of \(path) is not there; make it, or choose another file")
        }
        if unsafe stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
            throw MemoryError(.notWritable, "\(path) is a folder; name a file in it")
        }
        if case .refused(let name) = HomeFolder(path: folder).locking {
            throw MemoryError(
                .notWritable,
                "\(folder) is on \(name), where locks between machines cannot be trusted and would cost data; "
                    + "choose a file in a local folder")
        }
    }

    /// Stores a value; see `Memory`.
    ///
    /// - Throws: `.invalidKey`, `.valueTooLarge`, `.invalidTimeToLive`, `.full`; `.diskFull`, `.ioFailure`, `.busy`,
    ///   `.closed`. The memory is as it was then, unless the failure was the last thing before its end.
    @discardableResult
    public func put(
        _ value: String, for key: String, in namespace: String, timeToLive: Duration?
    ) async throws(MemoryError) -> MemoryEntry {
        try limits.check(key: key, in: namespace)
        let now = clock.now()
        let expires = try limits.expiry(of: value, for: key, timeToLive: timeToLive, now: now)
        let entry = MemoryEntry(namespace: namespace, key: key, value: value, written: now, expires: expires)
        try await file.put(entry)
        return entry
    }

    /// The entry under a key; see `Memory`.
    ///
    /// - Throws: `.invalidKey`; `.ioFailure`, `.corrupt`, `.busy`, `.closed`.
    public func get(_ key: String, in namespace: String) async throws(MemoryError) -> MemoryEntry? {
        try limits.check(key: key, in: namespace)
        return try await file.get(key, in: namespace, at: clock.now())
    }

    /// Forgets what is under a key; see `Memory`.
    ///
    /// - Throws: as ``put(_:for:in:timeToLive:)``.
    @discardableResult
    public func delete(_ key: String, in namespace: String) async throws(MemoryError) -> Bool {
        try limits.check(key: key, in: namespace)
        return try await file.delete(key, in: namespace, at: clock.now())
    }

    /// The entries that hold each word; see `Memory`.
    ///
    /// - Throws: `.invalidKey`, `.invalidSearch`; `.ioFailure`, `.corrupt`, `.busy`, `.closed`.
    public func search(
        _ text: String, in namespace: String, limit: Int
    ) async throws(MemoryError) -> [MemoryEntry] {
        try limits.check(namespace: namespace)
        let search = try MemorySearch(text, limit: limit, within: limits)
        return try await file.search(search, in: namespace, limit: limit, at: clock.now())
    }

    /// The namespaces that hold something, the newest first: those that were last put into.
    ///
    /// - Parameter limit: how many are told at the most.
    /// - Throws: `.invalidSearch` for a limit outside of the limits; `.ioFailure`, `.corrupt`, `.busy`, `.closed`.
    public func namespaces(limit: Int = 1_000) async throws(MemoryError) -> [MemoryNamespace] {
        try limits.check(limit: limit)
        return try await file.namespaces(at: clock.now(), limit: limit)
    }

    /// How full the file is.
    ///
    /// - Throws: `.ioFailure`, `.corrupt`, `.busy`, `.closed`.
    public func usage() async throws(MemoryError) -> MemoryUsage { try await file.usage() }

    /// Clears all expired entries away, and gives what they took back to the file system.
    ///
    /// - Returns: how many there were.
    /// - Throws: as ``put(_:for:in:timeToLive:)``; what has been cleared away by then is.
    @discardableResult
    public func compact() async throws(MemoryError) -> Int { try await file.compact(at: clock.now()) }

    /// Closes the file; every later call is an error.
    public func close() async { await file.close() }
}
