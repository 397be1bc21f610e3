import Testing
import TuttiDocuments

/// Run by `swift test -c release -Xswiftc -enable-testing --filter DiffTime`.
@Suite("Diff: the time it takes")
struct DiffTimeTests {
    static var isOptimised: Bool {
        #if DEBUG
        false
        #else
        true
        #endif
    }

    /// A megabyte of words or lines, of so many different ones.
    static func text(of words: UInt64, separator: String, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var text = ""
        while text.utf8.count < 1_000_000 { text += "w\(random.next() % words)" + separator }
        return text
    }

    @Test(.enabled(if: isOptimised, "times are those of a release build"), arguments: [2, 10, 200, 3000, 100_000])
    func unrelatedMegabytesTakeLessThanASecond(words: UInt64) {
        for separator in [" ", "\n"] {
            let old = Self.text(of: words, separator: separator, seed: 1)
            let new = Self.text(of: words, separator: separator, seed: 2)
            let clock = ContinuousClock()
            #expect(clock.measure { _ = TextDiff.changeRatio(from: old, to: new) } < .seconds(1))
            #expect(clock.measure { _ = LineDiff(from: old, to: new) } < .seconds(1))
        }
    }
}
