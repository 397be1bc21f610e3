/// The keys that say who may do what.
extension ConfigurationKeys {
    package static let serverProxies = ConfigurationKey<[String]>(
        "server.trusted_proxies", .list, fallback: nil,
        "Addresses or networks of the proxies before the server, such as 10.0.0.0/8; they end TLS and say who asks.")

    package static let serverForwarded = ConfigurationKey(
        "server.proxy_fields", ForwardedFields.choice, fallback: ForwardedFields.xForwarded,
        "The fields by which those proxies say who asks: X-Forwarded-For and its like, or Forwarded.")

    package static let serverPublicURL = ConfigurationKey<String>(
        "server.public_url", .text, fallback: nil,
        "Where people reach the server, such as https://tutti.example.org; other issuers send logins back there.")

    package static let serverEnvironment = ConfigurationKey(
        "server.environment", DeployEnvironment.choice, fallback: DeployEnvironment.production,
        "What kind of server it is, which rules of the policy may look at.")

    package static let openRegistration = ConfigurationKey(
        "auth.open_registration", .toggle, fallback: false,
        "Whether anybody may make an account; else it takes an invitation.")

    package static let policyFile = ConfigurationKey<String>(
        "auth.policy", .path(endings: [".yaml", ".yml"]), fallback: nil,
        "The file with roles and rules, in the place of the built-in policy.")

    package static let policyServer = ConfigurationKey<String>(
        "auth.opa_url", .text, fallback: nil, environment: "OPA_URL",
        "An OPA server that decides in the place of the rules, such as http://127.0.0.1:8181.")

    package static let policyServerToken = ConfigurationKey<String>(
        "auth.opa_token", .text, fallback: nil, secret: true, "The token for the OPA server.")

    package static let foreignKey = ConfigurationKey<String>(
        "auth.jwt_public_key", .text, fallback: nil, environment: "JWT_PUBLIC_KEY",
        "A public key (PEM) by which tokens of another service are believed that name no issuer.")

    package static let foreignRoles = ConfigurationKey(
        "auth.jwt_roles", .list, fallback: ["user", "manager", "developer"],
        "The roles that tokens of that key may give.")

    package static let limitAddress = ConfigurationKey(
        "limits.address", .integer(0...1_000_000), fallback: 1_200,
        "Requests a minute from one address; 0 for no limit.")

    package static let limitPerson = ConfigurationKey(
        "limits.person", .integer(0...1_000_000), fallback: 1_200,
        "Requests a minute from one person, over all devices; 0 for no limit.")

    package static let limitKey = ConfigurationKey(
        "limits.key", .integer(0...1_000_000), fallback: 1_200,
        "Requests a minute with one API key; 0 for no limit.")

    package static let limitLogin = ConfigurationKey(
        "limits.login", .integer(0...1_000_000), fallback: 30,
        "Logins, registrations and refreshes a minute from one address; 0 for no limit.")

    package static let limitOperations = ConfigurationKey<[String]>(
        "limits.operations", .list, fallback: nil,
        "Requests a minute of single operations, such as startRoundtable=30, by key, person or address.")

    package static let limitWeights = ConfigurationKey<[String]>(
        "limits.weights", .list, fallback: nil,
        "How many requests one of an operation counts as, such as exportRun=10.")

    package static let vaultAddress = ConfigurationKey<String>(
        "vault.address", .text, fallback: nil, environment: "VAULT_ADDR",
        "A HashiCorp Vault that keeps the secrets in the place of the home, such as https://vault.example.org:8200.")

    package static let vaultMount = ConfigurationKey(
        "vault.mount", .text, fallback: "secret", "Where its KV store of version 2 is mounted.")

    package static let vaultPrefix = ConfigurationKey(
        "vault.prefix", .text, fallback: "tutti", "The path in it under which all is kept.")

    package static let vaultNamespace = ConfigurationKey<String>(
        "vault.namespace", .text, fallback: nil, environment: "VAULT_NAMESPACE", "Its namespace.")

    package static let vaultToken = ConfigurationKey<String>(
        "vault.token", .text, fallback: nil, secret: true, environment: "VAULT_TOKEN", "A token for it.")

    package static let vaultRole = ConfigurationKey<String>(
        "vault.role_id", .text, fallback: nil, "The role of an AppRole, in the place of a token.")

    package static let vaultRoleSecret = ConfigurationKey<String>(
        "vault.secret_id", .text, fallback: nil, secret: true, "The secret of that role.")

    package static let loginIssuer = KeyFamily(
        "login", "issuer", .text,
        "The issuer by which people log in as NAME, such as https://id.example.org; of google it is known.")

    package static let loginClient = KeyFamily(
        "login", "client_id", .text, "What the server is called there.")

    package static let loginSecret = KeyFamily(
        "login", "client_secret", .text, secret: true, "The secret that it has there.")

    package static let loginDomains = KeyFamily(
        "login", "domains", .list, "Whose people may log in so, by the domains of their addresses; all when left out.")

    package static let issuerURL = KeyFamily(
        "issuers", "url", .text, "An issuer whose bearer tokens are believed here, as in their iss.")

    package static let issuerAudience = KeyFamily(
        "issuers", "audience", .list, "What those tokens have to have in their aud.")

    package static let issuerRoles = KeyFamily(
        "issuers", "roles", .list, "The roles that they may give; user when left out.")

    package static let issuerClaim = KeyFamily(
        "issuers", "roles_claim", .text, "The claim that names the roles; roles when left out.")

    /// The keys of this page, in the order of the reference.
    static let access: [KeyDefinition] = [
        serverProxies.definition, serverForwarded.definition, serverPublicURL.definition, serverEnvironment.definition,
        openRegistration.definition, policyFile.definition, policyServer.definition, policyServerToken.definition,
        foreignKey.definition, foreignRoles.definition, limitAddress.definition, limitPerson.definition,
        limitKey.definition, limitLogin.definition, limitOperations.definition, limitWeights.definition,
        vaultAddress.definition, vaultMount.definition,
        vaultPrefix.definition, vaultNamespace.definition, vaultToken.definition, vaultRole.definition,
        vaultRoleSecret.definition,
    ]

    static let accessFamilies: [KeyFamily] = [
        loginIssuer, loginClient, loginSecret, loginDomains, issuerURL, issuerAudience, issuerRoles, issuerClaim,
    ]
}

/// By which fields a proxy says who asks.
package enum ForwardedFields: String, CaseIterable, PlainValueConvertible {
    case xForwarded = "x-forwarded"
    case forwarded
}

/// What kind of server it is.
package enum DeployEnvironment: String, CaseIterable, PlainValueConvertible {
    case development = "dev"
    case staging = "stage"
    case production = "prod"
    case testing = "test"
}
