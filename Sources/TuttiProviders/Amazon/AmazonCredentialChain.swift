import TuttiCore
import TuttiHTTP
import TuttiModels
import TuttiRuntime

/// Where credentials for Amazon are looked for when no key is set: the places and the order of the AWS tools
/// (botocore's `create_credential_resolver`).
struct AmazonCredentialChain: Sendable {
    let cloud: CloudEnvironment
    /// The profile that was asked for by a setting; variables with a key do not count then.
    let chosenProfile: String?
    /// Where services are asked for credentials; that of calls, where it is known.
    let region: String?
    let calls: CredentialCalls
    let clock: any Timekeeper

    /// The name of the profile that counts.
    var profileName: String { chosenProfile ?? cloud.first("AWS_PROFILE", "AWS_DEFAULT_PROFILE") ?? "default" }

    /// The first credential that a place has. Files are read anew each time, since tools change them.
    ///
    /// - Throws: ``ModelError``: `unauthenticated` that names the places when none has one, or what is wrong with the
    ///   first that is set up; `unreachable`; `CancellationError`.
    func fetch() async throws -> IssuedCredential<AmazonCredential> {
        if chosenProfile == nil, let known = try fromVariables() { return known }
        let profiles = AmazonProfiles(cloud)
        let isNamed = chosenProfile != nil || cloud.first("AWS_PROFILE", "AWS_DEFAULT_PROFILE") != nil
        if let known = try await fromProfile(profileName, of: profiles) { return known }
        if chosenProfile == nil, let known = try await fromWebIdentity() { return known }
        if isNamed {
            throw ModelError.noCredential(
                profiles.profile(profileName) == nil
                    ? "there is no profile '\(profileName.prefix(80))' in the files of the AWS tools; correct "
                        + "providers.bedrock.profile or AWS_PROFILE"
                    : "the profile '\(profileName.prefix(80))' holds no credential; add aws_access_key_id and "
                        + "aws_secret_access_key, role_arn, sso_session or credential_process to it")
        }
        if let container = try AmazonContainer(cloud) { return try await container.fetch(calls) }
        return try await fromInstance()
    }

    // MARK: Variables

    func fromVariables() throws(ModelError) -> IssuedCredential<AmazonCredential>? {
        guard let id = cloud["AWS_ACCESS_KEY_ID"] else { return nil }
        guard let secret = cloud["AWS_SECRET_ACCESS_KEY"] else {
            throw .noCredential("AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not; set both or none")
        }
        let token = cloud["AWS_SESSION_TOKEN"].map { SecretText($0) }
        return try IssuedCredential(
            checking: AmazonCredential(keyID: id, secret: SecretText(secret), token: token), isFixed: true,
            from: "AWS_ACCESS_KEY_ID")
    }

    private func fromWebIdentity() async throws -> IssuedCredential<AmazonCredential>? {
        guard let file = cloud["AWS_WEB_IDENTITY_TOKEN_FILE"] else { return nil }
        guard let role = cloud["AWS_ROLE_ARN"] else {
            throw ModelError.noCredential(
                "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not; set the role that the token is for")
        }
        return try await tokenService.assume(role, webIdentityFile: file, session: cloud["AWS_ROLE_SESSION_NAME"])
    }

    var tokenService: AmazonTokenService {
        AmazonTokenService(
            region: region ?? "us-east-1", address: cloud["AWS_ENDPOINT_URL_STS"], calls: calls, clock: clock)
    }

    // MARK: The machine

    func fromInstance() async throws -> IssuedCredential<AmazonCredential> {
        guard let instance = AmazonInstance(cloud) else { throw Self.nothing }
        return try await instance.fetch(calls, else: Self.nothing)
    }

    /// Nothing was found anywhere.
    static let nothing = ModelError.noCredential(
        "Amazon Bedrock needs a credential, and none was found: set AWS_BEARER_TOKEN_BEDROCK or providers.bedrock.key, "
            + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile (AWS_PROFILE); neither a container nor a "
            + "machine of Amazon's gives one here")
}
