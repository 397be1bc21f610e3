/// Makes vectors of texts, so that tasks and experts can be compared. All that is compared has to come from one.
package protocol TextEmbedding: Sendable {
    /// The numbers of a vector.
    var dimensions: Int { get }

    /// The vector of a text; all zeros for one that says nothing.
    func vector(of text: String) -> [Float]
}

/// Vectors from the words of a text, without a model: near are texts that share words.
///
/// A hashed bag of words with signs (Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature Hashing for Large
/// Scale Multitask Learning", 2009): the words are the runs of letters and digits in lower case, parted at a change from
/// small to large letters too; each has a place and a sign by ``StableHash``; a word that comes n times counts √n. With
/// a plural's `s` taken away, `tests` is `test`. It knows no synonyms.
package struct HashedWords: TextEmbedding {
    /// 256, so that two words of a hundred rarely share a place.
    package let dimensions = 256
    /// What stands behind so many bytes of a text is not looked at.
    package static let bytesMax = 64 << 10

    package init() {}

    package func vector(of text: String) -> [Float] {
        var counts: [Float] = Array(repeating: 0, count: dimensions)
        var seen: [UInt64: Float] = [:]
        Self.eachWord(of: text) { hash in
            let times = seen[hash, default: 0] + 1
            seen[hash] = times
            let sign: Float = hash >> 63 == 0 ? 1 : -1
            counts[Int(hash % UInt64(dimensions))] += sign * (times.squareRoot() - (times - 1).squareRoot())
        }
        return counts
    }

    /// Tells the hash of each word.
    private static func eachWord(of text: String, _ tell: (UInt64) -> Void) {
        var word = HashedWord()
        var wasSmall = false
        for byte in text.utf8.prefix(bytesMax) {
            switch byte {
            case 0x61...0x7A, 0x30...0x39, 0x80...:  // bytes of other alphabets stand for themselves
                word.add(byte)
                wasSmall = true
            case 0x41...0x5A:
                if wasSmall { word.finish(tell) }
                word.add(byte | 0x20)
                wasSmall = false
            default:
                word.finish(tell)
                wasSmall = false
            }
        }
        word.finish(tell)
    }
}

/// A word while its bytes come: only what is needed of them is kept.
private struct HashedWord {
    private var hash = StableHash()
    /// The hash without the last byte.
    private var shorter = StableHash()
    private var last: UInt8 = 0
    private var beforeLast: UInt8 = 0
    private var count = 0

    mutating func add(_ byte: UInt8) {
        shorter = hash
        hash.add(byte)
        (beforeLast, last) = (last, byte)
        count += 1
    }

    /// Tells the hash of the word, if there is one, and begins the next.
    mutating func finish(_ tell: (UInt64) -> Void) {
        guard count > 0 else { return }
        let isPlural = count > 3 && last == UInt8(ascii: "s") && beforeLast != UInt8(ascii: "s")
        tell(isPlural ? shorter.mixed : hash.mixed)
        self = HashedWord()
    }
}
