import Synchronization
import TuttiCore

/// Codes that are good once and for a while, in the process that gave them, each with what it stands for.
final class OneTimeCodes<Meaning: Sendable>: Sendable {
    fileprivate struct Entry {
        let meaning: Meaning
        let expires: Timestamp
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let kind: OpaqueToken.Kind
    private let lifetime: Duration
    /// Codes that wait to be used; one more takes the place of the oldest.
    private let countMax: Int
    private let random: LockedGenerator

    init(_ kind: OpaqueToken.Kind, lifetime: Duration, countMax: Int, random: LockedGenerator) {
        self.kind = kind
        self.lifetime = lifetime
        self.countMax = countMax
        self.random = random
    }

    func issue(_ meaning: Meaning, at time: Timestamp) -> OpaqueToken {
        let token = random.draw { OpaqueToken(kind, using: &$0) }
        entries.withLock { entries in
            if entries.count >= countMax { entries = entries.filter { $0.value.expires > time } }
            if entries.count >= countMax, let oldest = entries.min(by: { $0.value.expires < $1.value.expires }) {
                entries[oldest.key] = nil
            }
            entries[token.hash] = Entry(meaning: meaning, expires: time + lifetime)
        }
        return token
    }

    /// Takes a code that fits; one that does not stays for whom it is.
    func take(_ text: String, at time: Timestamp, if fits: (Meaning) -> Bool) -> Meaning? {
        guard let token = OpaqueToken(kind, text) else { return nil }
        return entry(token, at: time, if: fits)?.meaning
    }

    /// A code that nobody else can use, until it is given back.
    struct Held: Sendable {
        var meaning: Meaning { entry.meaning }
        fileprivate let entry: Entry
        fileprivate let hash: String
    }

    /// Takes a code that fits, in a way that lets it be given back.
    func hold(_ text: String, at time: Timestamp, if fits: (Meaning) -> Bool) -> Held? {
        guard let token = OpaqueToken(kind, text), let entry = entry(token, at: time, if: fits) else { return nil }
        return Held(entry: entry, hash: token.hash)
    }

    /// Makes a code as good as it was before it was held.
    func giveBack(_ held: Held) { entries.withLock { $0[held.hash] = held.entry } }

    private func entry(_ token: OpaqueToken, at time: Timestamp, if fits: (Meaning) -> Bool) -> Entry? {
        entries.withLock { entries in
            guard let entry = entries[token.hash], entry.expires > time, fits(entry.meaning) else { return nil }
            entries[token.hash] = nil
            return entry
        }
    }
}
