import Synchronization
import TuttiCore
public import TuttiRuntime

/// A memory that is gone with its process; for tests, and for work that needs none of it later.
///
/// It is bounded by its ``MemoryLimits``. When it is full, what has expired leaves first, then the entries that would
/// expire soonest; an entry without a time to live never leaves by itself, and putting another one is then an error
/// that names the limit.
public final class InMemoryMemory: Memory {
    /// Equal bytes, equal name: `String` takes two spellings of one letter for the same.
    private struct Name: Hashable {
        let namespace: [UInt8]
        let key: [UInt8]

        init(_ namespace: String, _ key: String) {
            self.namespace = Array(namespace.utf8)
            self.key = Array(key.utf8)
        }
    }

    private struct Stored {
        var entry: MemoryEntry
        /// Counts what was put, so that entries of one moment have an order.
        var number: UInt64

        var bytes: Int { MemoryUsage.bytes(namespace: entry.namespace, key: entry.key, value: entry.value) }

        func isThere(at now: Timestamp) -> Bool { entry.expires.map { now < $0 } ?? true }
    }

    private struct State {
        var stored: [Name: Stored] = [:]
        var usage = MemoryUsage()
        var puts: UInt64 = 0

        mutating func remove(_ name: Name) -> Stored? {
            guard let gone = stored.removeValue(forKey: name) else { return nil }
            usage.entries -= 1
            usage.bytes -= gone.bytes
            return gone
        }
    }

    private let limits: MemoryLimits
    private let clock: any Timekeeper
    private let state = Mutex(State())

    /// An empty memory.
    ///
    /// - Parameters:
    ///   - limits: how much it takes.
    ///   - clock: by which entries expire; tests pass one that is advanced by hand.
    public init(limits: MemoryLimits = .inMemory, clock: any Timekeeper = SystemTimekeeper()) {
        self.limits = limits
        self.clock = clock
    }

    /// How full it is.
    public var usage: MemoryUsage { state.withLock { $0.usage } }

    /// Stores a value; see ``Memory/put(_:for:in:timeToLive:)``.
    ///
    /// - Throws: `.invalidKey`, `.valueTooLarge`, `.invalidTimeToLive`, `.full`.
    @discardableResult
    public func put(
        _ value: String, for key: String, in namespace: String, timeToLive: Duration?
    ) async throws(MemoryError) -> MemoryEntry {
        try limits.check(key: key, in: namespace)
        let now = clock.now()
        let expires = try limits.expiry(of: value, for: key, timeToLive: timeToLive, now: now)
        let entry = MemoryEntry(namespace: namespace, key: key, value: value, written: now, expires: expires)
        let failure = state.withLock { state in Self.store(entry, in: &state, limits: limits, now: now) }
        if let failure { throw failure }
        return entry
    }

    private static func store(
        _ entry: MemoryEntry, in state: inout State, limits: MemoryLimits, now: Timestamp
    ) -> MemoryError? {
        let name = Name(entry.namespace, entry.key)
        let fresh = Stored(entry: entry, number: state.puts)
        var kept = state.usage
        if let old = state.stored[name] {
            kept.entries -= 1
            kept.bytes -= old.bytes
        }
        if !kept.hasRoom(for: fresh.bytes, within: limits) {
            let leaving = leaving(for: fresh.bytes, besides: name, from: state, kept: &kept, limits: limits)
            guard kept.hasRoom(for: fresh.bytes, within: limits) else { return limits.full(kept, adding: fresh.bytes) }
            for name in leaving {
                if state.remove(name)?.isThere(at: now) == true { state.usage.dropped += 1 }
            }
        }
        _ = state.remove(name)
        state.stored[name] = fresh
        state.usage.entries += 1
        state.usage.bytes += fresh.bytes
        state.puts += 1
        return nil
    }

    /// Those that expire soonest, as many as are in the way.
    private static func leaving(
        for bytes: Int, besides name: Name, from state: State, kept: inout MemoryUsage, limits: MemoryLimits
    ) -> [Name] {
        let passing = state.stored.filter { $0.key != name && $0.value.entry.expires != nil }
        let soonest = passing.sorted {
            let (left, right) = ($0.value.entry.expires, $1.value.entry.expires)
            return left == right ? $0.value.number < $1.value.number : (left ?? .end) < (right ?? .end)
        }
        var leaving: [Name] = []
        for (name, stored) in soonest {
            if kept.hasRoom(for: bytes, within: limits) { break }
            kept.entries -= 1
            kept.bytes -= stored.bytes
            leaving.append(name)
        }
        return leaving
    }

    /// The entry under a key; see ``Memory/get(_:in:)``.
    ///
    /// - Throws: `.invalidKey`.
    public func get(_ key: String, in namespace: String) async throws(MemoryError) -> MemoryEntry? {
        try limits.check(key: key, in: namespace)
        let now = clock.now()
        let stored = state.withLock { $0.stored[Name(namespace, key)] }
        return stored.flatMap { $0.isThere(at: now) ? $0.entry : nil }
    }

    /// Forgets what is under a key; see ``Memory/delete(_:in:)``.
    ///
    /// - Throws: `.invalidKey`.
    @discardableResult
    public func delete(_ key: String, in namespace: String) async throws(MemoryError) -> Bool {
        try limits.check(key: key, in: namespace)
        let now = clock.now()
        let gone = state.withLock { $0.remove(Name(namespace, key)) }
        return gone?.isThere(at: now) ?? false
    }

    /// The entries that hold each word; see ``Memory/search(_:in:limit:)``.
    ///
    /// - Throws: `.invalidKey`, `.invalidSearch`.
    public func search(
        _ text: String, in namespace: String, limit: Int
    ) async throws(MemoryError) -> [MemoryEntry] {
        try limits.check(namespace: namespace)
        let search = try MemorySearch(text, limit: limit, within: limits)
        let (now, bytes) = (clock.now(), Array(namespace.utf8))
        let there = state.withLock { state in
            state.stored.filter { $0.key.namespace == bytes && $0.value.isThere(at: now) }.values
        }
        let newest = there.sorted { $0.number > $1.number }.lazy.map(\.entry)
        return Array(newest.filter { search.finds(key: $0.key, value: $0.value) }.prefix(limit))
    }

    /// Clears expired entries away, which otherwise happens when there is no room.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public func compact() -> Int {
        let now = clock.now()
        return state.withLock { state in
            let expired = state.stored.filter { !$0.value.isThere(at: now) }.keys
            for name in expired { _ = state.remove(name) }
            return expired.count
        }
    }
}

extension Timestamp {
    /// After all others.
    fileprivate static let end = Timestamp(milliseconds: .max)
}
