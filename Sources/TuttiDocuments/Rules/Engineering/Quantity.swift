/// A number with its unit, brought to one unit per dimension: 1 minute is 60 seconds.
struct Quantity: Sendable, Hashable {
    var value: Double
    /// `time`, `size`, `percent`, or the thing that is counted.
    var dimension: String
    /// The words it was read from.
    var words: Range<Int>

    private static let units: [String: (dimension: String, factor: Double)] = {
        var units: [String: (dimension: String, factor: Double)] = [:]
        let table: [(String, Double, String)] = [
            ("time", 0.001, "ms msec millisecond milliseconds"), ("time", 1, "s sec secs second seconds"),
            ("time", 60, "min mins minute minutes"), ("time", 3_600, "h hr hrs hour hours"),
            ("time", 86_400, "d day days"), ("time", 604_800, "week weeks"), ("time", 2_592_000, "month months"),
            ("time", 31_536_000, "year years"),
            ("size", 1, "bytes byte"), ("size", 1_000, "kb kib kilobytes"), ("size", 1_000_000, "mb mib megabytes"),
            ("size", 1_000_000_000, "gb gib gigabytes"), ("size", 1_000_000_000_000, "tb tib terabytes"),
            ("percent", 1, "% percent"),
        ]
        for (dimension, factor, names) in table {
            for name in names.split(separator: " ") { units[String(name)] = (dimension, factor) }
        }
        return units
    }()

    /// Whether a word names a unit, such as "hours".
    static func isUnit(_ word: String) -> Bool { units[word] != nil }

    /// The quantity whose number stands at a position; `nil` for years, versions, ranges and numbers without unit.
    static func read(_ position: Int, in sentence: Sentence, _ words: [Word], _ bytes: [UInt8]) -> Quantity? {
        let word = words[position]
        guard word.kind == .number, word.before != ASCII.hash, word.before != ASCII.dash else { return nil }
        var digits = word.key.prefix { $0.isNumber || $0 == "." || $0 == "," }
        while digits.last == "." || digits.last == "," { digits = digits.dropLast() }
        guard let value = Double(digits.filter { $0 != "," }), digits.filter({ $0 == "." }).count < 2 else {
            return nil
        }
        var attached = word.key.dropFirst(digits.count)
        if attached.first == "-" { attached = attached.dropFirst() }
        if let unit = units[String(attached)] {
            return Quantity(
                value: value * unit.factor, dimension: unit.dimension, words: position..<position + 1)
        }
        guard attached.isEmpty, word.after == 0 || word.after == ASCII.percent else { return nil }
        if isPercent(after: word, bytes) {
            return Quantity(value: value, dimension: "percent", words: position..<position + 1)
        }
        guard position + 1 < sentence.words.upperBound, let unit = units[words[position + 1].key] else { return nil }
        return Quantity(value: value * unit.factor, dimension: unit.dimension, words: position..<position + 2)
    }

    private static func isPercent(after word: Word, _ bytes: [UInt8]) -> Bool {
        let end = Int(word.end)
        if end < bytes.count && bytes[end] == ASCII.percent { return true }
        return end + 1 < bytes.count && bytes[end] == ASCII.space && bytes[end + 1] == ASCII.percent
    }
}
