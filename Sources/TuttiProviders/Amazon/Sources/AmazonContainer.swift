import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels

/// What gives a container of Amazon's its credential (ECS, EKS Pod Identity; botocore's `ContainerMetadataFetcher`).
struct AmazonContainer: Sendable {
    private let url: String
    private let tokenFile: String?
    private let token: SecretText?

    private static let relativeHost = "http://169.254.170.2"
    /// Where it may be asked without TLS, besides this machine.
    private static let plainHosts = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]

    /// `nil` outside of a container.
    ///
    /// - Throws: ``ModelError`` `unauthenticated` for an address to which a token may not be sent.
    init?(_ cloud: CloudEnvironment) throws(ModelError) {
        if let path = cloud["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            url = Self.relativeHost + (path.hasPrefix("/") ? path : "/" + path)
        } else if let whole = cloud["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            try Self.check(whole)
            url = whole
        } else {
            return nil
        }
        tokenFile = cloud["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
        token = cloud["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map { SecretText($0) }
    }

    private static func check(_ url: String) throws(ModelError) {
        let base = try? BaseURL(String(url.prefix { $0 != "?" }))
        guard let base, base.text.hasPrefix("https://") || base.isLoopback || plainHosts.contains(base.host) else {
            throw .noCredential(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must begin with https://, or lead to this machine or to an address "
                    + "of Amazon's for containers; correct it")
        }
    }

    /// - Throws: ``ModelError``; `CancellationError`.
    func fetch(_ calls: CredentialCalls) async throws -> IssuedCredential<AmazonCredential> {
        let place = CredentialCalls.Place(name: "the container's metadata server", isNear: true)
        var headers: HTTPHeaders = ["accept": "application/json"]
        if let token = try currentToken() { headers.add("authorization", token) }
        let answer = try await calls.object(HTTPRequest(.get, url, headers: headers), from: place)
        return try IssuedCredential(answer, token: "Token", from: place.name)
    }

    /// The file counts first and is read each time, since its token runs out.
    private func currentToken() throws(ModelError) -> String? {
        guard let tokenFile else { return token?.revealed }
        guard let text = SmallFile.text(tokenFile), !text.contains(where: \.isNewline) else {
            throw .noCredential(
                "the token in \(tokenFile.prefix(200)) cannot be read, or has line ends; correct "
                    + "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        }
        return text
    }
}
