/// Finds which tokens of two sequences have no partner, after Eugene W. Myers, "An O(ND) Difference Algorithm and
/// Its Variations" (1986), section 4b: linear space by divide and conquer.
///
/// The result is a shortest edit script as long as a part differs in fewer than twice `costMax` tokens. Beyond
/// that the part is cut at the point that was reached furthest, so the work grows as tokens times `costMax`.
struct EditSearch {
    /// Half the differences up to which a part is compared exactly, whatever the length.
    static let costMin = 32
    /// The same for texts of ordinary length.
    static let costMax = 256
    /// Tokens times cost; longer texts are searched less deeply. It is a fraction of a second.
    static let workMax = 40_000_000

    /// How deeply to search so many tokens.
    static func cost(forTokens count: Int) -> Int { min(costMax, max(costMin, workMax / max(count, 1))) }

    /// A part of both sequences that is still to be compared.
    private struct Box {
        var old: Range<Int>
        var new: Range<Int>
    }

    private let old: [UInt32]
    private let new: [UInt32]
    private let costMax: Int
    private var forward: Frontier
    private var backward: Frontier
    /// Whether each token has no partner on the other side.
    private(set) var isDeleted: [Bool]
    private(set) var isInserted: [Bool]

    init(from old: [UInt32], to new: [UInt32], costMax: Int) {
        precondition(costMax > 0, "a search needs at least one step")
        self.old = old
        self.new = new
        self.costMax = costMax
        forward = Frontier(costMax: costMax, unreached: -1)
        backward = Frontier(costMax: costMax, unreached: .max)
        isDeleted = Array(repeating: false, count: old.count)
        isInserted = Array(repeating: false, count: new.count)
    }

    /// Compares everything.
    mutating func run() {
        var boxes = [Box(old: old.indices, new: new.indices)]
        while let whole = boxes.popLast() {
            let box = trimmed(whole)
            if box.old.isEmpty {
                for index in box.new { isInserted[index] = true }
            } else if box.new.isEmpty {
                for index in box.old { isDeleted[index] = true }
            } else {
                let cut = cut(box)
                boxes.append(Box(old: cut.old..<box.old.upperBound, new: cut.new..<box.new.upperBound))
                boxes.append(Box(old: box.old.lowerBound..<cut.old, new: box.new.lowerBound..<cut.new))
            }
        }
    }

    /// Without what is equal at both ends. What is left, if anything, differs in its first and last tokens, so at
    /// least two edits are left, and a cut always makes both parts smaller.
    private func trimmed(_ box: Box) -> Box {
        var (old, new) = (box.old, box.new)
        while let first = old.first, let other = new.first, self.old[first] == self.new[other] {
            old = old.dropFirst()
            new = new.dropFirst()
        }
        while let last = old.last, let other = new.last, self.old[last] == self.new[other] {
            old = old.dropLast()
            new = new.dropLast()
        }
        return Box(old: old, new: new)
    }

    /// A point that a shortest path through the box crosses about half-way, or a good guess at one.
    private mutating func cut(_ box: Box) -> (old: Int, new: Int) {
        let lowest = box.old.lowerBound - box.new.upperBound
        let highest = box.old.upperBound - box.new.lowerBound
        forward.begin(at: box.old.lowerBound - box.new.lowerBound, position: box.old.lowerBound)
        backward.begin(at: box.old.upperBound - box.new.upperBound, position: box.old.upperBound)
        let isOdd = (forward.start - backward.start) & 1 != 0
        for _ in 1...costMax {
            forward.widen(within: lowest...highest)
            for diagonal in stride(from: forward.last, through: forward.first, by: -2) {
                let position = advance(box, along: diagonal)
                if isOdd, backward.contains(diagonal), backward[diagonal] <= position {
                    return (position, position - diagonal)
                }
            }
            backward.widen(within: lowest...highest)
            for diagonal in stride(from: backward.last, through: backward.first, by: -2) {
                let position = retreat(box, along: diagonal)
                if !isOdd, forward.contains(diagonal), position <= forward[diagonal] {
                    return (position, position - diagonal)
                }
            }
        }
        return furthest(box)
    }

    /// The furthest point on a diagonal after one more edit and all equal tokens behind it.
    private mutating func advance(_ box: Box, along diagonal: Int) -> Int {
        var position = max(forward[diagonal - 1] + 1, forward[diagonal + 1])
        var other = position - diagonal
        while position < box.old.upperBound, other < box.new.upperBound, old[position] == new[other] {
            position += 1
            other += 1
        }
        forward[diagonal] = position
        return position
    }

    /// The same from the end.
    private mutating func retreat(_ box: Box, along diagonal: Int) -> Int {
        // The unreached mark is `.max`, from which one can be taken.
        var position = min(backward[diagonal - 1], backward[diagonal + 1] - 1)
        var other = position - diagonal
        while position > box.old.lowerBound, other > box.new.lowerBound, old[position - 1] == new[other - 1] {
            position -= 1
            other -= 1
        }
        backward[diagonal] = position
        return position
    }

    /// Where the search stood when it gave up: the point furthest from its end of the box.
    private func furthest(_ box: Box) -> (old: Int, new: Int) {
        let (start, end) = (
            box.old.lowerBound + box.new.lowerBound, box.old.upperBound + box.new.upperBound
        )
        var best = (old: box.old.lowerBound, new: box.new.lowerBound, gain: -1)
        for diagonal in stride(from: forward.last, through: forward.first, by: -2) {
            let position = min(forward[diagonal], box.old.upperBound, box.new.upperBound + diagonal)
            let gain = 2 * position - diagonal - start
            if gain > best.gain { best = (position, position - diagonal, gain) }
        }
        for diagonal in stride(from: backward.last, through: backward.first, by: -2) {
            let position = max(backward[diagonal], box.old.lowerBound, box.new.lowerBound + diagonal)
            let gain = end - (2 * position - diagonal)
            if gain > best.gain { best = (position, position - diagonal, gain) }
        }
        return (best.old, best.new)
    }
}

/// How far one direction of the search has come on each diagonal (`old position - new position`).
private struct Frontier {
    private var positions: [Int]
    private let unreached: Int
    private let middle: Int
    /// The diagonal where it began.
    private(set) var start = 0
    /// The outermost diagonals it has reached.
    private(set) var first = 0
    private(set) var last = 0

    init(costMax: Int, unreached: Int) {
        middle = costMax + 1
        positions = Array(repeating: unreached, count: 2 * middle + 1)
        self.unreached = unreached
    }

    mutating func begin(at diagonal: Int, position: Int) {
        (start, first, last) = (diagonal, diagonal, diagonal)
        self[diagonal] = position
    }

    /// One diagonal more on both sides, or one less where the box ends.
    mutating func widen(within bounds: ClosedRange<Int>) {
        if first > bounds.lowerBound {
            first -= 1
            self[first - 1] = unreached
        } else {
            first += 1
        }
        if last < bounds.upperBound {
            last += 1
            self[last + 1] = unreached
        } else {
            last -= 1
        }
    }

    func contains(_ diagonal: Int) -> Bool { first <= diagonal && diagonal <= last }

    subscript(diagonal: Int) -> Int {
        get { positions[diagonal - start + middle] }
        set { positions[diagonal - start + middle] = newValue }
    }
}
