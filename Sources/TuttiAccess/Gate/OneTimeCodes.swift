import Synchronization
import TuttiCore

/// Codes that are good once and for a while, in the process that gave them, each with what it stands for.
final class OneTimeCodes<Meaning: Sendable>: Sendable {
    private struct Entry {
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

    /// Takes a code that fits and does something with it; when that throws or gives nothing, the code is as good as
    /// before. Nobody else can use it meanwhile.
    func use<Output>(
        _ text: String, at time: Timestamp, if fits: (Meaning) -> Bool, _ body: (Meaning) async throws -> Output?
    ) async throws -> Output? {
        guard let token = OpaqueToken(kind, text), let entry = entry(token, at: time, if: fits) else { return nil }
        var output: Output?
        defer { if output == nil { entries.withLock { $0[token.hash] = entry } } }
        output = try await body(entry.meaning)
        return output
    }

    private func entry(_ token: OpaqueToken, at time: Timestamp, if fits: (Meaning) -> Bool) -> Entry? {
        entries.withLock { entries in
            guard let entry = entries[token.hash], entry.expires > time, fits(entry.meaning) else { return nil }
            entries[token.hash] = nil
            return entry
        }
    }
}
