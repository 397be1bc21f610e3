import CZlib

/// Writes archives as PKWARE's APPNOTE 6.3.10 has them, with the fields of zip64 (4.5.3) where others are too small.
struct ZipWriter: ArchiveWriter {
    /// What the directory at the end says of an entry.
    private struct Listed {
        var name: [UInt8]
        var flags: UInt16
        var method: UInt16
        var mode: UInt32
        var checksum: UInt32 = 0
        var compressed = 0
        var size = 0
        var offset: Int
    }

    private let deflater = Deflater(.none)
    private var listed: [Listed] = []
    private var current: Listed?
    private var written = 0

    private static let sizesBehind: UInt16 = 1 << 3
    private static let nameIsUTF8: UInt16 = 1 << 11
    private static let deflated: UInt16 = 8
    /// Compressed, a file may become a little larger than it is.
    private static let largeFrom = 0xFFF0_0000
    private static let fieldMax = 0xFFFF_FFFF

    mutating func begin(_ entry: ArchiveEntry, into output: inout [UInt8]) {
        let start = output.count
        defer { written += output.count - start }
        var name = Array(entry.path.description.utf8)
        if entry.content.isFolder { name.append(UInt8(ascii: "/")) }
        var item = Listed(name: name, flags: Self.nameIsUTF8, method: 0, mode: entry.mode, offset: written)
        var target: [UInt8] = []
        switch entry.content {
        case .file(_, let size, _) where size > 0:
            item.flags |= Self.sizesBehind
            item.method = Self.deflated
            item.size = size
            deflater.reset()
        case .link(let leadsTo):
            target = leadsTo
            (item.size, item.compressed) = (target.count, target.count)
            item.checksum = Self.checksum(0, target)
        case .file, .folder: break
        }
        local(item, into: &output)
        output += target
        if item.method == Self.deflated {
            current = item
        } else {
            listed.append(item)
        }
    }

    private static func checksum(_ sum: UInt32, _ bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { UInt32(unsafe crc32(UInt(sum), $0.baseAddress, UInt32($0.count))) }
    }

    /// 4.3.7, the header before an entry.
    private func local(_ item: Listed, into output: inout [UInt8]) {
        let isBehind = item.flags & Self.sizesBehind != 0
        let isLarge = item.size >= Self.largeFrom
        output.append(littleEndian: UInt32(0x0403_4B50))
        output.append(littleEndian: UInt16(isLarge ? 45 : 20))
        output.append(littleEndian: item.flags)
        output.append(littleEndian: item.method)
        output.append(littleEndian: UInt16(0))
        output.append(littleEndian: ArchiveTime.date)
        output.append(littleEndian: item.checksum)
        let size = isLarge ? UInt32.max : isBehind ? 0 : UInt32(item.size)
        output.append(littleEndian: size)
        output.append(littleEndian: size)
        output.append(littleEndian: UInt16(item.name.count))
        output.append(littleEndian: UInt16(isLarge ? 20 : 0))
        output += item.name
        // Sizes of eight bytes follow the file.
        if isLarge { Self.large([0, 0], into: &output) }
    }

    /// 4.5.3, the field for what does not fit elsewhere.
    private static func large(_ values: [Int], into output: inout [UInt8]) {
        output.append(littleEndian: UInt16(1))
        output.append(littleEndian: UInt16(8 * values.count))
        for value in values { output.append(littleEndian: UInt64(value)) }
    }

    mutating func add(_ bytes: [UInt8], into output: inout [UInt8]) {
        if let sum = current?.checksum { current?.checksum = Self.checksum(sum, bytes) }
        deflate(bytes, isLast: false, into: &output)
    }

    private mutating func deflate(_ bytes: [UInt8], isLast: Bool, into output: inout [UInt8]) {
        let start = output.count
        deflater.compress(bytes, isLast: isLast, into: &output)
        let count = output.count - start
        current?.compressed += count
        written += count
    }

    mutating func endFile(into output: inout [UInt8]) {
        guard current != nil else { return }
        deflate([], isLast: true, into: &output)
        guard let item = current else { return }
        current = nil
        let start = output.count
        // 4.3.9, checksum and sizes behind the file.
        output.append(littleEndian: UInt32(0x0807_4B50))
        output.append(littleEndian: item.checksum)
        if item.size >= Self.largeFrom {
            output.append(littleEndian: UInt64(item.compressed))
            output.append(littleEndian: UInt64(item.size))
        } else {
            output.append(littleEndian: UInt32(item.compressed))
            output.append(littleEndian: UInt32(item.size))
        }
        written += output.count - start
        listed.append(item)
    }

    mutating func finish(into output: inout [UInt8]) {
        let (start, offset) = (output.count, written)
        for item in listed { directory(item, into: &output) }
        end(offset: offset, size: output.count - start, into: &output)
    }

    /// 4.3.12, an entry of the directory.
    private func directory(_ item: Listed, into output: inout [UInt8]) {
        let isLarge = item.size >= Self.largeFrom
        let isFar = item.offset >= Self.fieldMax
        let values = (isLarge ? [item.size, item.compressed] : []) + (isFar ? [item.offset] : [])
        let version: UInt16 = values.isEmpty ? 20 : 45
        output.append(littleEndian: UInt32(0x0201_4B50))
        output.append(littleEndian: 3 << 8 | version)  // made on Unix, whose rights are given
        output.append(littleEndian: version)
        output.append(littleEndian: item.flags)
        output.append(littleEndian: item.method)
        output.append(littleEndian: UInt16(0))
        output.append(littleEndian: ArchiveTime.date)
        output.append(littleEndian: item.checksum)
        output.append(littleEndian: isLarge ? UInt32.max : UInt32(item.compressed))
        output.append(littleEndian: isLarge ? UInt32.max : UInt32(item.size))
        output.append(littleEndian: UInt16(item.name.count))
        output.append(littleEndian: UInt16(values.isEmpty ? 0 : 4 + 8 * values.count))
        output += [UInt8](repeating: 0, count: 6)  // no comment, the first disk, no text
        output.append(littleEndian: item.mode << 16 | (item.mode & 0o170000 == 0o040000 ? 0x10 : 0))
        output.append(littleEndian: isFar ? UInt32.max : UInt32(item.offset))
        output += item.name
        if !values.isEmpty { Self.large(values, into: &output) }
    }

    /// 4.3.14 to 4.3.16, the end of the directory.
    private func end(offset: Int, size: Int, into output: inout [UInt8]) {
        let isLarge = listed.count >= 0xFFFF || offset >= Self.fieldMax || size >= Self.fieldMax
        if isLarge {
            output.append(littleEndian: UInt32(0x0606_4B50))
            output.append(littleEndian: UInt64(44))
            output.append(littleEndian: UInt16(3 << 8 | 45))
            output.append(littleEndian: UInt16(45))
            output.append(littleEndian: UInt64(0))  // the first disk, twice
            for value in [listed.count, listed.count, size, offset] { output.append(littleEndian: UInt64(value)) }
            output.append(littleEndian: UInt32(0x0706_4B50))
            output.append(littleEndian: UInt32(0))
            output.append(littleEndian: UInt64(offset + size))
            output.append(littleEndian: UInt32(1))
        }
        output.append(littleEndian: UInt32(0x0605_4B50))
        output.append(littleEndian: UInt32(0))
        let count = UInt16(min(listed.count, 0xFFFF))
        output.append(littleEndian: count)
        output.append(littleEndian: count)
        output.append(littleEndian: UInt32(min(size, Self.fieldMax)))
        output.append(littleEndian: UInt32(min(offset, Self.fieldMax)))
        output.append(littleEndian: UInt16(0))
    }
}
