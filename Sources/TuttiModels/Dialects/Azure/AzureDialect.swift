import FoundationEssentials
package import TuttiCore

/// Azure OpenAI: chat completions at addresses of its own, where a deployment stands for a model.
package struct AzureDialect: ModelDialect {
    private let chat: ChatDialect
    /// The deployment that answers, whatever the model is called.
    private let deployment: String?
    /// The version in the query of the classic addresses; `nil` for the new ones, which have none.
    private let apiVersion: String?
    package let key: SecretText?

    package var name: String { chat.name }
    package var family: ProviderFamily { .openAI }

    /// - Parameters:
    ///   - key: the resource's key; `nil` when calls carry a token.
    ///   - fields: members that each request has besides.
    package init(
        key: SecretText? = nil, deployment: String? = nil, apiVersion: String? = nil,
        fields: [String: JSONValue] = [:]
    ) {
        self.key = key
        self.deployment = deployment
        self.apiVersion = apiVersion
        chat = ChatDialect(
            ChatFlavor(
                name: "azure", baseURL: nil, limitField: .current, effortField: .plain, stopsMax: 4, takesNames: true),
            fields: fields)
    }

    package func encode(_ request: ModelRequest, isStreaming: Bool) throws(ModelError) -> WireRequest {
        var request = request
        request.model = deployment ?? request.model
        guard request.model.utf8.contains(where: { ASCIIWord.fits(String(UnicodeScalar($0))) }) else {
            throw .badRequest("model", "names the deployment for azure: it must have a letter or a digit")
        }
        var wire = try chat.encode(request, isStreaming: isStreaming)
        if let apiVersion {
            let path = "/openai/deployments/\(ModelPath.escape(request.model))/chat/completions"
            wire.path = "\(path)?api-version=\(QueryText.escape(apiVersion))"
        } else {
            wire.path = "/openai/v1/chat/completions"
        }
        wire.headers += try header("api-key", key)
        return wire
    }

    package func decode(_ body: JSONValue, for request: ModelRequest) throws(ModelError) -> ModelResponse {
        try chat.decode(body, for: request)
    }

    package func machine(for request: ModelRequest) -> any StreamMachine { chat.machine(for: request) }

    /// As OpenAI's; what the gateway before it refuses has its members at the top.
    package func failure(in body: JSONValue) -> ProviderFailure {
        var failure = chat.failure(in: body)
        if failure.status == nil, let status = body["statusCode"]?.intValue, (400...599).contains(status) {
            failure.status = Int(status)
        }
        // The filter's own word stands one level below.
        let isFiltered = body["error"]?["innererror"]?.member("content_filter_result") != nil
        if isFiltered, !failure.words.contains("content_filter") {
            failure.words.insert("content_filter", at: 0)
        }
        return failure
    }

    /// What it lists are models, and not the deployments by which they are asked.
    package func encodeList(page: String?) throws(ModelError) -> WireRequest {
        throw ModelError(
            .badRequest, .never,
            "azure tells no list of the deployments of a resource; look for them in the Azure portal, and name one as "
                + "azure/DEPLOYMENT")
    }

    package func list(in body: JSONValue) throws(ModelError) -> ModelListPage { ModelListPage() }
}
