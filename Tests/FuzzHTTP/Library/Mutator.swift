/// Makes new inputs of those it is given, the same ones for the same seed.
package struct Mutator {
    private var state: UInt64
    private let corpus: [[UInt8]]

    /// What parsers of HTTP and its neighbours trip over.
    private static let words: [[UInt8]] = [
        "\r\n", "\n", "\r", "\r\n\r\n", "\0", " ", "\t", ":", ";", ",", "0\r\n\r\n", "Content-Length: 3\r\n",
        "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: chunked\r\n", "Host: a\r\n", "ffffffffffffffff",
        "7fffffffffffffff", "-1", "+1", "0x1", "HTTP/1.0", "Connection: close\r\n", "Expect: 100-continue\r\n",
    ].map { Array($0.utf8) }

    package init(seed: UInt64, corpus: [[UInt8]]) {
        state = seed
        self.corpus = corpus
    }

    /// The next number, by SplitMix64.
    package mutating func number() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    package mutating func number(below bound: Int) -> Int { bound < 1 ? 0 : Int(number() % UInt64(bound)) }

    /// The next input.
    package mutating func next() -> [UInt8] {
        var bytes = corpus.isEmpty ? [] : corpus[number(below: corpus.count)]
        // Every eighth stays as it was, so that what follows a good beginning is reached, too.
        for _ in 0..<number(below: 8) { mutate(&bytes) }
        if number(below: 4) == 0, !corpus.isEmpty { bytes += corpus[number(below: corpus.count)] }
        return Array(bytes.prefix(60_000))
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = number(below: bytes.count)
        switch number(below: 8) {
        case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(number(below: 8))
        case 1 where !bytes.isEmpty: bytes[place] = UInt8(truncatingIfNeeded: number())
        case 2 where !bytes.isEmpty: bytes.removeSubrange(place..<min(bytes.count, place + 1 + number(below: 8)))
        case 3: bytes.insert(UInt8(truncatingIfNeeded: number()), at: place)
        case 4: bytes.insert(contentsOf: Self.words[number(below: Self.words.count)], at: place)
        case 5 where !bytes.isEmpty:
            let piece = bytes[place..<min(bytes.count, place + 1 + number(below: 40))]
            bytes.insert(contentsOf: Array(piece), at: number(below: bytes.count))
        case 6 where !bytes.isEmpty: bytes.removeLast(number(below: min(bytes.count, 200)))
        default:
            guard !corpus.isEmpty else { return }
            let other = corpus[number(below: corpus.count)]
            let start = number(below: other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + number(below: 60))], at: place)
        }
    }
}
