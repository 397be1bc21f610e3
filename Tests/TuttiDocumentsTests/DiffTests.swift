import Testing

@testable import TuttiDocuments

@Suite("Diff: the search")
struct DiffSearchTests {
    /// The length of the longest common subsequence, the slow and certain way.
    static func longestCommon(_ old: [UInt32], _ new: [UInt32]) -> Int {
        var row = Array(repeating: 0, count: new.count + 1)
        for token in old {
            var diagonal = 0
            for column in new.indices {
                let above = row[column + 1]
                row[column + 1] = token == new[column] ? diagonal + 1 : max(above, row[column])
                diagonal = above
            }
        }
        return row[new.count]
    }

    static func apply(_ replacements: [Replacement], to old: [UInt32], taking new: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var index = 0
        for replacement in replacements {
            result += old[index..<replacement.old.lowerBound] + new[replacement.new]
            index = replacement.old.upperBound
        }
        return result + old[index...]
    }

    static func size(_ replacements: [Replacement]) -> Int {
        replacements.reduce(0) { $0 + $1.old.count + $1.new.count }
    }

    @Test(arguments: 0..<400) func isCorrectAndMinimal(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters = UInt32.random(in: 1...6, using: &random)
        let old = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt32.random(in: 0..<letters, using: &random)
        }
        let new = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt32.random(in: 0..<letters, using: &random)
        }
        let replacements = SequenceDiff.replacements(from: old, to: new)
        #expect(Self.apply(replacements, to: old, taking: new) == new)
        #expect(Self.size(replacements) == old.count + new.count - 2 * Self.longestCommon(old, new))
    }

    /// A tiny limit sends every case through the fallback; the result may be longer but never wrong.
    @Test(arguments: 0..<200) func isCorrectBeyondItsLimit(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let old = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt32.random(in: 0..<9, using: &random) }
        let new = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt32.random(in: 0..<9, using: &random) }
        for costMax in [1, 2, 7] {
            let replacements = SequenceDiff.replacements(from: old, to: new, costMax: costMax)
            #expect(Self.apply(replacements, to: old, taking: new) == new)
        }
    }

    @Test func endsAreEasy() {
        #expect(SequenceDiff.replacements(from: [], to: []) == [])
        #expect(SequenceDiff.replacements(from: [1], to: [1]) == [])
        #expect(SequenceDiff.replacements(from: [], to: [1, 2]) == [Replacement(old: 0..<0, new: 0..<2)])
        #expect(SequenceDiff.replacements(from: [1, 2], to: []) == [Replacement(old: 0..<2, new: 0..<0)])
        #expect(SequenceDiff.replacements(from: [1, 2], to: [3]) == [Replacement(old: 0..<2, new: 0..<1)])
    }

    /// Long inputs that were made to be expensive: the same few words in different orders, one word over and over.
    @Test(arguments: [2, 40, 5000]) func hostileTextsEnd(words: UInt32) {
        var random = SeededGenerator(seed: UInt64(words))
        let count = 20_000
        let old = (0..<count).map { _ in UInt32.random(in: 0..<words, using: &random) }
        let new = (0..<count).map { _ in UInt32.random(in: 0..<words, using: &random) }
        let time = ContinuousClock().measure {
            let replacements = SequenceDiff.replacements(from: old, to: new)
            #expect(Self.apply(replacements, to: old, taking: new) == new)
        }
        // An unoptimised build takes about a second; a search without a limit would take minutes.
        #expect(time < .seconds(30))
    }

    @Test func longTextsAreSearchedLessDeeply() {
        #expect(EditSearch.cost(forTokens: 0) == EditSearch.costMax)
        #expect(EditSearch.cost(forTokens: 10_000) == EditSearch.costMax)
        #expect(EditSearch.cost(forTokens: 400_000) == 100)
        #expect(EditSearch.cost(forTokens: .max) == EditSearch.costMin)
    }
}

@Suite("Diff: how much has changed")
struct DiffRatioTests {
    static let cases: [(String, String, Double)] = [
        ("", "", 0), (" \n", "", 0), ("a b c", "a b c", 0), ("a  b\nc", "a b c", 0), ("a", "", 1),
        ("", "a", 1), ("a b", "c d", 1), ("a b c d", "a b x d", 0.25), ("a b c", "a b c d", 1.0 / 7),
        ("店は開く", "店は閉く", 0.25), ("\u{E9}", "e\u{301}", 1),
    ]

    @Test(arguments: cases)
    func countsWords(old: String, new: String, ratio: Double) {
        #expect(abs(TextDiff.changeRatio(from: old, to: new) - ratio) < 1e-12)
    }

    @Test(arguments: 0..<50) func liesBetweenNothingAndAllAndIsSymmetric(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (old, new) = (random.text(lines: 12), random.text(lines: 12))
        let ratio = TextDiff.changeRatio(from: old, to: new)
        #expect((0...1).contains(ratio))
        #expect(ratio == TextDiff.changeRatio(from: new, to: old))
        #expect(TextDiff.changeRatio(from: old, to: old) == 0)
    }
}

/// SplitMix64: small, and the same numbers for the same seed for ever.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A few short lines of few different words, so that equal lines are common; half end without a line feed.
    mutating func text(lines: Int) -> String {
        let words = ["tea", "milk", "", "sugar and more", "+ plus", "- minus", "\\ No", "@@", "é", "店\r"]
        let count = Int.random(in: 0...lines, using: &self)
        let chosen = (0..<count).map { _ in words[Int.random(in: 0..<words.count, using: &self)] }
        return chosen.joined(separator: "\n") + (Bool.random(using: &self) ? "\n" : "")
    }
}
