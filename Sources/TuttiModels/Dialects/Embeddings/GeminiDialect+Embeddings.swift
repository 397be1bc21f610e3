package import TuttiCore

/// Gemini's embeddings: one text by `:embedContent`, several by `:batchEmbedContents` (`models.py` of the package
/// `google-genai`).
extension GeminiDialect: EmbeddingDialect {
    package func encode(_ request: EmbeddingRequest) throws(ModelError) -> WireRequest {
        try request.check()
        try Self.checkStandsInPath(request.model)
        guard case .texts(let texts) = request.inputs else {
            throw .unsayable("inputs.tokens", in: name, "give texts, or use a provider that takes tokens")
        }
        let isOne = texts.count == 1
        let requests = texts.map { text in
            BodyJSON.members([
                "model": .text("models/\(request.model)"),
                "content": .members(["parts": .array([.members(["text": .text(text)])])]),
                "outputDimensionality": request.dimensions.map { .number($0) },
            ])
        }
        let headers = [WireRequest.Header("content-type", "application/json")]
        return WireRequest(
            path: "/\(version.rawValue)/models/\(request.model):\(isOne ? "embedContent" : "batchEmbedContents")",
            headers: headers + (try header("x-goog-api-key", key)),
            body: try (isOne ? requests[0] : .members(["requests": .array(requests)])).bytes())
    }

    package func decode(_ body: JSONValue, for request: EmbeddingRequest) throws(ModelError) -> EmbeddingResponse {
        if body["error"]?.isTruthy ?? false { throw error(inside: body) }
        let items: [JSONValue]
        switch (body["embedding"], body["embeddings"]) {
        case (let one?, _): items = [one]
        case (nil, .array(let several)?): items = several
        default: throw .malformed(name, "it has neither 'embedding' nor 'embeddings'")
        }
        let vectors = try EmbeddingVectors(provider: name, request: request)
            .read(items.map { (index: nil, vector: $0["values"] ?? .null) })
        let usage = body.member("usageMetadata").map(Self.usage)
        return EmbeddingResponse(vectors: vectors, usage: usage?.ofInputAlone)
    }
}
