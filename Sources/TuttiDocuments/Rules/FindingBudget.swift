import TuttiCore

/// Keeps the number of findings in proportion to the text: who is flooded reads nothing.
struct FindingBudget {
    static let wordsPerFinding = 60
    /// More findings of one rule than this are told together.
    static let perRule = 5

    let limit: Int
    /// Codes of rules whose findings are always told as one.
    let toldAsOne: Set<String>

    init(words: Int, toldAsOne: Set<String>) {
        limit = max(1, words / Self.wordsPerFinding)
        self.toldAsOne = toldAsOne
    }

    /// - Parameter findings: sorted worst first.
    func apply(to findings: [Finding]) -> [Finding] {
        var groups: [String: [Finding]] = [:]
        for finding in findings { groups[finding.code, default: []].append(finding) }
        for (code, group) in groups {
            groups[code] = toldAsOne.contains(code) ? merge(group, keeping: 0) : merge(group, keeping: Self.perRule - 1)
        }
        var count = groups.values.reduce(0) { $0 + $1.count }
        // The rules with the mildest findings are told together first.
        let order = groups.keys.sorted { lhs, rhs in
            let left = groups[lhs]?.first?.severity ?? .low
            let right = groups[rhs]?.first?.severity ?? .low
            return left == right ? lhs < rhs : left < right
        }
        for code in order where count > limit {
            guard let group = groups[code], group.count > 1 else { continue }
            groups[code] = merge(group, keeping: 0)
            count -= group.count - 1
        }
        return Array(groups.values.joined().sorted(by: Finding.inOrder).prefix(limit))
    }

    /// The first findings as they are, the others as one under the worst of them.
    private func merge(_ group: [Finding], keeping: Int) -> [Finding] {
        guard group.count > keeping + 1 else { return group }
        let rest = group[keeping...]
        guard var one = rest.first else { return group }
        let others = rest.dropFirst()
        one.lines = Array(Set(rest.flatMap(\.lines))).sorted()
        one.keys = rest.flatMap(\.keys)
        one.questions = Array(rest.flatMap(\.questions).prefix(Self.questionsMost))
        one.missingSection = nil
        let more = others.prefix(Self.namedMost).map { other in
            let what = Self.lowerFirst(other.message)
            return other.quote.isEmpty ? what : "line \(other.line): \(what)"
        }
        let unnamed = others.count - more.count
        one.message += ". Also " + more.joined(separator: "; ") + (unnamed > 0 ? "; and \(unnamed) more" : "")
        return group[..<keeping] + [one]
    }

    private static let namedMost = 4
    private static let questionsMost = 8

    private static func lowerFirst(_ text: String) -> String {
        guard let first = text.first, text.dropFirst().first?.isLowercase == true else { return text }
        return first.lowercased() + text.dropFirst()
    }
}
