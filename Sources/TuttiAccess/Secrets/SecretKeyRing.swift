import FoundationEssentials
package import TuttiCore

/// The keys that secrets are sealed with: the first seals, all open. It describes itself by their ids.
package struct SecretKeyRing: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Newest first; never empty.
    let keys: [SecretKey]

    /// Takes keys that are known to be different.
    private init(_ keys: [SecretKey]) { self.keys = keys }

    /// What the text of a key has to be, in words for errors.
    package static let rule =
        "64 hexadecimal digits, or base64 of 32 bytes; several keys are separated by commas, the newest first"

    /// Reads `TUTTI_SECRET_KEY`, or `KEY_ENCRYPTION_KEY` in its place.
    ///
    /// - Throws: ``SecretError`` `.badKey`, which tells the rule and nothing of the text.
    package init(text: SecretText) throws(SecretError) {
        let parts = text.revealed.split(separator: ",", omittingEmptySubsequences: false)
        try self.init(lines: parts.map { Array($0.utf8) })
    }

    /// Reads keys, newest first, from texts that may have white space around them.
    ///
    /// - Throws: ``SecretError`` `.badKey`.
    init(lines: [[UInt8]]) throws(SecretError) {
        guard (1...SecretLimits.keysMax).contains(lines.count) else {
            throw SecretError(.badKey, "there are \(lines.count) secret keys: give 1 to \(SecretLimits.keysMax)")
        }
        var keys: [SecretKey] = []
        for (index, line) in lines.enumerated() {
            let which = lines.count == 1 ? "the secret key" : "secret key \(index + 1) of \(lines.count)"
            guard var bytes = Self.bytes(of: line) else {
                throw SecretError(.badKey, "\(which) has to be \(Self.rule)")
            }
            defer { bytes.wipe() }
            guard let key = SecretKey(bytes) else {
                throw SecretError(.badKey, "\(which) has 32 equal bytes; make one with `openssl rand -hex 32`")
            }
            guard !keys.contains(where: { $0.id == key.id }) else {
                throw SecretError(.badKey, "\(which) is there already; leave it out")
            }
            keys.append(key)
        }
        self.init(keys)
    }

    /// The 32 bytes that a text means; `nil` when it breaks the rule.
    private static func bytes(of line: [UInt8]) -> [UInt8]? {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        var text = Array(line.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
        defer { text.wipe() }
        if text.count == SecretKey.size * 2 {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(SecretKey.size)
            for index in stride(from: 0, to: text.count, by: 2) {
                guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
                bytes.append(high << 4 | low)
            }
            return bytes
        }
        guard (43...44).contains(text.count) else { return nil }
        if text.count == 43 { text.append(UInt8(ascii: "=")) }  // the last sign is often left out
        guard let bytes = Data(base64Encoded: Data(text)), bytes.count == SecretKey.size else { return nil }
        return Array(bytes)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// The id of the key that seals.
    package var newestID: String { keys[0].id }
    /// The ids of all keys, newest first.
    package var ids: [String] { keys.map(\.id) }

    package var description: String { "keys \(ids.joined(separator: ", "))" }
    package var customMirror: Mirror { Mirror(self, children: ["ids": ids]) }
}

extension SecretKeyRing {
    /// The same keys behind a fresh one.
    ///
    /// - Throws: ``SecretError`` `.unusable` when there is no randomness, `.full` when there are
    ///   ``SecretLimits/keysMax`` keys already: which of them may go, only a finished rotation knows.
    package func rotated(random: SecretRandom = .system) throws(SecretError) -> SecretKeyRing {
        guard keys.count < SecretLimits.keysMax else {
            throw SecretError(
                .full, "there are \(keys.count) secret keys already; finish the rotation and drop the old ones first")
        }
        return SecretKeyRing([try Self.freshKey(besides: keys, random)] + keys)
    }

    /// A ring of one fresh key.
    ///
    /// - Throws: ``SecretError`` `.unusable` when there is no randomness.
    package static func fresh(random: SecretRandom = .system) throws(SecretError) -> SecretKeyRing {
        SecretKeyRing([try freshKey(besides: [], random)])
    }

    /// The newest key alone, for when a rotation has left nothing under the others.
    package func newestOnly() -> SecretKeyRing { SecretKeyRing([keys[0]]) }

    private static func freshKey(besides keys: [SecretKey], _ random: SecretRandom) throws(SecretError) -> SecretKey {
        for _ in 0..<SecretLimits.attemptsMax {
            var bytes = try random.bytes(SecretKey.size)
            defer { bytes.wipe() }
            if let key = SecretKey(bytes), !keys.contains(where: { $0.id == key.id }) { return key }
        }
        throw SecretError(.unusable, "the system gives the same random bytes again and again; nothing was changed")
    }

    /// Seals bytes with the newest key; the caller's own are the caller's to wipe.
    ///
    /// - Parameter context: has to be the same when it is opened; see ``SecretContext``.
    /// - Throws: ``SecretError`` `.unusable` when there is no randomness.
    package func seal(
        _ plain: [UInt8], context: String, random: SecretRandom = .system
    ) throws(SecretError) -> SealedSecret {
        try keys[0].seal(plain, nonce: try random.bytes(SealedSecret.nonceSize), context: Array(context.utf8))
    }

    /// What was sealed, to be wiped by the caller.
    ///
    /// - Throws: ``SecretError`` `.cannotBeOpened`, whatever is wrong.
    package func open(_ sealed: SealedSecret, context: String) throws(SecretError) -> [UInt8] {
        guard let key = keys.first(where: { $0.id == sealed.keyID }),
            let plain = key.open(sealed, context: Array(context.utf8))
        else { throw .cannotBeOpened }
        return plain
    }
}
