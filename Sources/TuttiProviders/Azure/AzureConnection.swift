import TuttiCore
import TuttiModels

/// How Azure OpenAI is reached: at which resource, in which form of its addresses, and by which key or token.
struct AzureConnection {
    private let setup: ProviderSetup

    static let provider = KnownProvider(
        name: "azure", title: "Azure OpenAI", address: "", path: "", keyVariables: ["AZURE_OPENAI_API_KEY"],
        addressVariables: ["AZURE_OPENAI_ENDPOINT"],
        connect: { setup throws(ModelDirectoryError) in try AzureConnection(setup: setup).make() })

    init(setup: ProviderSetup) { self.setup = setup }

    /// - Throws: ``ModelDirectoryError`` `bad_provider_setting` without an address, or for a version that is none.
    func make() throws(ModelDirectoryError) -> ProviderConnection {
        guard let endpoint = setup.server.url else {
            throw setup.refusal(
                "url",
                "(or AZURE_OPENAI_ENDPOINT) must be the endpoint of the resource, such as "
                    + "https://NAME.openai.azure.com; set it")
        }
        try setup.checkSecrecy(of: endpoint)
        let (cloud, calls, clock) = (setup.cloud, setup.calls, setup.clock)
        let authorization: (any CallAuthorization)? =
            setup.server.key != nil
            ? nil
            : setup.authorization {
                BearerAuthorization(clock: clock) {
                    try await EntraTokenSource(cloud: cloud, calls: calls, clock: clock).fetch()
                }
            }
        return ProviderConnection(
            dialect: AzureDialect(
                key: setup.server.key, deployment: setup.server.deployment ?? cloud["AZURE_OPENAI_DEPLOYMENT"],
                apiVersion: try apiVersion(), fields: try setup.fields()),
            address: Self.resource(of: endpoint), authorization: authorization)
    }

    /// The endpoint without the beginning of the paths, which people copy along with it.
    private static func resource(of endpoint: String) -> String {
        var endpoint = endpoint
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        for end in ["/openai/v1", "/openai"] where endpoint.hasSuffix(end) {
            return String(endpoint.dropLast(end.count))
        }
        return endpoint
    }

    private func apiVersion() throws(ModelDirectoryError) -> String? {
        let set = setup.server.apiVersion ?? setup.cloud.first("AZURE_OPENAI_API_VERSION", "OPENAI_API_VERSION")
        guard let version = set, version != "v1" else { return nil }
        guard version.isHostLabel, version.first?.isNumber == true else {
            throw setup.refusal(
                "api_version", "(or AZURE_OPENAI_API_VERSION) must be a version such as 2024-10-21, or v1; correct it")
        }
        return version
    }
}
