import TuttiCore
import TuttiYAML

extension FieldProblem.Rule {
    /// No call could ever take it.
    static let unusable = FieldProblem.Rule(rawValue: "unusable")
}

/// What only files of routes hold.
extension FieldReader {
    /// A name of a deployment, an alias or a region.
    mutating func name(_ node: FieldNode?) -> String? {
        guard let node, let text = text(node, max: RouteLimits.nameLengthMax) else { return nil }
        guard Self.isName(text) else {
            note(node, .value, "'\(text)' is no name; \(Self.nameRule)")
            return nil
        }
        return text
    }

    static let nameRule =
        "take letters, digits, '-', '_', '.' and ':', a letter or digit first, at most \(RouteLimits.nameLengthMax)"

    /// Whether a text keeps to ``nameRule``.
    static func isName(_ text: String) -> Bool {
        let isPlain = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard let first = text.utf8.first, isPlain(first), text.utf8.count <= RouteLimits.nameLengthMax else {
            return false
        }
        return text.utf8.allSatisfy { isPlain($0) || "-_.:".utf8.contains($0) }
    }

    /// A whole number within a range.
    mutating func number(_ node: FieldNode?, _ range: ClosedRange<Int64>) -> Int64? {
        guard let node else { return nil }
        if let text = node.text, let number = Int64(text), range.contains(number) { return number }
        note(node, .value, "takes a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// An amount of dollars for a million tokens.
    mutating func price(_ node: FieldNode?) -> USD? {
        guard let node else { return nil }
        if let text = node.text, let amount = USD(text) { return amount }
        note(node, .value, "is no amount; it takes dollars for a million tokens such as 0.25")
        return nil
    }

    /// A fraction within a range.
    mutating func fraction(_ node: FieldNode?, _ range: ClosedRange<Double>) -> Double? {
        guard let node else { return nil }
        if let text = node.text, let number = Double(text), range.contains(number) { return number }
        note(node, .value, "takes a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    private static let byteUnits: [(suffix: String, bytes: Int64)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    /// A number of bytes with its unit.
    mutating func bytes(_ node: FieldNode?, _ range: ClosedRange<Int64>) -> Int64? {
        guard let node else { return nil }
        if let text = node.text, let unit = Self.byteUnits.first(where: { text.hasSuffix($0.suffix) }),
            let count = Int64(text.dropLast(unit.suffix.count)), count > 0
        {
            let (bytes, isTooMuch) = count.multipliedReportingOverflow(by: unit.bytes)
            if !isTooMuch, range.contains(bytes) { return bytes }
        }
        note(
            node, .value,
            "takes a size such as 64MiB or 1GiB, from \(Self.size(range.lowerBound)) to \(Self.size(range.upperBound))")
        return nil
    }

    private static func size(_ bytes: Int64) -> String {
        let unit = byteUnits.last { bytes % $0.bytes == 0 && bytes >= $0.bytes } ?? byteUnits[0]
        return "\(bytes / unit.bytes)\(unit.suffix)"
    }

    /// A time above zero.
    mutating func duration(_ node: FieldNode?, max: Duration) -> Duration? {
        guard let node else { return nil }
        if let text = node.text, let time = DurationText.read(text), time > .zero, time <= max { return time }
        note(node, .value, "takes a time such as 500ms or 2s, at most \(DurationText.write(max))")
        return nil
    }
}
