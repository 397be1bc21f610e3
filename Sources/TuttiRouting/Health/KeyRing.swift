import TuttiCore

/// The keys of a deployment, taken in turns; those that rest or are not accepted are passed over.
struct KeyRing: Sendable, Hashable {
    /// Which key a call gets.
    enum Choice: Sendable, Hashable {
        /// None is needed.
        case none
        case key(SecretName)
        /// Each one rests; the first is back after this long.
        case resting(left: Duration)
        /// None is accepted.
        case off
    }

    private struct Entry: Sendable, Hashable {
        var name: SecretName
        var isOff = false
        var restsUntil = Duration.zero
    }

    private var entries: [Entry]
    /// The place of the key whose turn it is.
    private var turn = 0

    init(_ names: [SecretName]) { entries = names.map { Entry(name: $0) } }

    var isEmpty: Bool { entries.isEmpty }

    /// Which key a call would get that may not use some of them.
    func look(excluding excluded: Set<SecretName> = [], at now: Duration) -> Choice {
        guard !entries.isEmpty else { return .none }
        if let place = place(excluding: excluded, at: now) { return .key(entries[place].name) }
        let living = entries.filter { !$0.isOff && !excluded.contains($0.name) }
        return living.map { $0.restsUntil - now }.min().map { .resting(left: $0) } ?? .off
    }

    /// Gives the key whose turn it is, and passes the turn on.
    mutating func take(excluding excluded: Set<SecretName> = [], at now: Duration) -> Choice {
        guard let place = place(excluding: excluded, at: now) else { return look(excluding: excluded, at: now) }
        turn = (place + 1) % entries.count
        return .key(entries[place].name)
    }

    private func place(excluding excluded: Set<SecretName>, at now: Duration) -> Int? {
        (0..<entries.count).lazy.map { (turn + $0) % entries.count }.first {
            let entry = entries[$0]
            return !entry.isOff && entry.restsUntil <= now && !excluded.contains(entry.name)
        }
    }

    /// Leaves a key alone until a moment; one that rests longer already goes on doing so.
    mutating func rest(_ key: SecretName, until moment: Duration) {
        change(key) { $0.restsUntil = max($0.restsUntil, moment) }
    }

    /// Takes a key out until it has been replaced.
    mutating func switchOff(_ key: SecretName) { change(key) { $0.isOff = true } }

    /// Takes a key in again, because it has been replaced.
    mutating func renew(_ key: SecretName) { change(key) { $0 = Entry(name: $0.name) } }

    /// Takes other keys; those that stay keep their rest.
    mutating func replace(with names: [SecretName]) {
        let known = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        entries = names.map { known[$0] ?? Entry(name: $0) }
        turn = 0
    }

    private mutating func change(_ key: SecretName, _ body: (inout Entry) -> Void) {
        guard let place = entries.firstIndex(where: { $0.name == key }) else { return }
        body(&entries[place])
    }

    func snapshots(at now: Duration) -> [KeySnapshot] {
        entries.map { entry in
            let left = entry.restsUntil > now ? (entry.restsUntil - now).milliseconds : nil
            let state: KeySnapshot.State = entry.isOff ? .off : left != nil ? .resting : .usable
            return KeySnapshot(key: entry.name, state: state, restsForMilliseconds: entry.isOff ? nil : left)
        }
    }
}
