import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRuntime

/// Where tokens of Microsoft's Entra ID come from: the secret of an application, a token that somebody else has signed
/// for it, or the machine (azure-identity's `EnvironmentCredential`, `WorkloadIdentityCredential` and
/// `ManagedIdentityCredential`, in this order).
struct EntraTokenSource: Sendable {
    let cloud: CloudEnvironment
    let calls: CredentialCalls
    let clock: any Timekeeper

    private static let resource = "https://cognitiveservices.azure.com/"
    private static let service = CredentialCalls.Place(name: "Microsoft's token service (Entra ID)")
    private static let machine = CredentialCalls.Place(name: "the machine's metadata server", isNear: true)
    private static let nothing = ModelError.noCredential(
        "Azure OpenAI needs a credential, and none was found: set AZURE_OPENAI_API_KEY or providers.azure.key, or "
            + "AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE; no machine "
            + "of Azure's gives one here")

    /// A token; the file of a workload is read anew each time.
    ///
    /// - Throws: ``ModelError``; `CancellationError`.
    func fetch() async throws -> IssuedCredential<SecretText> {
        if cloud.first("AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE") != nil {
            let request = try applicationRequest()
            return try IssuedCredential(
                try await calls.object(request, from: Self.service), from: Self.service, now: clock.now())
        }
        return try await machineToken()
    }

    // MARK: Applications

    private func applicationRequest() throws(ModelError) -> HTTPRequest {
        guard let tenant = cloud["AZURE_TENANT_ID"], let client = cloud["AZURE_CLIENT_ID"] else {
            throw .noCredential(
                "AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE is set but AZURE_TENANT_ID or AZURE_CLIENT_ID is "
                    + "not; set all of them")
        }
        guard tenant.isHostLabel || tenant.split(separator: ".").allSatisfy({ String($0).isHostLabel }) else {
            throw .noCredential("AZURE_TENANT_ID is no id or domain of a tenant; correct it")
        }
        var url = cloud["AZURE_AUTHORITY_HOST"] ?? "https://login.microsoftonline.com"
        guard let base = try? BaseURL(url), base.text.hasPrefix("https://") || base.isLoopback else {
            throw .noCredential("AZURE_AUTHORITY_HOST must be a URL that begins with https://; correct it")
        }
        url = "\(base.text)/\(tenant)/oauth2/v2.0/token"
        return HTTPRequest(
            .post, url, headers: HTTPHeaders([FormBody.header]), body: try applicationBody(client))
    }

    private func applicationBody(_ client: String) throws(ModelError) -> [UInt8] {
        let scope = Self.resource + ".default"
        if let secret = cloud["AZURE_CLIENT_SECRET"] {
            return FormBody.bytes([
                "client_id": client, "client_secret": secret, "grant_type": "client_credentials", "scope": scope,
            ])
        }
        let file = cloud["AZURE_FEDERATED_TOKEN_FILE"] ?? ""
        guard let assertion = SmallFile.text(file), !assertion.isEmpty else {
            throw .noCredential(
                "the token in \(file.prefix(200)) cannot be read; correct AZURE_FEDERATED_TOKEN_FILE or the rights of "
                    + "the file")
        }
        return FormBody.bytes([
            "client_id": client,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion, "grant_type": "client_credentials", "scope": scope,
        ])
    }

    // MARK: Machines

    private func machineToken() async throws -> IssuedCredential<SecretText> {
        let base = cloud["AZURE_POD_IDENTITY_AUTHORITY_HOST"] ?? "http://169.254.169.254"
        var url = base + "/metadata/identity/oauth2/token?api-version=2018-02-01"
        url += "&resource=\(PercentCoding.encode(Self.resource))"
        if let client = cloud["AZURE_CLIENT_ID"] { url += "&client_id=\(PercentCoding.encode(client))" }
        let response: HTTPResponse
        do {
            response = try await calls.send(
                HTTPRequest(.get, url, headers: ["metadata": "true"]), to: Self.machine)
        } catch is ModelError {
            throw Self.nothing  // nobody is there
        }
        guard response.status == 200 else { throw CredentialCalls.refusal(response, Self.machine) }
        // Another cloud's server answers at the same address with something else.
        guard let answer = try? WireJSON.read(Data(response.body)), case .object = answer else { throw Self.nothing }
        return try IssuedCredential(answer, from: Self.machine, now: clock.now())
    }
}
