import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient

/// Speaks to issuers. Redirects are not followed: what an issuer describes is where it is, and a code or a secret goes
/// nowhere else.
struct OpenIDTransport: Sendable {
    let client: HTTPClient

    /// A description or keys: a JSON object.
    ///
    /// - Parameter what: what is asked for, for errors.
    func document(at address: String, _ what: String) async throws(OpenIDError) -> JSONValue {
        let response = try await send(.get, address, headers: ["Accept": "application/json"], body: [], what)
        guard response.status == 200 else { throw Self.failure(response.status, what) }
        return try Self.object(response.body, what)
    }

    /// What came back for a form, with its status.
    func post(
        _ form: [(String, String)], to address: OpenIDAddress, authorization: SecretText?, _ what: String
    ) async throws(OpenIDError) -> (status: Int, body: JSONValue) {
        var headers: HTTPHeaders = [
            "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
        ]
        if let authorization { headers.add("Authorization", authorization.revealed) }
        let response = try await send(
            .post, address.text, headers: headers, body: Array(Self.encoded(form).utf8), what)
        guard response.status == 200 || response.status == 400 || response.status == 401 else {
            throw Self.failure(response.status, what)
        }
        // An error need not be said in JSON; that it is one says its status.
        if response.status != 200 { return (response.status, (try? Self.object(response.body, what)) ?? .null) }
        return (response.status, try Self.object(response.body, what))
    }

    static func encoded(_ form: [(String, String)]) -> String {
        form.map { PercentCoding.encode($0.0) + "=" + PercentCoding.encode($0.1) }.joined(separator: "&")
    }

    private func send(
        _ method: HTTPMethod, _ address: String, headers: HTTPHeaders, body: [UInt8], _ what: String
    ) async throws(OpenIDError) -> HTTPResponse {
        let limit = OpenIDLimits.callTime
        let request = HTTPRequest(
            method, address, headers: headers, body: body,
            timeouts: HTTPTimeouts(connect: limit, firstByte: limit, idle: limit, total: limit),
            bodySizeMax: OpenIDLimits.answerBytesMax)
        do throws(HTTPClientError) {
            return try await client.send(request)
        } catch {
            switch error.reason {
            case .tooLarge:
                throw OpenIDError(
                    .badAnswer, "\(what): the answer has more than \(OpenIDLimits.answerBytesMax) bytes")
            default:
                throw OpenIDError(.unreachable, "\(what): \(error.message)", isRetryable: error.isRetryable)
            }
        }
    }

    private static func failure(_ status: Int, _ what: String) -> OpenIDError {
        switch status {
        case 300..<400:
            OpenIDError(.badAnswer, "\(what): the issuer answers with a redirect (\(status)), which is not followed")
        case 429, 500...:
            OpenIDError(.unreachable, "\(what): the issuer answers \(status); try again later", isRetryable: true)
        default:
            OpenIDError(.badAnswer, "\(what): the issuer answers \(status); check `issuer` and the client's settings")
        }
    }

    private static func object(_ body: [UInt8], _ what: String) throws(OpenIDError) -> JSONValue {
        guard let json = try? WireJSON.read(Data(body)), case .object = json else {
            throw OpenIDError(.badAnswer, "\(what): the answer is no JSON object")
        }
        return json
    }
}
