import FoundationEssentials
package import TuttiCore

/// Amazon Bedrock's Converse, one form for the models of many vendors.
///
/// The facts are those of botocore's description of the service (`bedrock-runtime`, `service-2.json`).
package struct BedrockDialect: ModelDialect {
    package let name = "bedrock"
    package var family: ProviderFamily { .bedrock }
    package var framing: StreamFraming { .eventStream }
    /// An API key; `nil` when requests are signed instead.
    package var key: SecretText?

    package init(key: SecretText? = nil) { self.key = key }

    /// The usual place of a region.
    package static func baseURL(region: String) -> String { "https://bedrock-runtime.\(region).\(domain(of: region))" }

    /// Under which domain the services of a region are.
    package static func domain(of region: String) -> String {
        region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    }

    package func encode(_ request: ModelRequest, isStreaming: Bool) throws(ModelError) -> WireRequest {
        try request.check()
        guard request.model.utf8.contains(where: { ASCIIWord.fits(String(UnicodeScalar($0))) }) else {
            throw .badRequest("model", "stands in the path for bedrock: it must have a letter or a digit")
        }
        if let temperature = request.temperature, temperature > 1 {
            throw .badRequest("temperature", "is \(temperature); bedrock takes 0 to 1")
        }
        try refuseWhatCannotBeSaid(request)
        let operation = isStreaming ? "converse-stream" : "converse"
        return WireRequest(
            path: "/model/\(ModelPath.escape(request.model))/\(operation)",
            headers: [WireRequest.Header("content-type", "application/json")]
                + (try header("authorization", prefix: "Bearer ", key)),
            body: try BedrockRequest(request, seals: name).body().bytes())
    }

    /// What Converse has no word for; some models have words of their own.
    private func refuseWhatCannotBeSaid(_ request: ModelRequest) throws(ModelError) {
        var fields = UnsayableFields(in: name, wayOut: "use a provider that has it")
        fields.refuse("topK", if: request.topK != nil)
        fields.refuse("seed", if: request.seed != nil)
        fields.refuse("presencePenalty", if: request.presencePenalty != nil)
        fields.refuse("frequencyPenalty", if: request.frequencyPenalty != nil)
        fields.refuseSingleCalls(in: request)
        try fields.check()
    }

    package func machine(for request: ModelRequest) -> any StreamMachine { BedrockMachine(self, request) }
}

/// Names of models in a path, where they may hold colons and slashes.
enum ModelPath {
    /// The text with everything but letters, digits, `-`, `.`, `_` and `~` percent-encoded, as boto3 does.
    static func escape(_ text: String) -> String {
        text.split(separator: "~", omittingEmptySubsequences: false).map { QueryText.escape(String($0)) }
            .joined(separator: "~")
    }
}

// MARK: The list of models

extension BedrockDialect {
    private static let profiles = "profiles:"

    /// Models are listed by the service beside it that manages them.
    package func listBase(_ base: String) -> String {
        for beginning in ["https://bedrock-runtime.", "https://bedrock-runtime-fips."] where base.hasPrefix(beginning) {
            return beginning.replacing("-runtime", with: "") + base.dropFirst(beginning.count)
        }
        return base
    }

    /// First the models, then the inference profiles, which many models can only be called by.
    package func encodeList(page: String?) throws(ModelError) -> WireRequest {
        var path = "/foundation-models?byOutputModality=TEXT"
        if let page, page.hasPrefix(Self.profiles) {
            let token = page.dropFirst(Self.profiles.count)
            path = "/inference-profiles?maxResults=1000"
            if !token.isEmpty { path += "&nextToken=\(QueryText.escape(String(token)))" }
        }
        return WireRequest(path: path, headers: try header("authorization", prefix: "Bearer ", key), body: Data())
    }

    package func list(in body: JSONValue) throws(ModelError) -> ModelListPage {
        if body["inferenceProfileSummaries"] != nil {
            var page = try page(body["inferenceProfileSummaries"], "inferenceProfileSummaries") { item in
                item["inferenceProfileId"]?.stringValue.map { ModelDescription(name: $0) }
            }
            page.next = body["nextToken"]?.stringValue.flatMap { $0.isEmpty ? nil : Self.profiles + $0 }
            return page
        }
        var page = try page(body["modelSummaries"], "modelSummaries") { item in
            let ways = item["inferenceTypesSupported"]?.items ?? []
            guard let id = item["modelId"]?.stringValue, ways.isEmpty || ways.contains("ON_DEMAND") else { return nil }
            return ModelDescription(name: id)
        }
        page.next = Self.profiles
        return page
    }
}
