import Synchronization

/// One object for each key, for as long as somebody holds it.
final class Roster<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        var holds = 0
    }

    private let entries = Mutex<[Key: Entry]>([:])
    private let make: @Sendable (Key) -> Value
    private let drop: @Sendable (Key, Value) -> Void

    /// - Parameters:
    ///   - make: makes the object when the first one asks for it; may not ask the roster for anything.
    ///   - drop: told when nobody holds the object any more.
    init(
        _ make: @escaping @Sendable (Key) -> Value, drop: @escaping @Sendable (Key, Value) -> Void = { _, _ in }
    ) {
        self.make = make
        self.drop = drop
    }

    /// How many objects are held.
    var count: Int { entries.withLock { $0.count } }

    func hold(_ key: Key) -> Hold {
        let value = entries.withLock { entries in
            var entry = entries[key] ?? Entry(value: make(key))
            entry.holds += 1
            entries[key] = entry
            return entry.value
        }
        return Hold(key: key, value: value, roster: self)
    }

    private func release(_ key: Key, _ value: Value) {
        let isLast = entries.withLock { entries in
            entries[key]?.holds -= 1
            guard entries[key]?.holds == 0 else { return false }
            entries[key] = nil
            return true
        }
        if isLast { drop(key, value) }
    }

    /// Keeps the object of a key; its end is the end of the holding.
    final class Hold: Sendable {
        let key: Key
        let value: Value
        private let roster: Roster

        fileprivate init(key: Key, value: Value, roster: Roster) {
            self.key = key
            self.value = value
            self.roster = roster
        }

        deinit { roster.release(key, value) }
    }
}
