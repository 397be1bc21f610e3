import Synchronization
package import TuttiCore

/// Secrets that are known, such as the keys of providers: wherever one stands in a text, `[secret]` is written instead.
///
/// It is the last net. A secret is found as it is, percent-encoded, and as a JSON string has it; not when it was cut,
/// or changed in any other way.
package final class Redactions: Sendable {
    private let needles = Mutex<[[UInt8]]>([])

    /// Shorter ones are not looked for: they would be found everywhere.
    package static let bytesMin = 6
    private static let mask = Array(SecretText("").description.utf8)

    package init(_ secrets: [SecretText] = []) { add(secrets) }

    /// Adds secrets that have become known.
    package func add(_ secrets: [SecretText]) {
        let texts = secrets.map(\.revealed).filter { $0.utf8.count >= Self.bytesMin }
        let forms = texts.flatMap { [Array($0.utf8), Array(PercentText.encode($0).utf8), JSONText.escaped($0)] }
        needles.withLock { needles in
            // The longest first, so that nothing is left of one that begins with another.
            needles = Set(needles + forms).sorted { ($1.count, $0) < ($0.count, $1) }
        }
    }

    /// The text without any of them.
    package func clean(_ text: String) -> String {
        let needles = needles.withLock { $0 }
        guard !needles.isEmpty else { return text }
        var bytes = Array(text.utf8)
        var isChanged = false
        for needle in needles {
            guard let cleaned = Self.replace(needle, in: bytes) else { continue }
            bytes = cleaned
            isChanged = true
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// The bytes with the mask wherever the needle is, or `nil` when it is nowhere.
    private static func replace(_ needle: [UInt8], in bytes: [UInt8]) -> [UInt8]? {
        guard let first = needle.first, bytes.count >= needle.count else { return nil }
        var result: [UInt8] = []
        var (done, index) = (0, 0)
        while index + needle.count <= bytes.count {
            if bytes[index] == first, bytes[index..<(index + needle.count)].elementsEqual(needle) {
                result.append(contentsOf: bytes[done..<index])
                result.append(contentsOf: mask)
                index += needle.count
                done = index
            } else {
                index += 1
            }
        }
        guard done > 0 else { return nil }
        result.append(contentsOf: bytes[done...])
        return result
    }
}

/// Shorter is less; of the same length, by their bytes.
private func < (lhs: (Int, [UInt8]), rhs: (Int, [UInt8])) -> Bool {
    lhs.0 == rhs.0 ? lhs.1.lexicographicallyPrecedes(rhs.1) : lhs.0 < rhs.0
}
