import FoundationEssentials
import TuttiCore

/// Files with headings, paragraphs and names of code, the same for the same seed.
struct SampleTexts {
    private var random: SeededGenerator
    private let vocabulary: [String]

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let syllables = ["ra", "ten", "mo", "li", "ku", "se", "par", "do", "vi", "nal", "ter", "go", "hi", "bus"]
        vocabulary = (0..<5000).map { _ in
            (0..<Int.random(in: 1...4, using: &random)).map { _ in
                syllables[Int.random(in: 0..<syllables.count, using: &random)]
            }.joined()
        }
        self.random = random
    }

    /// Some words with blanks between them; the first ones of the vocabulary are the most frequent.
    mutating func words(_ count: Int) -> String {
        (0..<count).map { _ in
            let rank = Double.random(in: 0..<1, using: &random)
            return vocabulary[Int(rank * rank * Double(vocabulary.count))]
        }.joined(separator: " ")
    }

    mutating func write(_ count: Int, to folder: String) throws {
        for number in 0..<count {
            let above = folder + "/part\(number % 20)"
            try FileManager.default.createDirectory(atPath: above, withIntermediateDirectories: true)
            var text = "# \(words(3))\n"
            let size = Int.random(in: 4_000...12_000, using: &random)
            while text.utf8.count < size {
                text +=
                    "\n## \(words(4))\n\n\(words(90)).\n\nSee `\(words(1))Of\(words(1).capitalized)()`: \(words(60)).\n"
            }
            try Data(text.utf8).write(to: URL(filePath: "\(above)/\(number).md"))
        }
    }
}
