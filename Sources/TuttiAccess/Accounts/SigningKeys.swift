import Synchronization
import TuttiCore
package import TuttiRuntime

/// The keys that access tokens are signed with, kept sealed among the accounts. The newest signs; older ones are good
/// for what they have signed.
package final class SigningKeys: Sendable {
    private struct State {
        var issuer: TokenIssuer?
        var older: [VerificationKey] = []
        var made: Timestamp?
    }

    /// How long a key signs before another takes its place.
    package static let signsFor: Duration = .seconds(30 * 86_400)

    private let store: any AccountStore
    private let ring: Mutex<SecretKeyRing>
    private let reread: (@Sendable () throws(SecretError) -> SecretKeyRing)?
    private let tenant: String
    private let name: String
    private let audience: String
    private let clock: any Timekeeper
    private let state = Mutex(State())

    /// - Parameters:
    ///   - ring: seals the keys.
    ///   - reread: reads the ring again, when a key was sealed with one that it does not have yet.
    ///   - name: `iss` of tokens.
    package init(
        store: any AccountStore, ring: SecretKeyRing,
        reread: (@Sendable () throws(SecretError) -> SecretKeyRing)? = nil, tenant: String, name: String,
        audience: String, clock: any Timekeeper
    ) {
        self.store = store
        self.ring = Mutex(ring)
        self.reread = reread
        self.tenant = tenant
        self.name = name
        self.audience = audience
        self.clock = clock
    }

    /// Reads the keys, and makes one when there is none or the newest has signed for long enough.
    ///
    /// - Throws: ``AccountError`` `accounts_unusable`.
    package func load() async throws(AccountError) {
        var kept = try await store.signingKeys()
        let newest = kept.first { $0.retired == nil }
        if newest == nil || (newest.map { clock.now() - $0.created >= Self.signsFor } ?? false) {
            // Another process may be doing the same; whoever comes first has made the key of both.
            _ = try await make(behind: newest?.id)
            kept = try await store.signingKeys()
        }
        try take(kept)
    }

    /// Signs with a new key from now on.
    ///
    /// - Throws: ``AccountError`` `accounts_unusable`.
    package func rotate() async throws(AccountError) {
        let newest = try await store.signingKeys().first { $0.retired == nil }
        _ = try await make(behind: newest?.id)
        try take(try await store.signingKeys())
    }

    private func make(behind expected: String?) async throws(AccountError) -> Bool {
        let now = clock.now()
        let kept: KeptSigningKey
        do {
            let key = try SigningKey.generate(.es256)
            let sealed = try ring.withLock { $0 }.seal(key.pkcs8(), context: Self.context(key.id))
            kept = KeptSigningKey(id: key.id, algorithm: key.algorithm.rawValue, sealed: sealed.bytes, created: now)
        } catch {
            throw .unusable("no key for tokens could be made: \(error)")
        }
        let draft = AuditDraft(
            time: now, tenant: tenant, actor: .program, action: .signingKeyRotated,
            target: AuditTarget(kind: "signing_key", id: kept.id))
        return try await store.add(kept, behind: expected, telling: draft)
    }

    private func take(_ kept: [KeptSigningKey]) throws(AccountError) {
        var issuer: TokenIssuer?
        var older: [VerificationKey] = []
        for key in kept {
            let opened: SigningKey
            do {
                opened = try SigningKey(pkcs8: try open(key), id: key.id)
            } catch {
                // Sealed under another key: nobody's tokens of it can be checked, and its people log in again.
                if key.retired != nil { continue }
                throw .unusable(
                    "the key that signs tokens was sealed with the secret key "
                        + "\(SealedSecret(bytes: key.sealed).keyID), which is none of the present TUTTI_SECRET_KEY or "
                        + "secrets.key; put it back, behind the newest one if there are others")
            }
            if key.retired == nil, issuer == nil {
                issuer = TokenIssuer(key: opened, issuer: name, audience: audience)
            } else {
                older.append(opened.verification)
            }
        }
        let made = kept.first { $0.retired == nil }?.created
        state.withLock { ($0.issuer, $0.older, $0.made) = (issuer, older, made) }
    }

    private func open(_ key: KeptSigningKey) throws(SecretError) -> [UInt8] {
        let (sealed, context) = (SealedSecret(bytes: key.sealed), Self.context(key.id))
        let present = ring.withLock { $0 }
        if let reread, !present.ids.contains(sealed.keyID) {
            let newer = try reread()
            ring.withLock { $0 = newer }
            return try newer.open(sealed, context: context)
        }
        return try present.open(sealed, context: context)
    }

    private static func context(_ id: String) -> String { "signing-key|\(id)" }

    /// Whether the newest key has signed for long enough.
    package var isDue: Bool { state.withLock { $0.made }.map { clock.now() - $0 >= Self.signsFor } ?? true }

    /// Signs; `nil` before the keys were read.
    package var issuer: TokenIssuer? { state.withLock { $0.issuer } }

    /// Believes what these keys have signed.
    package var verifier: TokenVerifier {
        state.withLock { state in
            TokenVerifier(issuers: state.issuer.map { [$0.trusted(olderKeys: state.older)] } ?? [])
        }
    }

    /// What others check our tokens by.
    package var published: JSONWebKeySet {
        state.withLock { state in
            JSONWebKeySet((state.issuer.map { [$0.key.verification] } ?? []) + state.older)
        }
    }
}
