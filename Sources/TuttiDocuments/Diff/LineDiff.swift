/// The difference of two texts by lines, as `diff -u` shows it.
package struct LineDiff: Sendable, Hashable {
    /// Lines around a change that do not differ.
    package static let contextDefault = 3

    /// A stretch of changed lines with some unchanged ones around.
    package struct Hunk: Sendable, Hashable {
        /// Counted from 0; in the old text.
        package let old: Range<Int>
        /// Counted from 0; in the new text.
        package let new: Range<Int>
        package let lines: [Line]
    }

    /// One line of a hunk.
    package struct Line: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable {
            case context = " "
            case deletion = "-"
            case insertion = "+"
        }

        package let kind: Kind
        /// Without the line feed.
        package let text: String
        /// False only for the last line of a text that does not end with a line feed.
        package let hasLineFeed: Bool
    }

    package let hunks: [Hunk]
    package let deletedCount: Int
    package let insertedCount: Int
    package var isEmpty: Bool { hunks.isEmpty }

    package init(from old: String, to new: String, context: Int = LineDiff.contextDefault) {
        precondition(context >= 0, "a context is a number of lines")
        let oldLines = TokenTable.lines(of: old)
        let newLines = TokenTable.lines(of: new)
        var table = TokenTable()
        let replacements = SequenceDiff.replacements(
            from: oldLines.map { table.number(of: $0) }, to: newLines.map { table.number(of: $0) })
        deletedCount = replacements.reduce(0) { $0 + $1.old.count }
        insertedCount = replacements.reduce(0) { $0 + $1.new.count }
        hunks = Self.grouped(replacements, context: context).map { group in
            Self.hunk(of: group, context: context, old: oldLines, new: newLines)
        }
    }

    /// Replacements whose contexts touch share a hunk.
    private static func grouped(_ replacements: [Replacement], context: Int) -> [ArraySlice<Replacement>] {
        var groups: [ArraySlice<Replacement>] = []
        var start = 0
        for index in replacements.indices {
            let isLast = index + 1 == replacements.count
            if isLast || replacements[index + 1].old.lowerBound - replacements[index].old.upperBound > 2 * context {
                groups.append(replacements[start...index])
                start = index + 1
            }
        }
        return groups
    }

    private static func hunk(
        of group: ArraySlice<Replacement>, context: Int, old: [ArraySlice<UInt8>], new: [ArraySlice<UInt8>]
    ) -> Hunk {
        var lines: [Line] = []
        let before = min(context, group[group.startIndex].old.lowerBound)
        let oldStart = group[group.startIndex].old.lowerBound - before
        let newStart = group[group.startIndex].new.lowerBound - before
        var oldIndex = oldStart
        for replacement in group {
            lines += old[oldIndex..<replacement.old.lowerBound].map { Line(.context, $0) }
            lines += old[replacement.old].map { Line(.deletion, $0) }
            lines += new[replacement.new].map { Line(.insertion, $0) }
            oldIndex = replacement.old.upperBound
        }
        let oldEnd = min(oldIndex + context, old.count)
        lines += old[oldIndex..<oldEnd].map { Line(.context, $0) }
        let newEnd = group[group.endIndex - 1].new.upperBound + oldEnd - oldIndex
        return Hunk(old: oldStart..<oldEnd, new: newStart..<newEnd, lines: lines)
    }
}

extension LineDiff.Line {
    fileprivate init(_ kind: Kind, _ bytes: ArraySlice<UInt8>) {
        self.kind = kind
        hasLineFeed = bytes.last == UInt8(ascii: "\n")
        text = String(decoding: hasLineFeed ? bytes.dropLast() : bytes, as: UTF8.self)
    }
}
