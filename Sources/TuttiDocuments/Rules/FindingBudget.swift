import TuttiCore

/// Keeps the number of findings in proportion to the text: who is flooded reads nothing.
struct FindingBudget {
    static let wordsPerFinding = 60
    /// More findings of one rule than this are told together.
    static let perRule = 5
    /// So many findings of severity high or critical are told however short the text is.
    static let seriousLeast = 5

    /// Of equals these are left out first: a word that is misread costs less than what breaks or leaks.
    static let wording: Set<String> = [VagueRequirementCheck().rule.code]

    let limit: Int
    /// Codes of rules whose findings are always told as one.
    let toldAsOne: Set<String>

    /// What the findings of a rule usually weigh; decides between equals which are left out.
    private let usual: [String: Severity]

    init(words: Int, checks: [any Check]) {
        limit = max(1, words / Self.wordsPerFinding)
        toldAsOne = Set(checks.filter(\.tellsAsOne).map(\.rule.code))
        usual = Dictionary(checks.map { ($0.rule.code, $0.rule.severity) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter findings: sorted worst first.
    func apply(to findings: [Finding]) -> [Finding] {
        var all: [String: [Finding]] = [:]
        for finding in findings { all[finding.code, default: []].append(finding) }
        var groups = all
        for (code, group) in all {
            groups[code] = merge(group, keeping: toldAsOne.contains(code) ? 0 : Self.perRule - 1)
        }
        var count = groups.values.reduce(0) { $0 + $1.count }
        // The rules with the mildest findings are told together first.
        let order = all.keys.sorted { lhs, rhs in
            let left = all[lhs]?.first?.severity ?? .low
            let right = all[rhs]?.first?.severity ?? .low
            return left == right ? lhs < rhs : left < right
        }
        for code in order where count > limit {
            guard let group = all[code], let told = groups[code], told.count > 1 else { continue }
            groups[code] = merge(group, keeping: 0)
            count -= told.count - 1
        }
        let ranked = groups.values.joined().sorted { lhs, rhs in
            let left = usual[lhs.code] ?? .low
            let right = usual[rhs.code] ?? .low
            if lhs.severity != rhs.severity { return lhs.severity > rhs.severity }
            // What can be shown in the text is more certain than what the text lacks.
            if lhs.quote.isEmpty != rhs.quote.isEmpty { return rhs.quote.isEmpty }
            if left != right { return left > right }
            let isWord = [lhs, rhs].map { Self.wording.contains($0.code) }
            return isWord[0] == isWord[1] ? Finding.inOrder(lhs, rhs) : isWord[1]
        }
        let serious = ranked.prefix { $0.severity >= .high }.count
        return ranked.prefix(max(limit, min(serious, Self.seriousLeast))).sorted(by: Finding.inOrder)
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
            let what = Self.lowerFirst(Self.difference(of: other.message, from: one.message))
            return other.quote.isEmpty ? what : "line \(other.line): \(what)"
        }
        let unnamed = others.count - more.count
        one.message += ". Also " + more.joined(separator: "; ") + (unnamed > 0 ? "; and \(unnamed) more" : "")
        return group[..<keeping] + [one]
    }

    /// Without the end that both messages share, where both begin with quoted words.
    private static func difference(of message: String, from other: String) -> String {
        guard message.first == "\"", let end = message.lastIndex(of: "\""), let otherEnd = other.lastIndex(of: "\""),
            message[end...] == other[otherEnd...]
        else { return message }
        return String(message[...end])
    }

    private static let namedMost = 4
    private static let questionsMost = 8

    private static func lowerFirst(_ text: String) -> String {
        guard let first = text.first, text.dropFirst().first?.isLowercase == true else { return text }
        return first.lowercased() + text.dropFirst()
    }
}
