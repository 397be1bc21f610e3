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
        var bytes = Array(text.revealed.utf8)
        defer { bytes.wipe() }
        try self.init(Self.keys(bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)))
    }

    /// The keys that the environment names: `TUTTI_SECRET_KEY`, else `KEY_ENCRYPTION_KEY`; `nil` when both are missing
    /// or empty.
    ///
    /// - Parameter variable: the value of an environment variable.
    /// - Throws: ``SecretError`` `.badKey`, which names the variable and the rule.
    package static func environment(_ variable: (String) -> String?) throws(SecretError) -> SecretKeyRing? {
        for name in ["TUTTI_SECRET_KEY", "KEY_ENCRYPTION_KEY"] {
            guard let text = variable(name), !text.isEmpty else { continue }
            do throws(SecretError) {
                return try SecretKeyRing(text: SecretText(text))
            } catch {
                throw SecretError(error.reason, "\(name): \(error.message)")
            }
        }
        return nil
    }

    /// Reads keys, newest first, from texts that may have white space around them.
    ///
    /// - Throws: ``SecretError`` `.badKey`.
    init(lines: [ArraySlice<UInt8>]) throws(SecretError) { try self.init(Self.keys(lines)) }

    private static func keys(_ lines: [ArraySlice<UInt8>]) throws(SecretError) -> [SecretKey] {
        guard (1...SecretLimits.keysMax).contains(lines.count) else {
            throw SecretError(.badKey, "there are \(lines.count) secret keys: give 1 to \(SecretLimits.keysMax)")
        }
        var keys: [SecretKey] = []
        for (index, line) in lines.enumerated() {
            let which = lines.count == 1 ? "the secret key" : "secret key \(index + 1) of \(lines.count)"
            guard var bytes = SecretKeyText.bytes(of: line) else {
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
        return keys
    }

    /// The id of the key that seals.
    package var newestID: String { keys[0].id }
    /// The ids of all keys, newest first.
    package var ids: [String] { keys.map(\.id) }

    /// A ring that does not open what is there is of another home, or lacks a key: what it seals, nobody else could
    /// open.
    ///
    /// - Throws: ``SecretError`` `.cannotBeOpened`, with the ids of the keys that are missing and of those there are.
    package func check(opening sealings: [SecretSealing]) throws(SecretError) {
        let lacking = sealings.filter { !ids.contains($0.keyID) }
        if !lacking.isEmpty { throw .lacking(lacking, in: self) }
    }

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
