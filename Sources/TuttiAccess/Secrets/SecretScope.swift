package import TuttiCore

/// Whom a secret belongs to, within a tenant.
package enum SecretScope: Sendable, Hashable {
    case tenant
    case project(String)
    case person(String)

    package var level: SecretReference.Level {
        switch self {
        case .tenant: .tenant
        case .project: .project
        case .person: .person
        }
    }

    /// The project or person; empty for the tenant.
    package var owner: String {
        switch self {
        case .tenant: ""
        case .project(let owner), .person(let owner): owner
        }
    }

    /// A scope from its stored parts.
    package init(level: SecretReference.Level, owner: String) {
        switch level {
        case .tenant: self = .tenant
        case .project: self = .project(owner)
        case .person: self = .person(owner)
        }
    }

    /// Where a reference is looked for, first to last.
    package static func candidates(
        for reference: SecretReference, project: String?, person: String?
    ) -> [SecretScope] {
        let levels = reference.level.map { [$0] } ?? SecretReference.order
        return levels.compactMap { level in
            switch level {
            case .tenant: .tenant
            case .project: project.map(SecretScope.project)
            case .person: person.map(SecretScope.person)
            }
        }
    }
}

extension SecretScope: Codable {
    private enum Key: String, CodingKey {
        case level
        case owner
    }

    /// - Throws: `DecodingError` when the level is none of the three.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let text = try container.decode(String.self, forKey: .level)
        guard let level = SecretReference.Level(rawValue: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .level, in: container, debugDescription: "the level of a secret is person, project or tenant")
        }
        self.init(level: level, owner: try container.decodeIfPresent(String.self, forKey: .owner) ?? "")
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(level.rawValue, forKey: .level)
        if self != .tenant { try container.encode(owner, forKey: .owner) }
    }
}
