/// Names what a workspace held at one moment: the hash of its root folder. The same content has the same name.
package struct SnapshotID: Sendable, Hashable, Codable, CustomStringConvertible, LosslessStringConvertible {
    let root: ObjectHash

    init(root: ObjectHash) { self.root = root }

    /// Takes the 64 hexadecimal digits of ``description``; `nil` for anything else.
    package init?(_ description: String) {
        guard let root = ObjectHash(hex: description.utf8) else { return nil }
        self.root = root
    }

    /// 64 hexadecimal digits in lower case.
    package var description: String { root.hex }

    /// - Throws: `DecodingError` for a text that is no name of a snapshot.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = SnapshotID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "the name of a snapshot is 64 hexadecimal digits in lower case")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
