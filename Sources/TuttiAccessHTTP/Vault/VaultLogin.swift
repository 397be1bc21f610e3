import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiRuntime

/// Holds the token: gets it, renews it before it ends, and gets another when it is refused. Those who need it at one
/// moment wait for the same call.
actor VaultLogin {
    private let transport: VaultTransport
    private let time: any Timekeeper
    private var held: VaultToken?
    private var pending: Task<Result<VaultToken, SecretError>, Never>?

    /// A token that is younger is not replaced because it is refused: a policy is the reason then.
    static let youth = Duration.seconds(10)

    init(transport: VaultTransport, time: any Timekeeper) {
        self.transport = transport
        self.time = time
    }

    /// A token that is good now.
    ///
    /// - Throws: ``SecretError`` `.refused` when Vault does not let us in, `.unusable`.
    func token() async throws(SecretError) -> SecretText {
        if let held {
            let need = held.need(at: time.uptime())
            // While one call renews it, the others go on with what they have.
            if need == .nothing || need != .end && pending != nil { return held.text }
        }
        return try await fresh(nil).text
    }

    /// Another token in the place of one that was refused; `nil` when there is none to be had.
    func token(insteadOf refused: SecretText) async throws(SecretError) -> SecretText? {
        guard case .appRole = transport.settings.authentication else { return nil }
        if let held, held.text != refused { return held.text }
        if let held, time.uptime() - held.since < Self.youth { return nil }
        return try await fresh(refused).text
    }

    /// How long until the token has to be seen to; `nil` when there is no end to it.
    func timeLeft() -> Duration? { held?.dueAt.map { max(.zero, $0 - time.uptime()) } }

    private func fresh(_ refused: SecretText?) async throws(SecretError) -> VaultToken {
        if let pending { return try await pending.value.get() }
        // Not a child of whoever came first: others wait for it, who have not been cancelled.
        let task = Task { await self.attempt(refused) }
        pending = task
        return try await task.value.get()
    }

    private func attempt(_ refused: SecretText?) async -> Result<VaultToken, SecretError> {
        defer { pending = nil }
        do throws(SecretError) {
            let token = try await next(refused)
            held = token
            return .success(token)
        } catch {
            return .failure(error)
        }
    }

    private func next(_ refused: SecretText?) async throws(SecretError) -> VaultToken {
        guard var present = held, present.text != refused else { return try await another() }
        let need = present.need(at: time.uptime())
        if need == .nothing { return present }
        if need == .renewal, let renewed = try? await renewal(of: present) { present = renewed }
        switch present.need(at: time.uptime()) {
        case .nothing: return present
        case .end: return try await another()
        case .renewal, .another:
            if case .appRole = transport.settings.authentication, let other = try? await another() { return other }
            present.postpone(at: time.uptime())
            return present
        }
    }

    // MARK: Calls

    private func renewal(of token: VaultToken) async throws(SecretError) -> VaultToken {
        let answer = try await transport.call(
            .post, "auth/token/renew-self", token: token.text, body: .object([:]))
        guard answer.isSuccess, let lease = answer.body["auth"]?["lease_duration"]?.intValue else {
            throw transport.refusal("to renew the token")
        }
        var renewed = token
        renewed.renewed(
            seconds: lease, isRenewable: answer.body["auth"]?["renewable"] == .bool(true), at: time.uptime())
        return renewed
    }

    private func another() async throws(SecretError) -> VaultToken {
        switch transport.settings.authentication {
        case .token(let text): try await given(text)
        case .appRole(let roleID, let secretID, let mount): try await login(roleID, secretID, mount)
        }
    }

    /// How long a token that somebody has given us is good for, Vault knows. When its policy does not allow to ask,
    /// it is used until it is refused.
    private func given(_ text: SecretText) async throws(SecretError) -> VaultToken {
        if held != nil {
            throw SecretError(
                .refused, "the token of Vault has ended and cannot be renewed; give another (vault.token)")
        }
        let answer = try await transport.call(.get, "auth/token/lookup-self", token: text)
        let data = answer.isSuccess ? answer.body["data"] : nil
        return VaultToken(
            text, seconds: data?["ttl"]?.intValue ?? 0, isRenewable: data?["renewable"] == .bool(true),
            at: time.uptime())
    }

    private func login(
        _ roleID: String, _ secretID: SecretText, _ mount: String
    ) async throws(SecretError) -> VaultToken {
        let answer = try await transport.call(
            .post, "auth/\(mount)/login",
            body: .object(["role_id": .string(roleID), "secret_id": .string(secretID.revealed)]))
        guard answer.isSuccess else {
            throw SecretError(
                .refused,
                "Vault does not accept the role and its secret id (\(answer.status)) at auth/\(mount): check "
                    + "vault.role_id and vault.secret_id, which may have ended")
        }
        guard let auth = answer.body["auth"], let text = auth["client_token"]?.stringValue, !text.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw SecretError(.unusable, "Vault has answered the login without a token", isRetryable: false)
        }
        return VaultToken(
            SecretText(text), seconds: auth["lease_duration"]?.intValue ?? 0,
            isRenewable: auth["renewable"] == .bool(true), at: time.uptime())
    }
}
