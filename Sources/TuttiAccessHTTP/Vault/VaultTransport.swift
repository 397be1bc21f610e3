import FoundationEssentials
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient

/// What Vault has said.
struct VaultAnswer: Sendable {
    let status: Int
    /// `.null` when there was no body.
    let body: JSONValue

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// Speaks Vault's HTTP API (https://developer.hashicorp.com/vault/api-docs). What it says in its errors is not passed
/// on: nobody promises that there is nothing secret in it.
struct VaultTransport: Sendable {
    let settings: VaultSettings
    let client: HTTPClient

    /// - Parameter path: behind `/v1/`.
    /// - Returns: an answer of success, or one of 400, 403 or 404, which mean something to the caller.
    /// - Throws: ``SecretError`` `.unusable`.
    func call(
        _ method: HTTPMethod, _ path: String, token: SecretText? = nil, body: JSONValue? = nil
    ) async throws(SecretError) -> VaultAnswer {
        var headers: HTTPHeaders = ["X-Vault-Request": "true", "Accept": "application/json"]
        if let token { headers.add("X-Vault-Token", token.revealed) }
        if let namespace = settings.namespace { headers.add("X-Vault-Namespace", namespace) }
        if body != nil { headers.add("Content-Type", "application/json") }
        let limit = settings.timeout
        let request = HTTPRequest(
            method, "\(settings.address)/v1/\(path)", headers: headers, body: body?.bytes ?? [],
            timeouts: HTTPTimeouts(connect: limit, firstByte: limit, idle: limit, total: limit),
            bodySizeMax: VaultSettings.answerBytesMax)
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await client.send(request)
        } catch {
            throw SecretError(.unusable, "Vault cannot be used: \(error.message)", isRetryable: error.isRetryable)
        }
        return try Self.answer(response)
    }

    private static func answer(_ response: HTTPResponse) throws(SecretError) -> VaultAnswer {
        let status = response.status
        guard (200..<300).contains(status) || [400, 403, 404].contains(status) else { throw failure(status) }
        if response.body.isEmpty { return VaultAnswer(status: status, body: .null) }
        guard let body = try? WireJSON.read(Data(response.body)), case .object = body else {
            // What stands between us and Vault answers such errors in its own words.
            if status >= 400 { return VaultAnswer(status: status, body: .null) }
            throw SecretError(
                .unusable, "what answers at the address of Vault does not speak its API; check vault.address",
                isRetryable: false)
        }
        return VaultAnswer(status: status, body: body)
    }

    /// The meaning of a status by https://developer.hashicorp.com/vault/api-docs#http-status-codes.
    static func failure(_ status: Int) -> SecretError {
        switch status {
        case 300..<400:
            SecretError(
                .unusable,
                "Vault answers with a redirect (\(status)), which is not followed with a token in the hand; give the "
                    + "address of its active node, or of the balancer before it", isRetryable: false)
        case 429: SecretError(.unusable, "Vault answers 429: this node is on standby, or its limit of calls is reached")
        case 412: SecretError(.unusable, "this node of Vault has not heard of the newest changes yet (412); try again")
        case 472, 473: SecretError(.unusable, "Vault answers \(status): this node is on standby; try again")
        case 503: SecretError(.unusable, "Vault is sealed or under maintenance (503); an operator has to unseal it")
        case 500...: SecretError(.unusable, "Vault has failed (\(status)); its own log tells why")
        default:
            SecretError(
                .unusable,
                "Vault answers \(status) to a call of its documented API; check vault.address and vault.mount",
                isRetryable: false)
        }
    }

    /// Vault lets us in, and does not let us do this.
    func refusal(_ what: String) -> SecretError {
        SecretError(
            .refused,
            "Vault does not allow \(what) (403): the token is no longer valid, or its policy does not allow it below "
                + "\(settings.mount)/data/\(settings.prefix) and \(settings.mount)/metadata/\(settings.prefix)")
    }
}
