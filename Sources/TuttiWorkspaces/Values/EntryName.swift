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

    /// In the order of the bytes.
    package static func < (one: EntryName, other: EntryName) -> Bool {
        unsafe strcmp(one.characters, other.characters) < 0
    }
}
