/// A strict reader of what Prometheus reads, written from its rules and not from the writer.
struct ExpositionReader {
    struct Sample: Hashable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Family: Hashable {
        var help = ""
        var type = ""
        var unit = ""
        var samples: [Sample] = []
    }

    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var families: [String: Family] = [:]
    private let isOpenMetrics: Bool
    private var current = ""
    private var hasEnded = false

    static func read(_ text: String, isOpenMetrics: Bool = false) throws -> [String: Family] {
        var reader = ExpositionReader(isOpenMetrics: isOpenMetrics)
        guard text.isEmpty || text.hasSuffix("\n") else { throw Broken(description: "the last line has no end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            try reader.take(String(line))
        }
        if isOpenMetrics, !reader.hasEnded { throw Broken(description: "no # EOF") }
        for (name, family) in reader.families { try reader.check(name, family) }
        return reader.families
    }

    private init(isOpenMetrics: Bool) { self.isOpenMetrics = isOpenMetrics }

    private mutating func take(_ line: String) throws {
        if hasEnded { throw Broken(description: "text after # EOF") }
        if line == "# EOF", isOpenMetrics { return hasEnded = true }
        guard line.hasPrefix("# ") else { return try takeSample(line) }
        let parts = line.dropFirst(2).split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Broken(description: line) }
        let name = String(parts[1])
        if name != current {
            guard families[name] == nil else { throw Broken(description: "\(name) comes twice") }
            families[name] = Family()
            current = name
        }
        switch parts[0] {
        case "HELP":
            let help = try unescape(parts[2], allowed: isOpenMetrics ? "\\n\"" : "\\n")
            families[name]?.help = help
        case "TYPE" where families[name]?.samples.isEmpty == true && families[name]?.type == "":
            families[name]?.type = String(parts[2])
        case "UNIT" where isOpenMetrics: families[name]?.unit = String(parts[2])
        default: throw Broken(description: line)
        }
    }

    private mutating func takeSample(_ line: String) throws {
        var rest = Substring(line)
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest.removeFirst()
            while rest.first != "}" {
                let label = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                rest = rest.dropFirst(label.count)
                guard !label.isEmpty, rest.hasPrefix("=\"") else { throw Broken(description: line) }
                rest = rest.dropFirst(2)
                var raw = ""
                while let next = rest.popFirst(), next != "\"" {
                    raw.append(next)
                    if next == "\\", let escaped = rest.popFirst() { raw.append(escaped) }
                }
                guard labels.updateValue(try unescape(raw[...], allowed: "\\n\""), forKey: String(label)) == nil else {
                    throw Broken(description: line)
                }
                if rest.first == "," {
                    rest.removeFirst()
                } else if rest.first != "}" {
                    throw Broken(description: line)
                }
            }
            rest.removeFirst()
        }
        guard rest.first == " ", let value = number(rest.dropFirst()), let family = family(of: String(name)) else {
            throw Broken(description: line)
        }
        families[family]?.samples.append(Sample(name: String(name), labels: labels, value: value))
    }

    /// The family that is open, if the sample may belong to it.
    private func family(of name: String) -> String? {
        guard let family = families[current] else { return nil }
        let suffixes: [String]
        switch family.type {
        case "histogram": suffixes = ["_bucket", "_sum", "_count"]
        case "counter": suffixes = isOpenMetrics ? ["_total"] : [""]
        case "gauge": suffixes = [""]
        default: suffixes = []
        }
        return suffixes.contains { name == current + $0 } ? current : nil
    }

    private func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.allSatisfy { "0123456789.e+-".contains($0) } ? Double(text) : nil
        }
    }

    private func unescape(_ text: Substring, allowed: String) throws -> String {
        var (result, rest) = ("", text)
        while let next = rest.popFirst() {
            guard next == "\\" else {
                result.append(next)
                continue
            }
            guard let escaped = rest.popFirst(), allowed.contains(escaped) else {
                throw Broken(description: "a broken escape in \(text)")
            }
            result.append(escaped == "n" ? "\n" : escaped)
        }
        return result
    }

    private func check(_ name: String, _ family: Family) throws {
        guard !family.type.isEmpty, !family.help.isEmpty else {
            throw Broken(description: "\(name) has no type or help")
        }
        if !family.unit.isEmpty, !name.hasSuffix("_" + family.unit) { throw Broken(description: "\(name): unit") }
        if family.type == "counter", isOpenMetrics == name.hasSuffix("_total") { throw Broken(description: name) }
        guard
            Set(family.samples.map { "\($0.name)\($0.labels.sorted { $0.key < $1.key })" }).count
                == family.samples.count
        else { throw Broken(description: "\(name) has a sample twice") }
        guard family.type == "histogram" else { return }
        var groups: [[String: String]: [Sample]] = [:]
        for sample in family.samples {
            groups[sample.labels.filter { $0.key != "le" }, default: []].append(sample)
        }
        for samples in groups.values {
            let buckets = samples.filter { $0.name == name + "_bucket" }
            let bounds = buckets.map { number(Substring($0.labels["le"] ?? "")) ?? .nan }
            let count = samples.filter { $0.name == name + "_count" }.map(\.value)
            let isOrdered =
                zip(bounds, bounds.dropFirst()).allSatisfy(<)
                && zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value }
            guard isOrdered, bounds.last == .infinity, count == [buckets.last?.value],
                samples.contains(where: { $0.name == name + "_sum" })
            else { throw Broken(description: "\(name): buckets") }
        }
    }
}
