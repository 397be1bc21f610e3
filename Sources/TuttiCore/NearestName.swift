/// Guesses which known name somebody meant.
package enum NearestName {
    /// Longer texts are no slips of the finger, and comparing them would cost.
    package static let lengthMax = 64

    /// The known name that is fewest slips away, or `nil` when none is near; of equals the first in the alphabet.
    ///
    /// A slip is one letter too many, missing, wrong, or swapped with its neighbour. One in three may be wrong.
    package static func find(_ typed: String, among known: some Sequence<String>) -> String? {
        let typed = Array(typed.lowercased())
        guard !typed.isEmpty, typed.count <= lengthMax else { return nil }
        let near = known.map { name in (name: name, slips: slips(typed, Array(name.lowercased()))) }
            .filter { $0.slips <= max(1, max(typed.count, $0.name.count) / 3) && $0.slips < typed.count }
        return near.min { ($0.slips, $0.name) < ($1.slips, $1.name) }?.name
    }

    /// The optimal string alignment distance.
    private static func slips(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let substituted = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(substituted, last[column + 1] + 1, current[column] + 1)
                let isSwap =
                    row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
                if isSwap { best = min(best, beforeLast[column - 1] + 1) }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
