/// What runs and messages carry in the place of a secret: `secret:openai`, or `secret:person/openai` when it has to be
/// the one of a certain level.
///
/// Whose secret it is, is not in it: that follows from who runs, so that a reference that was copied gives nobody the
/// secret of another.
package struct SecretReference: Sendable, Hashable, CustomStringConvertible {
    /// Whom a secret belongs to.
    package enum Level: String, Sendable, Hashable, CaseIterable {
        case person
        case project
        case tenant
    }

    package var name: SecretName
    /// `nil` for the first that is found of ``order``.
    package var level: Level?

    package init(_ name: SecretName, level: Level? = nil) {
        self.name = name
        self.level = level
    }

    /// Where a secret without a level is looked for, first to last: what is nearer to who asks wins.
    package static let order: [Level] = [.person, .project, .tenant]
    /// What every reference begins with.
    package static let scheme = "secret:"

    /// Whether a text wants to be a reference; it may still break a rule.
    package static func isReference(_ text: String) -> Bool { text.hasPrefix(scheme) }

    /// Reads `secret:NAME` or `secret:LEVEL/NAME`; `nil` for anything else.
    package init?(_ text: String) {
        guard Self.isReference(text) else { return nil }
        let parts = text.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let last = parts.last, let name = SecretName(last), parts.count <= 2 else { return nil }
        if parts.count == 1 {
            self.init(name)
        } else {
            guard let level = Level(rawValue: String(parts[0])) else { return nil }
            self.init(name, level: level)
        }
    }

    /// `secret:NAME` or `secret:LEVEL/NAME`
    package var description: String { Self.scheme + (level.map { $0.rawValue + "/" } ?? "") + name.text }
}

extension SecretReference: Codable {
    /// - Throws: `DecodingError.dataCorrupted` that tells the rule, and not what stood there.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let reference = SecretReference(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a reference to a secret is secret:NAME or secret:person/NAME, secret:project/NAME, "
                    + "secret:tenant/NAME; NAME has \(SecretName.rule)")
        }
        self = reference
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
