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
        var word: [UInt8] = []
        var wasSmall = false
        func finish() {
            defer { word.removeAll(keepingCapacity: true) }
            if word.count > 3, word.last == UInt8(ascii: "s"), word[word.count - 2] != UInt8(ascii: "s") {
                word.removeLast()
            }
            guard !word.isEmpty else { return }
            var hash = StableHash()
            for byte in word { hash.add(byte) }
            tell(hash.mixed)
        }
        for byte in text.utf8.prefix(bytesMax) {
            switch byte {
            case 0x61...0x7A, 0x30...0x39, 0x80...:  // bytes of other alphabets stand for themselves
                word.append(byte)
                wasSmall = true
            case 0x41...0x5A:
                if wasSmall { finish() }
                word.append(byte | 0x20)
                wasSmall = false
            default:
                finish()
                wasSmall = false
            }
        }
        finish()
    }
}
