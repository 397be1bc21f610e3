/// Writes archives as POSIX.1-2008 has them (pax, "ustar Interchange Format" and "pax Header Block").
struct TarWriter: ArchiveWriter {
    private let deflater: Deflater?
    private var size = 0

    private static let blockSize = 512
    private static let nameMax = 100

    init(isCompressed: Bool) { deflater = isCompressed ? Deflater(.gzip) : nil }

    mutating func begin(_ entry: ArchiveEntry, into output: inout [UInt8]) {
        var name = entry.path.bytes
        var (target, type): ([UInt8], Unicode.Scalar) = ([], "0")
        size = 0
        switch entry.content {
        case .file(_, let bytes, _): size = bytes
        case .folder:
            type = "5"
            name.append(UInt8(ascii: "/"))
        case .link(let leadsTo): (target, type) = (leadsTo, "2")
        }
        let records = Self.records(name: name, target: target, size: size)
        if !records.isEmpty {
            let header = Self.header(name: Array("pax".utf8), target: [], mode: 0o644, size: records.count, type: "x")
            put(header + records + Self.padding(records.count), into: &output)
        }
        put(
            Self.header(name: name, target: target, mode: entry.mode & 0o777, size: size, type: type), into: &output)
    }

    mutating func add(_ bytes: [UInt8], into output: inout [UInt8]) { put(bytes, into: &output) }

    mutating func endFile(into output: inout [UInt8]) { put(Self.padding(size), into: &output) }

    mutating func finish(into output: inout [UInt8]) {
        let end = [UInt8](repeating: 0, count: 2 * Self.blockSize)
        guard let deflater else { return output += end }
        deflater.compress(end, isLast: true, into: &output)
    }

    private func put(_ bytes: [UInt8], into output: inout [UInt8]) {
        guard let deflater else { return output += bytes }
        deflater.compress(bytes, isLast: false, into: &output)
    }

    private static func padding(_ count: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (blockSize - count % blockSize) % blockSize)
    }

    /// What does not fit into a header.
    private static func records(name: [UInt8], target: [UInt8], size: Int) -> [UInt8] {
        var records: [UInt8] = []
        let isText = [name, target].allSatisfy { String(validating: $0, as: UTF8.self) != nil }
        let isLong = name.count > nameMax || target.count > nameMax
        // Before the names that it is about: they are bytes of no encoding.
        if isLong, !isText { records += record("hdrcharset", Array("BINARY".utf8)) }
        if name.count > nameMax { records += record("path", name) }
        if target.count > nameMax { records += record("linkpath", target) }
        if size > 0o77777777777 { records += record("size", Array("\(size)".utf8)) }
        return records
    }

    /// `LENGTH KEY=VALUE` and a line feed; the length counts its own digits, too.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count
        while "\(length)".utf8.count + rest.count != length { length = "\(length)".utf8.count + rest.count }
        return Array("\(length)".utf8) + rest
    }

    private static func header(
        name: [UInt8], target: [UInt8], mode: UInt32, size: Int, type: Unicode.Scalar
    ) -> [UInt8] {
        var header: [UInt8] = []
        func text(_ bytes: [UInt8], _ width: Int) {
            let kept = bytes.prefix(width)
            header += kept + [UInt8](repeating: 0, count: width - kept.count)
        }
        func octal(_ value: Int, _ width: Int) {
            let digits = String(value, radix: 8)
            text(Array((String(repeating: "0", count: max(0, width - 1 - digits.utf8.count)) + digits).utf8), width)
        }
        text(name, nameMax)
        octal(Int(mode), 8)
        octal(0, 8)
        octal(0, 8)
        octal(size > 0o77777777777 ? 0 : size, 12)
        octal(ArchiveTime.seconds, 12)
        header += [UInt8](repeating: UInt8(ascii: " "), count: 8)
        header.append(UInt8(ascii: type))
        text(target, nameMax)
        text(Array("ustar".utf8), 6)
        text(Array("00".utf8), 2)
        header += [UInt8](repeating: 0, count: blockSize - header.count)
        // The sum of all bytes with blanks in its own place: six digits, NUL and a blank.
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        let digits = Array((String(repeating: "0", count: 6 - sum.utf8.count) + sum).utf8) + [0, UInt8(ascii: " ")]
        header.replaceSubrange(148..<156, with: digits)
        return header
    }
}
