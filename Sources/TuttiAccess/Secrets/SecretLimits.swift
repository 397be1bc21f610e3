package import TuttiCore

/// The bounds of what is kept of secrets, and the rules of their parts.
package enum SecretLimits {
    /// Bytes of a secret: keys of cloud accounts are documents of a few thousand.
    package static let valueBytesMax = 16 << 10
    package static let labelCharactersMax = 200
    package static let providerCharactersMax = 100
    /// Bytes of the name of a tenant, a project or a person.
    package static let ownerBytesMax = 300
    /// Secrets of one person, of one project, or of the tenant itself.
    package static let secretsPerScopeMax = 200
    package static let secretsPerTenantMax = 10_000
    /// Keys of a ring.
    package static let keysMax = 16
    /// Secrets that one step of a rotation takes on.
    package static let rotationStep = 50
    /// How often it is noted that a secret is in use.
    package static let useNotedEvery = Duration.seconds(60)
    /// A secret shorter than this has no hint: its last characters would be too much of it.
    package static let hintFrom = 12
    /// How often a change is tried again when others change the same secret.
    package static let attemptsMax = 5
    /// Roles of agents for which one person has preferences.
    package static let preferencesMax = 100
    package static let roleCharactersMax = 100
    package static let modelNameCharactersMax = 200
    package static let modelParametersBytesMax = 8 << 10

    /// The last four characters of a long secret when they are plain ones, so that a person can tell two keys apart.
    package static func hint(of value: SecretText) -> String? {
        let text = value.revealed
        let last = text.suffix(4)
        guard text.count >= hintFrom, last.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return String(last)
    }

    /// - Throws: ``SecretError`` `.badInput`, naming the field and the rule.
    package static func check(
        _ value: SecretText, scope: SecretScope, tenant: String, label: String, provider: String?
    ) throws(SecretError) {
        let size = value.revealed.utf8.count
        guard size > 0 else { throw SecretError(.badInput, "the secret is empty; give its value") }
        guard size <= valueBytesMax else {
            throw SecretError(
                .badInput,
                "the secret has \(size) bytes, and no more than \(valueBytesMax) may be; keep files elsewhere")
        }
        try check(label, field: "label", max: labelCharactersMax, isEmptyAllowed: true)
        if let provider { try check(provider, field: "provider", max: providerCharactersMax) }
        try check(scope: scope, tenant: tenant)
    }

    static func check(scope: SecretScope, tenant: String) throws(SecretError) {
        guard isName(tenant) else { throw SecretError(.badInput, "the tenant has 1 to \(ownerBytesMax) bytes") }
        guard scope == .tenant || isName(scope.owner) else {
            throw SecretError(.badInput, "the \(scope.level.rawValue) has 1 to \(ownerBytesMax) bytes")
        }
    }

    private static func isName(_ text: String) -> Bool { (1...ownerBytesMax).contains(text.utf8.count) }

    /// Length, and no control characters: it is shown in tables.
    static func check(
        _ text: String, field: String, max: Int, isEmptyAllowed: Bool = false
    ) throws(SecretError) {
        guard text.count <= max, text.utf8.count <= max * 4, isEmptyAllowed || !text.isEmpty else {
            throw SecretError(.badInput, "\(field) has \(isEmptyAllowed ? 0 : 1) to \(max) characters")
        }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw SecretError(.badInput, "\(field) has a control character, such as a line break; leave it out")
        }
    }
}
