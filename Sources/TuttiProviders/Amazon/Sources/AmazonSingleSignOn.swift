import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels

/// The credential of a role by a login in the browser (IAM Identity Center): `aws sso login` leaves a token in a file,
/// for which the portal gives the credential (botocore's `SSOCredentialFetcher`). The token itself is not renewed here.
struct AmazonSingleSignOn: Sendable {
    private let profile: String
    private let file: String
    private let url: String

    /// - Throws: ``ModelError`` `unauthenticated` for a profile that lacks something.
    init(
        _ settings: AmazonProfiles.Settings, named name: String, _ profiles: AmazonProfiles, _ cloud: CloudEnvironment
    ) throws(ModelError) {
        profile = String(name.prefix(80))
        var settings = settings
        let session = settings["sso_session"]
        if let session {
            guard let shared = profiles.sessions[session] else {
                throw .noCredential(
                    "the profile '\(profile)' names the sso-session '\(session.prefix(80))', which is not in the file "
                        + "of the AWS tools; correct it")
            }
            settings.merge(shared) { $1 }
        }
        guard let start = settings["sso_start_url"], let region = settings["sso_region"], region.isHostLabel,
            let account = settings["sso_account_id"], let role = settings["sso_role_name"]
        else {
            throw .noCredential(
                "the profile '\(profile)' lacks one of sso_start_url, sso_region, sso_account_id and sso_role_name; "
                    + "run: aws configure sso")
        }
        // Files are named by the session, or in profiles without one by where the login begins.
        file = "\(cloud["HOME"] ?? "")/.aws/sso/cache/\(Digest.sha1Hex(session ?? start)).json"
        let usual = "https://portal.sso.\(region).\(BedrockDialect.domain(of: region))"
        let query = "role_name=\(PercentCoding.encode(role))&account_id=\(PercentCoding.encode(account))"
        url = "\(cloud["AWS_ENDPOINT_URL_SSO"] ?? usual)/federation/credentials?\(query)"
    }

    /// - Throws: ``ModelError``; `CancellationError`.
    func fetch(_ calls: CredentialCalls, now: Timestamp) async throws -> IssuedCredential<AmazonCredential> {
        let cached = SmallFile.read(file).flatMap { try? WireJSON.read($0) }
        guard let token = cached?["accessToken"]?.stringValue, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let end = cached?["expiresAt"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }), now < end
        else {
            throw ModelError.noCredential(
                "the login of the profile '\(profile)' is not there or has run out; run: aws sso login --profile "
                    + profile)
        }
        let place = CredentialCalls.Place(name: "Amazon's portal for logins (SSO)")
        let request = HTTPRequest(.get, url, headers: ["x-amz-sso_bearer_token": token])
        let given = try await calls.object(request, from: place)["roleCredentials"] ?? .null
        var members: [String: JSONValue] = [:]
        members["AccessKeyId"] = given["accessKeyId"]
        members["SecretAccessKey"] = given["secretAccessKey"]
        members["SessionToken"] = given["sessionToken"]
        var issued = try IssuedCredential<AmazonCredential>(.object(members), token: "SessionToken", from: place.name)
        issued.expires = given["expiration"]?.intValue.map { Timestamp(milliseconds: $0) }
        return issued
    }
}
