import Glibc
package import TuttiAccess
import TuttiAccessHTTP
package import TuttiAccessSQLite
package import TuttiConfiguration
import TuttiCore
import TuttiHTTPClient
package import TuttiRuntime
import TuttiStoreSQLite

/// Accounts, secrets and the audit log of a home, as commands and servers use them.
package struct HomeAccess: Sendable {
    package let store: SQLiteAccessStore
    package let accounts: Accounts
    package let secrets: any SecretStore
    package let preferences: AgentPreferences
    /// `nil` when the keys stand in the environment.
    package let keyFile: SecretKeyFile?
    package let ring: SecretKeyRing

    /// The one organisation of a home.
    package static let tenant = "default"
    /// What our tokens say they are of, and for.
    package static let tokenIssuer = "tutti"

    /// Opens what the configuration names; the file of keys is made when there is none and nothing was ever kept here.
    ///
    /// - Parameters:
    ///   - foreign: believes tokens of other issuers.
    ///   - threads: hash passwords.
    /// - Throws: ``InputError`` for settings that do not fit together; `SecretError` for keys that cannot be used.
    package static func open(
        _ configuration: Configuration, environment: [String: String], clock: any Timekeeper,
        foreign: (any ForeignTokens)? = nil, threads: Int = PasswordHasher.threadsUsual
    ) throws -> HomeAccess {
        let home = configuration.home.value
        try HomeFolder(path: home).make()
        let store = SQLiteAccessStore(home: home)
        let file = SecretKeyFile(path: home + "/secrets.key")
        let given = try SecretKeyRing.environment { environment[$0] }
        if given == nil { try checkKeyFile(of: HomeFolder(path: home)) }
        let ring = try given ?? file.readOrMake()
        // Another process may have added a key.
        let reread: @Sendable () throws(SecretError) -> SecretKeyRing = { () throws(SecretError) in try file.read() }
        let gate = AccessGate(store: store, foreign: foreign, tenant: tenant)
        let keys = SigningKeys(
            store: store, ring: ring, reread: given == nil ? reread : nil, tenant: tenant, name: tokenIssuer,
            audience: tokenIssuer, clock: clock)
        let accounts = Accounts(
            store: store, gate: gate, signingKeys: keys, log: store, hasher: PasswordHasher(threads: threads),
            tenant: tenant, clock: clock, random: LockedGenerator())
        let secrets: any SecretStore =
            if let vault = try vault(configuration) {
                VaultSecretStore(vault, client: HTTPClient(), time: clock)
            } else {
                SealedSecretStore(table: store, ring: ring, reread: given == nil ? reread : nil, time: clock)
            }
        return HomeAccess(
            store: store, accounts: accounts, secrets: secrets,
            preferences: AgentPreferences(table: store, secrets: secrets), keyFile: given == nil ? file : nil,
            ring: ring)
    }

    /// Whoever has kept something here had a key. One that is not there now stands somewhere else, and a new one in its
    /// place would seal what nobody else can open.
    private static func checkKeyFile(of home: HomeFolder) throws(InputError) {
        guard home.hasAccess, unsafe Glibc.access(home.path + "/secrets.key", F_OK) != 0 else { return }
        throw InputError(
            "the key of this home is neither in \(home.path)/secrets.key nor in TUTTI_SECRET_KEY; set the variable as "
                + "the server has it, or put the file back")
    }

    /// Closes the file.
    package func close() async { await store.close() }

    private static func vault(_ configuration: Configuration) throws -> VaultSettings? {
        guard let address = configuration.value(of: ConfigurationKeys.vaultAddress) else { return nil }
        let authentication: VaultSettings.Authentication
        switch (
            configuration.value(of: ConfigurationKeys.vaultToken), configuration.value(of: ConfigurationKeys.vaultRole),
            configuration.value(of: ConfigurationKeys.vaultRoleSecret)
        ) {
        case (let token?, nil, nil): authentication = .token(SecretText(token))
        case (nil, let role?, let secret?):
            authentication = .appRole(roleID: role, secretID: SecretText(secret), mount: "approle")
        default:
            throw InputError(
                "vault.address needs either vault.token, or both vault.role_id and vault.secret_id")
        }
        return try VaultSettings(
            address: address, mount: configuration[ConfigurationKeys.vaultMount],
            prefix: configuration[ConfigurationKeys.vaultPrefix],
            namespace: configuration.value(of: ConfigurationKeys.vaultNamespace), authentication: authentication)
    }
}
