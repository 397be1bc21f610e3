import Glibc

/// The name of a file or folder within its folder: any bytes but `/` and NUL, which need not be UTF-8.
package struct EntryName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// With the NUL at its end, as the system takes it.
    let characters: [CChar]

    /// The most bytes that a name has on Linux.
    package static let bytesMax = 255

    /// - Parameter bytes: `nil` is given for none, too many, `.`, `..`, and names with `/` or NUL.
    package init?(bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty, bytes.count <= Self.bytesMax else { return nil }
        guard !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else { return nil }
        if bytes.count <= 2, bytes.allSatisfy({ $0 == UInt8(ascii: ".") }) { return nil }
        characters = bytes.map { CChar(bitPattern: $0) } + [0]
    }

    /// The same of bytes that lie together, as they do in trees and indexes.
    init?(packed bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty, bytes.count <= Self.bytesMax else { return nil }
        guard let name = unsafe bytes.withUnsafeBufferPointer({ unsafe Self.characters(of: $0) }) else { return nil }
        characters = name
    }

    private static func characters(of bytes: UnsafeBufferPointer<UInt8>) -> [CChar]? {
        guard let start = bytes.baseAddress else { return nil }
        let hasEnd = unsafe memchr(start, 0, bytes.count) != nil
        guard !hasEnd, unsafe memchr(start, Int32(UInt8(ascii: "/")), bytes.count) == nil else { return nil }
        let dot = UInt8(ascii: ".")
        if unsafe start[0] == dot, unsafe bytes.count == 1 || (bytes.count == 2 && start[1] == dot) { return nil }
        return unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe EntryName(listed: $0).characters }
    }

    /// A name that the system has given.
    init(listed characters: UnsafeBufferPointer<CChar>) {
        self.characters = unsafe [CChar](unsafeUninitializedCapacity: characters.count + 1) { target, count in
            _ = unsafe target.initialize(from: characters)
            unsafe target[characters.count] = 0
            count = characters.count + 1
        }
    }

    /// A name of our own, which cannot be wrong.
    init(own text: String) { characters = text.utf8.map { CChar(bitPattern: $0) } + [0] }

    package var bytes: [UInt8] { characters.dropLast().map { UInt8(bitPattern: $0) } }

    /// For people, and for addresses: see ``ShownName``.
    package var description: String { ShownName.text(of: bytes) }

    package static func == (one: EntryName, other: EntryName) -> Bool {
        unsafe one.characters.count == other.characters.count && strcmp(one.characters, other.characters) == 0
    }

    /// How the names stand to each other in the order of their bytes: below 0, 0, or above.
    func order(to other: EntryName) -> Int32 { unsafe strcmp(characters, other.characters) }

    /// Adds its length in two bytes, and its bytes.
    func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: UInt16(characters.count - 1))
        unsafe characters.withUnsafeBytes { unsafe bytes.append(contentsOf: $0.dropLast()) }
    }

    /// In the order of the bytes.
    package static func < (one: EntryName, other: EntryName) -> Bool {
        unsafe strcmp(one.characters, other.characters) < 0
    }
}
