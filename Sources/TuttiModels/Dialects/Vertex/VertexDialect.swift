import FoundationEssentials
package import TuttiCore

/// Google's Vertex AI, which serves models of two vendors, each in its own dialect at its own path.
package struct VertexDialect: ModelDialect {
    package let name = "vertex"
    package var family: ProviderFamily { .gemini }
    /// Calls carry a token that runs out, and no key.
    package var key: SecretText? { nil }

    private let gemini: GeminiDialect
    private let claude: AnthropicDialect

    /// - Parameters:
    ///   - project: who pays.
    ///   - location: such as `global` or `europe-west1`.
    package init(project: String, location: String) {
        let publishers = "/v1/projects/\(project)/locations/\(location)/publishers"
        gemini = GeminiDialect(onVertex: "\(publishers)/google/models")
        claude = AnthropicDialect(onVertex: "\(publishers)/anthropic/models")
    }

    /// The usual place of a location.
    package static func baseURL(location: String) -> String {
        switch location {
        case "global": "https://aiplatform.googleapis.com"
        case "us", "eu": "https://aiplatform.\(location).rep.googleapis.com"
        default: "https://\(location)-aiplatform.googleapis.com"
        }
    }

    /// The dialect of a model, by the beginning of its name.
    private func dialect(of request: ModelRequest) -> any ModelDialect {
        request.model.hasPrefix("claude") ? claude : gemini
    }

    package func encode(_ request: ModelRequest, isStreaming: Bool) throws(ModelError) -> WireRequest {
        guard request.model.hasPrefix("claude") || request.model.hasPrefix("gemini") else {
            throw .badRequest("model", "must begin with 'gemini' or 'claude'; others of vertex are not spoken to here")
        }
        return try dialect(of: request).encode(request, isStreaming: isStreaming)
    }

    package func decode(_ body: JSONValue, for request: ModelRequest) throws(ModelError) -> ModelResponse {
        try dialect(of: request).decode(body, for: request)
    }

    package func machine(for request: ModelRequest) -> any StreamMachine { dialect(of: request).machine(for: request) }

    /// Google's form, or that of Anthropic for what its models themselves refuse.
    package func failure(in body: JSONValue) -> ProviderFailure {
        body["type"]?.stringValue == "error" ? claude.failure(in: body) : gemini.failure(in: body)
    }

    /// There is no list of what a project may use.
    package func encodeList(page: String?) throws(ModelError) -> WireRequest {
        throw ModelError(
            .badRequest, .never,
            "vertex tells no list of models; look for them in the Model Garden of the Google Cloud console, and name "
                + "one as vertex/gemini-… or vertex/claude-…")
    }

    package func list(in body: JSONValue) throws(ModelError) -> ModelListPage { ModelListPage() }
}
