import TuttiGateway

/// Which group the calls of a party, or of a route, belong to in the answer to one question.
struct CallGroups {
    /// The group of each number; -1 for those that are not wanted.
    private let groups: [Int32]
    /// What the calls of a group have in common, one name for each dimension.
    let names: [[String?]]

    /// - Parameter last: the largest number there is.
    init(_ members: some Sequence<(number: Int64, names: [String?]?)>, last: Int64) {
        var groups = [Int32](repeating: -1, count: Int(clamping: last) + 1)
        var known: [[String?]: Int32] = [:]
        var names: [[String?]] = []
        for member in members {
            guard let own = member.names, groups.indices.contains(Int(clamping: member.number)) else { continue }
            let group = known[own] ?? Int32(names.count)
            if known[own] == nil {
                known[own] = group
                names.append(own)
            }
            groups[Int(member.number)] = group
        }
        self.groups = groups
        self.names = names
    }

    /// One group for all, where nobody is told apart.
    static let one = CallGroups([(number: Int64(0), names: [String?]?([]))], last: 0)

    /// The group of a number; `nil` when it is not wanted.
    func group(of number: Int64) -> Int32? {
        guard groups.indices.contains(Int(clamping: number)) else { return nil }
        let group = groups[Int(number)]
        return group < 0 ? nil : group
    }
}
