/// Finds names that lead to themselves.
package enum NameCycle {
    /// The names on a way from one back to itself, beginning with it; `nil` when there is no such way.
    ///
    /// - Parameter next: the names that a name leads to directly.
    package static func way(from start: String, next: (String) -> [String]) -> [String]? {
        var cameFrom: [String: String] = [:]
        var waiting = [start]
        while let name = waiting.popLast() {
            for other in next(name) {
                if other == start {
                    var way = [name]
                    while let last = way.last, last != start, let before = cameFrom[last] { way.append(before) }
                    return way.reversed()
                }
                if cameFrom.updateValue(name, forKey: other) == nil { waiting.append(other) }
            }
        }
        return nil
    }
}
