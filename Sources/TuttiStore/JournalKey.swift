import TuttiCore

/// The grammar of journal keys: `name#occurrence`, and inside of a scope `scope/…`.
///
/// `round#2/critics#1/product/review#1` is the first `review` of the item `product` of the first `critics` in the
/// second `round`. In the order of their bytes the keys inside of a scope follow it without a gap, since `/` sorts
/// before all digits: that is what lets a store skip them.
package enum JournalKey {
    /// The most bytes of a name or of an item's key after escaping.
    package static let componentLengthMax = 200
    /// The most bytes of a whole key; it bounds how deep scopes can be nested.
    package static let lengthMax = 1000

    /// The range of the keys inside of the scope `key`.
    package static func inside(of key: String) -> (from: String, below: String) {
        (key + "/", key + "0")  // '0' is the byte after '/'
    }

    /// A text as one component of a key: what has a meaning there, and control characters, become `%XX`.
    package static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: needsEscape) else { return text }
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            if needsEscape(byte) {
                escaped.append(UInt8(ascii: "%"))
                escaped.append(contentsOf: Hexadecimal.encode(CollectionOfOne(byte)).utf8)
            } else {
                escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "#")
            || byte == UInt8(ascii: "%")
    }

    /// Leaves out what is inside of closed scopes, from keys in the order of their bytes.
    package static func collapsing(_ sorted: some Sequence<StoredStep>) -> [StoredStep] {
        var kept: [StoredStep] = []
        var skippedBelow: String?
        for step in sorted {
            if let bound = skippedBelow, step.key.precedes(bound) { continue }
            skippedBelow = step.isClosedScope ? inside(of: step.key).below : nil
            kept.append(step)
        }
        return kept
    }
}

extension String {
    /// The order of the UTF-8 bytes, which is also the order of a database index.
    package func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension StoredStep {
    /// Whether the row is that of a scope whose result is known, so that nobody asks for what is inside.
    package var isClosedScope: Bool {
        guard kind.isScope else { return false }
        return switch result {
        case .completed, .failed: true
        case .open, .waiting, .cancelled: false
        }
    }
}

extension StepKind {
    /// Whether other keys live inside.
    package var isScope: Bool {
        switch self {
        case .branch, .all, .settled, .race: true
        case .step, .now, .random, .uuid, .signal, .look, .approval, .sleep, .child, .undo: false
        }
    }
}
