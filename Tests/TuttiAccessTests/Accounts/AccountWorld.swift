import FoundationEssentials
import Synchronization
import TuttiAccessSQLite
import TuttiCore
import TuttiRuntime
import TuttiTesting

@testable import TuttiAccess

/// A store in which something else happens right after a reading, or right before a login is kept.
final class InterruptedStore: AccountStoreDecorator {
    typealias Interruption = @Sendable () async throws -> Void

    let base: any AccountStore
    private let interruptions = Mutex<[Interruption]>([])
    let readings = Atomic(0)
    private let isFailing = Atomic(false)

    init(_ base: any AccountStore) { self.base = base }

    /// Has this happen once, at the next reading of a session or key, or the next login.
    func interrupt(_ interruption: @escaping Interruption) { interruptions.withLock { $0.append(interruption) } }

    /// Has no session and no key be read from now on.
    func fail() { isFailing.store(true, ordering: .relaxed) }

    private func checkReadable() throws(AccountError) {
        if isFailing.load(ordering: .relaxed) { throw AccountError.unusable("a disk that is gone") }
    }

    func key(_ id: APIKeyID) async throws(AccountError) -> (APIKey, User)? {
        try checkReadable()
        return try await base.key(id)
    }

    private func pass() async {
        let next = interruptions.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        try? await next?()
    }

    func session(_ id: SessionID, at time: Timestamp) async throws(AccountError) -> (LoginSession, User)? {
        readings.add(1, ordering: .relaxed)
        try checkReadable()
        let found = try await base.session(id, at: time)
        await pass()
        return found
    }

    func key(hash: String) async throws(AccountError) -> (APIKey, User)? {
        readings.add(1, ordering: .relaxed)
        let found = try await base.key(hash: hash)
        await pass()
        return found
    }

    func begin(
        _ session: LoginSession, _ token: RefreshToken, checked: PasswordHash?, upgraded: PasswordHash?,
        telling draft: AuditDraft
    ) async throws(AccountError) -> [SessionID] {
        await pass()
        return try await base.begin(session, token, checked: checked, upgraded: upgraded, telling: draft)
    }
}

/// Accounts over a file, without a server.
struct AccountWorld: Sendable {
    let accounts: Accounts
    let store: InterruptedStore
    let files: SQLiteAccessStore
    let clock: ManualClock

    static let password = SecretText("correct horse battery")
    static let visit = Visit(address: "192.0.2.1", device: "test")

    var gate: AccessGate { accounts.gate }
    private var rules: RegistrationRules { RegistrationRules(needsSetupCode: false, isOpen: true) }

    static func with(
        credentialsMax: Int = AccessGate.credentialsUsual, tokensMax: Int = AccessGate.tokensUsual,
        _ body: (AccountWorld) async throws -> Void
    ) async throws {
        let home = FileManager.default.temporaryDirectory.path + "/tutti-accounts-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        let files = SQLiteAccessStore(home: home)
        let (store, clock) = (InterruptedStore(files), ManualClock())
        let gate = AccessGate(
            store: store, foreign: nil, tenant: "default", credentialsMax: credentialsMax, tokensMax: tokensMax)
        let keys = SigningKeys(
            store: store, ring: try SecretKeyRing.fresh(), tenant: "default", name: "tutti", audience: "tutti",
            clock: clock)
        let accounts = Accounts(
            store: store, gate: gate, signingKeys: keys, log: files,
            hasher: PasswordHasher(parameters: PasswordParameters(passes: 1, memory: 64, lanes: 1)), tenant: "default",
            clock: clock, random: LockedGenerator())
        try await accounts.load()
        try await body(AccountWorld(accounts: accounts, store: store, files: files, clock: clock))
        await files.close()
    }

    /// The same file in the hands of another process: what it changes is told to nobody here.
    func elsewhere() throws -> Accounts {
        Accounts(
            store: files, gate: AccessGate(store: files, foreign: nil, tenant: "default"),
            signingKeys: SigningKeys(
                store: files, ring: try SecretKeyRing.fresh(), tenant: "default", name: "tutti", audience: "tutti",
                clock: clock),
            log: files, hasher: PasswordHasher(parameters: PasswordParameters(passes: 1, memory: 64, lanes: 1)),
            tenant: "default", clock: clock, random: LockedGenerator())
    }

    func register(_ name: String) async throws -> User {
        try await accounts.register(
            Registration(username: name, email: "\(name)@example.org", password: Self.password), under: rules,
            from: Self.visit)
    }

    func login(_ name: String, _ password: SecretText = Self.password) async throws -> Login {
        try await accounts.login(name: name, password: password, from: Self.visit)
    }

    func actor(_ user: User) -> AuditActor {
        AuditActor(id: user.id.text, name: user.username, credential: .program, address: nil)
    }

    /// Who a token is of; `nil` when it is refused.
    func credential(_ token: SecretText) async throws -> LiveCredential? {
        do throws(CredentialRefusal) {
            return try await gate.credential(bearer: token.revealed, at: clock.now())
        } catch {
            guard [CredentialRefusal.sessionEnded, .keyRefused, .expired].contains(error) else { throw error }
            return nil
        }
    }
}
