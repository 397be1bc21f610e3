/// A stretch of the old sequence that a stretch of the new one replaces; one of both may be empty.
struct Replacement: Hashable, Sendable {
    let old: Range<Int>
    let new: Range<Int>
}

/// What turns one sequence of tokens into another.
enum SequenceDiff {
    /// The replacements in their order; between them the sequences are equal.
    ///
    /// They are as few tokens as possible up to a bound of differences, then merely correct.
    static func replacements(from old: [UInt32], to new: [UInt32]) -> [Replacement] {
        replacements(from: old, to: new, costMax: EditSearch.cost(forTokens: old.count + new.count))
    }

    static func replacements(from old: [UInt32], to new: [UInt32], costMax: Int) -> [Replacement] {
        let (isDeleted, isInserted) = marks(from: old, to: new, costMax: costMax)
        var replacements: [Replacement] = []
        var (oldIndex, newIndex) = (0, 0)
        while oldIndex < old.count || newIndex < new.count {
            let (oldStart, newStart) = (oldIndex, newIndex)
            while oldIndex < old.count, isDeleted[oldIndex] { oldIndex += 1 }
            while newIndex < new.count, isInserted[newIndex] { newIndex += 1 }
            if oldIndex > oldStart || newIndex > newStart {
                replacements.append(Replacement(old: oldStart..<oldIndex, new: newStart..<newIndex))
            } else {
                oldIndex += 1
                newIndex += 1
            }
        }
        return replacements
    }

    /// Which tokens have no partner. Those that do not occur on the other side at all are known without a search,
    /// which costs nothing in quality and most of the work when two texts have little in common.
    private static func marks(
        from old: [UInt32], to new: [UInt32], costMax: Int
    ) -> (isDeleted: [Bool], isInserted: [Bool]) {
        let (inOld, inNew) = (Set(old), Set(new))
        let oldKept = old.indices.filter { inNew.contains(old[$0]) }
        let newKept = new.indices.filter { inOld.contains(new[$0]) }
        var search = EditSearch(from: oldKept.map { old[$0] }, to: newKept.map { new[$0] }, costMax: costMax)
        search.run()
        var isDeleted = Array(repeating: true, count: old.count)
        var isInserted = Array(repeating: true, count: new.count)
        for (index, position) in oldKept.enumerated() { isDeleted[position] = search.isDeleted[index] }
        for (index, position) in newKept.enumerated() { isInserted[position] = search.isInserted[index] }
        return (isDeleted, isInserted)
    }
}
