import TuttiCore

/// Tokens that were found good, by their fingerprints, until they expire. State only; whoever has it locks it.
///
/// Bounded by two generations: when the young one is full it becomes the old one, and what is asked for again comes
/// back into the new young one.
struct TokenCache {
    struct Entry {
        let credential: LiveCredential
        let expires: Timestamp
    }

    private var young: [TokenFingerprint: Entry] = [:]
    private var old: [TokenFingerprint: Entry] = [:]
    private let generationMax: Int

    /// - Parameter generationMax: of these there are two.
    init(generationMax: Int) { self.generationMax = generationMax }

    var count: Int { young.count + old.count }

    mutating func credential(_ token: TokenFingerprint, at time: Timestamp) -> LiveCredential? {
        if let entry = young[token] {
            if entry.expires > time, !entry.credential.isStale { return entry.credential }
            young[token] = nil
            return nil
        }
        guard let entry = old.removeValue(forKey: token), entry.expires > time, !entry.credential.isStale else {
            return nil
        }
        insert(token, entry)
        return entry.credential
    }

    mutating func keep(_ token: TokenFingerprint, _ credential: LiveCredential, until expires: Timestamp) {
        insert(token, Entry(credential: credential, expires: expires))
    }

    private mutating func insert(_ token: TokenFingerprint, _ entry: Entry) {
        if young.count >= generationMax { (old, young) = (young, [:]) }
        young[token] = entry
    }

    mutating func removeAll() { (young, old) = ([:], [:]) }
}
