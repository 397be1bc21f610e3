/// Looks through a text that comes in pieces, and lets through what is judged: the end of it, in which something may
/// have begun, is held back. Wherever the text is cut, what comes out is the same.
struct TextWindow: Sendable {
    private let search: GuardSearch
    /// What is held back, and before it a little of what has gone out, for looking back.
    private var bytes: [UInt8] = []
    /// Where in ``bytes`` that begins which has not gone out.
    private var gone = 0
    /// From where each rule goes on.
    private var cursors: [Int]
    /// What is to be replaced and has not gone out, with the place of its rule: the first of two has its word.
    private var found: [(rule: Int, replacement: Replacement)] = []
    /// Whether ``bytes`` begin where the text begins.
    private var hasBeginning = true

    init(_ search: GuardSearch) {
        self.search = search
        cursors = Array(repeating: 0, count: search.rules.count)
    }

    /// Takes more of the text.
    ///
    /// - Parameter isEnd: whether nothing comes behind.
    /// - Returns: what goes out.
    /// - Throws: ``GuardRefusal``: nothing that it was found in has gone out, and nothing more may.
    mutating func take(
        _ piece: String, isEnd: Bool, _ watch: SearchWatch, _ account: inout GuardAccount
    ) throws(GuardRefusal) -> String {
        bytes += piece.utf8
        var judged = bytes.count
        for index in search.rules.indices {
            judged = min(judged, try look(by: index, isEnd: isEnd, watch, &account))
        }
        let rest = bytes.count - judged
        if rest > GuardLimits.heldBytesMax, let index = cursors.firstIndex(of: judged) {
            throw search.refusal(by: search.rules[index], .gaveUp, &account)
        }
        return release(to: judged)
    }

    /// Looks on by one rule.
    ///
    /// - Returns: before which place nothing begins that it has not found.
    private mutating func look(
        by index: Int, isEnd: Bool, _ watch: SearchWatch, _ account: inout GuardAccount
    ) throws(GuardRefusal) -> Int {
        let rule = search.rules[index]
        while true {
            let (cursor, hasBeginning) = (cursors[index], hasBeginning)
            let finding = unsafe bytes.withUnsafeBufferPointer { buffer in
                var text = unsafe TextReader(buffer, isWhole: isEnd, hasBeginning: hasBeginning)
                return rule.next(in: &text, from: cursor, watch)
            }
            switch finding {
            case .found(let range):
                cursors[index] = range.upperBound
                try search.note(rule, &account)
                guard rule.action == .redact else { continue }
                found.append((index, Replacement(range: range, placeholder: rule.placeholder)))
            case .open(let place):
                cursors[index] = place
                return place
            case .nothing:
                cursors[index] = bytes.count
                return bytes.count
            case .gaveUp: throw search.refusal(by: rule, .gaveUp, &account)
            }
        }
    }

    /// Lets out what stands before a place, but nothing of what is to be replaced and may still grow.
    private mutating func release(to judged: Int) -> String {
        guard !found.isEmpty else { return advance(to: judged, String(decoding: bytes[gone..<judged], as: UTF8.self)) }
        let sorted = found.sorted { $0.rule < $1.rule }.map(\.replacement)
        let joined = GuardSearch.joined(sorted)
        // One that reaches up to the place may be part of a larger one only if that began before, and it did not.
        let whole = joined.filter { $0.range.upperBound <= judged }
        let end = joined.first { $0.range.upperBound > judged }.map { min($0.range.lowerBound, judged) } ?? judged
        var output: [UInt8] = []
        var place = gone
        for replacement in whole {
            output += bytes[place..<replacement.range.lowerBound]
            output += replacement.placeholder.utf8
            place = replacement.range.upperBound
        }
        output += bytes[place..<end]
        found.removeAll { $0.replacement.range.upperBound <= end }
        return advance(to: end, String(decoding: output, as: UTF8.self))
    }

    /// Forgets what nobody looks back to.
    private mutating func advance(to end: Int, _ output: String) -> String {
        gone = end
        var first = min(gone, cursors.min() ?? gone) - GuardLimits.keptBytes
        while first > 0, first < bytes.count, bytes[first] & 0xC0 == 0x80 { first -= 1 }
        guard first > GuardLimits.keptBytes else { return output }
        bytes.removeFirst(first)
        gone -= first
        for index in cursors.indices { cursors[index] -= first }
        for index in found.indices {
            let range = found[index].replacement.range
            found[index].replacement.range = (range.lowerBound - first)..<(range.upperBound - first)
        }
        hasBeginning = false
        return output
    }
}
