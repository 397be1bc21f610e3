/// A text as its lines, without their ends (`\n` or `\r\n`).
package struct TextLines: Sendable {
    private let bytes: [UInt8]
    /// Where each line is, without its end.
    private let ranges: [Range<Int>]

    package init(_ text: String) {
        bytes = Array(text.utf8)
        var ranges: [Range<Int>] = []
        var start = 0
        for (at, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            let hasReturn = at > start && bytes[at - 1] == UInt8(ascii: "\r")
            ranges.append(start..<(hasReturn ? at - 1 : at))
            start = at + 1
        }
        if start < bytes.count { ranges.append(start..<bytes.count) }
        self.ranges = ranges
    }

    package var count: Int { ranges.count }

    /// The bytes of one line, counted from 0.
    package subscript(_ line: Int) -> ArraySlice<UInt8> { bytes[ranges[line]] }

    /// Some lines as one text.
    package func text(_ lines: Range<Int>) -> String {
        guard let first = lines.first, let last = lines.last else { return "" }
        return String(decoding: bytes[ranges[first].lowerBound..<ranges[last].upperBound], as: UTF8.self)
    }

    package func isBlank(_ line: Int) -> Bool { self[line].allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }
}
