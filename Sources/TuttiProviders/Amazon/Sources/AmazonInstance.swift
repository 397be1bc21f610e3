import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels

/// The metadata server of a machine of Amazon's, in its second version, which wants a token that it has given before
/// (EC2 User Guide, "Use the Instance Metadata Service"). The first, which hands credentials to whoever asks, is not
/// used.
struct AmazonInstance: Sendable {
    private let base: String

    /// `nil` where it is switched off.
    init?(_ cloud: CloudEnvironment) {
        if cloud["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" { return nil }
        var base = cloud["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
    }

    private static let place = CredentialCalls.Place(name: "the machine's metadata server (IMDSv2)", isNear: true)

    /// The credential of the machine's role.
    ///
    /// - Parameter nothing: what is thrown where there is no such server, or the machine has no role.
    func fetch(
        _ calls: CredentialCalls, else nothing: ModelError
    ) async throws -> IssuedCredential<AmazonCredential> {
        let roles = "/latest/meta-data/iam/security-credentials/"
        let token = try await token(calls, else: nothing)
        let list = try await get(roles, token, calls)
        if list.status == 404 { throw nothing }
        let names = list.status == 200 ? String(decoding: list.body, as: UTF8.self) : ""
        guard let role = names.split(whereSeparator: \.isNewline).first, list.status == 200 else {
            throw CredentialCalls.refusal(list, Self.place)
        }
        let response = try await get(roles + PercentCoding.encode(role), token, calls)
        guard response.status == 200, let answer = try? WireJSON.read(Data(response.body)) else {
            throw CredentialCalls.refusal(response, Self.place)
        }
        guard answer["Code"]?.stringValue ?? "Success" == "Success" else {
            throw ModelError.noCredential(
                "\(Self.place.name) has no good credential for the machine's role; check the role and its trust")
        }
        return try IssuedCredential(answer, token: "Token", from: Self.place.name)
    }

    /// The region of the machine.
    func region(_ calls: CredentialCalls, else nothing: ModelError) async throws -> String {
        let token = try await token(calls, else: nothing)
        let response = try await get("/latest/meta-data/placement/region", token, calls)
        let region = CloudEnvironment.trimmed(String(decoding: response.body, as: UTF8.self))
        guard response.status == 200 else { throw CredentialCalls.refusal(response, Self.place) }
        guard region.isHostLabel else { throw nothing }
        return region
    }

    private func token(_ calls: CredentialCalls, else nothing: ModelError) async throws -> String {
        let request = HTTPRequest(
            .put, base + "/latest/api/token", headers: ["x-aws-ec2-metadata-token-ttl-seconds": "21600"])
        let response: HTTPResponse
        do {
            response = try await calls.send(request, to: Self.place)
        } catch is ModelError {
            throw nothing  // nobody is there
        }
        switch response.status {
        case 200:
            let token = CloudEnvironment.trimmed(String(decoding: response.body, as: UTF8.self))
            guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw nothing }
            return token
        case 403, 404, 405:
            throw ModelError.noCredential(
                "the machine's metadata server does not speak its second version (IMDSv2); switch that on, or set "
                    + "another credential (AWS_PROFILE, AWS_ACCESS_KEY_ID)")
        default: throw CredentialCalls.refusal(response, Self.place)
        }
    }

    private func get(_ path: String, _ token: String, _ calls: CredentialCalls) async throws -> HTTPResponse {
        try await calls.send(
            HTTPRequest(.get, base + path, headers: ["x-aws-ec2-metadata-token": token]), to: Self.place)
    }
}
