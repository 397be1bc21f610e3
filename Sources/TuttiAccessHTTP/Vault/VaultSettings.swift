package import TuttiAccess
package import TuttiCore

/// Where a HashiCorp Vault is, and how it lets us in.
package struct VaultSettings: Sendable {
    package enum Authentication: Sendable {
        /// A token that somebody has made; it is renewed for as long as Vault does so.
        case token(SecretText)
        /// The AppRole method, with the path that it is mounted at, usually `approle`.
        case appRole(roleID: String, secretID: SecretText, mount: String)
    }

    /// Without a slash at the end.
    package let address: String
    /// Where the key-value engine (version 2) is mounted.
    package let mount: String
    /// What the paths of all our secrets begin with; nothing outside of it is read or written.
    package let prefix: String
    /// Of Vault Enterprise and HCP.
    package let namespace: String?
    package let authentication: Authentication
    /// For one call, from its start to the last byte of the answer.
    package let timeout: Duration

    package static let timeoutDefault = Duration.seconds(15)
    /// Bytes of an answer.
    static let answerBytesMax = 1 << 20

    /// - Throws: ``SecretError`` `.badInput` that names the setting and the rule.
    package init(
        address: String, mount: String = "secret", prefix: String = "tutti", namespace: String? = nil,
        authentication: Authentication, timeout: Duration = timeoutDefault
    ) throws(SecretError) {
        self.address = try Self.checkedAddress(address)
        self.mount = try Self.checkedPath(mount, "vault.mount")
        self.prefix = try Self.checkedPath(prefix, "vault.prefix")
        self.namespace = try namespace.map { (text) throws(SecretError) in
            try Self.checkedPath(text, "vault.namespace")
        }
        switch authentication {
        case .token(let token): try Self.check(token, "vault.token")
        case .appRole(let roleID, let secretID, let mount):
            try Self.check(SecretText(roleID), "vault.role_id")
            try Self.check(secretID, "vault.secret_id")
            _ = try Self.checkedPath(mount, "vault.auth_mount")
        }
        guard timeout >= .milliseconds(1), timeout <= .seconds(300) else {
            throw SecretError(.badInput, "vault.timeout has to be from 1 millisecond to 5 minutes")
        }
        self.authentication = authentication
        self.timeout = timeout
    }

    private static func checkedAddress(_ text: String) throws(SecretError) -> String {
        let address = text.hasSuffix("/") ? String(text.dropLast()) : text
        let isPlain = address.hasPrefix("http://")
        guard isPlain || address.hasPrefix("https://"),
            address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && ![0x23, 0x3F, 0x40, 0x5C].contains($0) })
        else {
            throw SecretError(
                .badInput,
                "vault.address has to be a URL such as https://vault.example.com:8200, without a name, a "
                    + "password, a query or a fragment")
        }
        if isPlain {
            let place = address.dropFirst("http://".count).prefix { $0 != "/" }
            let isHere = ["localhost", "127.0.0.1", "[::1]"].contains { host in
                let port = place.hasPrefix(host) ? place.dropFirst(host.count) : "no"
                return port.isEmpty
                    || port.first == ":" && port.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
            guard isHere else {
                throw SecretError(
                    .badInput,
                    "vault.address begins with http://, so that everybody on the way could read the "
                        + "secrets; use https://, or an agent of Vault on this machine")
            }
        }
        return address
    }

    /// One or several names between slashes, none of which can lead elsewhere.
    private static func checkedPath(_ text: String, _ field: String) throws(SecretError) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200,
            parts.allSatisfy({ part in
                part.utf8.allSatisfy { VaultPath.isPlain($0) || $0 == 0x2E || $0 == 0x5F } && part.utf8.first != 0x2E
                    && !part.isEmpty
            })
        else {
            throw SecretError(
                .badInput,
                "\(field) has names of letters, digits, '.', '_' and '-' between slashes, 200 characters "
                    + "at most, and no name begins with '.'")
        }
        return text
    }

    /// It becomes a field of a head, or a text of a body.
    private static func check(_ text: SecretText, _ field: String) throws(SecretError) {
        guard (1...4096).contains(text.revealed.utf8.count), text.revealed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw SecretError(.badInput, "\(field) has 1 to 4096 visible ASCII characters and no spaces") }
    }
}
