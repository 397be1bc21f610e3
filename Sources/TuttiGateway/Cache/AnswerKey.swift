import TuttiCore

/// The name of what is kept: a digest of all that the answer depends on.
package struct AnswerKey: Sendable, Hashable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// The digest of some values. As a list they are one text and no other: nothing of one gets into the next.
    init(_ values: [JSONValue]) { bytes = Digest.sha256(JSONValue.array(values).bytes) }

    /// A key as it was stored; `nil` for another number of bytes.
    package init?(stored bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }
}
