/// What an object is. Each kind has folders of its own, so that a file which looks like a tree is never taken for one.
enum ObjectKind: Int, Sendable, Hashable, CaseIterable {
    case file, tree

    /// Where objects of the kind are kept.
    var folderName: String { self == .file ? "objects" : "trees" }

    /// For people.
    var told: String { self == .file ? "the object of a file" : "the object of a folder" }
}

/// An object of the store.
struct ObjectName: Sendable, Hashable {
    let kind: ObjectKind
    let hash: ObjectHash

    /// The folder that it is in, and whose name is the first two digits.
    var shelf: Shelf { Shelf(kind: kind, number: hash.firstByte) }

    /// From the folder of its kind, such as `a1/a1…`.
    var path: [CChar] {
        let digits = hash.digits
        return (digits[..<2] + [UInt8(ascii: "/")] + digits).map { CChar(bitPattern: $0) } + [0]
    }
}

/// One of the 256 folders that hold the objects of a kind.
struct Shelf: Sendable, Hashable {
    let kind: ObjectKind
    let number: UInt8

    var name: EntryName {
        let text = String(number, radix: 16)
        return EntryName(own: text.count < 2 ? "0" + text : text)
    }
}
