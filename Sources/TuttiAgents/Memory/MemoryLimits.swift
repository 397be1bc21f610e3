package import TuttiCore

/// How much a memory takes. Each limit has an error that names it.
public struct MemoryLimits: Sendable, Hashable {
    /// Entries in all namespaces together.
    public var entriesMax: Int
    /// Bytes of all namespaces, keys and values together.
    public var bytesMax: Int
    /// Bytes of one namespace.
    public var namespaceBytesMax = 256
    /// Bytes of one key.
    public var keyBytesMax = 512
    /// Bytes of one value.
    public var valueBytesMax = 1 << 20
    /// Bytes of what is searched for.
    public var searchBytesMax = 1024
    /// Different words of what is searched for.
    public var searchWordsMax = 32
    /// Entries that one search may tell.
    public var resultsMax = 1000

    /// Limits with the usual ones for a single entry and a search.
    public init(entriesMax: Int, bytesMax: Int) {
        self.entriesMax = entriesMax
        self.bytesMax = bytesMax
    }

    /// 10,000 entries and 64 MiB.
    public static let inMemory = MemoryLimits(entriesMax: 10_000, bytesMax: 64 << 20)
    /// 100,000 entries and 256 MiB.
    public static let onDisk = MemoryLimits(entriesMax: 100_000, bytesMax: 256 << 20)
}

extension MemoryLimits {
    /// Checks what names an entry.
    package func check(key: String, in namespace: String) throws(MemoryError) {
        try check(name: namespace, called: "namespace", bytesMax: namespaceBytesMax)
        try check(name: key, called: "key", bytesMax: keyBytesMax)
    }

    package func check(namespace: String) throws(MemoryError) {
        try check(name: namespace, called: "namespace", bytesMax: namespaceBytesMax)
    }

    private func check(name: String, called what: String, bytesMax: Int) throws(MemoryError) {
        guard !name.isEmpty else { throw MemoryError(.invalidKey, "a \(what) must not be empty") }
        guard name.utf8.count <= bytesMax else {
            throw MemoryError(
                .invalidKey,
                "a \(what) of \(name.utf8.count) bytes is above the limit of \(bytesMax); use the digest of a long one")
        }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw MemoryError(
                .invalidKey, "a \(what) must not hold control characters; they would not show where it does")
        }
    }

    /// Checks a value and how long it shall be there; gives the moment at which it expires.
    package func expiry(
        of value: String, for key: String, timeToLive: Duration?, now: Timestamp
    ) throws(MemoryError) -> Timestamp? {
        guard value.utf8.count <= valueBytesMax else {
            throw MemoryError(
                .valueTooLarge,
                "the value for \"\(key)\" has \(value.utf8.count) bytes, above the limit of \(valueBytesMax); "
                    + "put it in parts, or put where it is kept")
        }
        guard let timeToLive else { return nil }
        guard timeToLive.milliseconds >= 1 else {
            throw MemoryError(
                .invalidTimeToLive,
                "the time to live of \"\(key)\" is \(timeToLive), and must be at least a millisecond; "
                    + "leave it out to keep the entry, delete it to forget it")
        }
        return now + timeToLive
    }

    /// Checks how many entries a search may tell.
    package func check(limit: Int) throws(MemoryError) {
        guard (1...max(1, resultsMax)).contains(limit) else {
            throw MemoryError(.invalidSearch, "the limit of a search is \(limit), and must be from 1 to \(resultsMax)")
        }
    }

    /// What is said when nothing more can leave.
    package func full(_ usage: MemoryUsage, adding bytes: Int) -> MemoryError {
        let limit =
            usage.entries + 1 > entriesMax
            ? "\(usage.entries) entries of at most \(entriesMax)"
            : "\(usage.bytes) bytes of at most \(bytesMax), and \(bytes) more were to be put"
        return MemoryError(
            .full,
            "the memory is full: \(limit). Delete entries, put them with a time to live, or open it with higher limits")
    }
}
