package import TuttiCore

/// OpenAI's embeddings, which all servers of its kind have at the same place.
extension ChatDialect: EmbeddingDialect {
    package func encode(_ request: EmbeddingRequest) throws(ModelError) -> WireRequest {
        try request.check()
        let inputs: BodyJSON =
            switch request.inputs {
            case .texts(let texts): .texts(texts)
            case .tokens(let tokens): .array(tokens.map { .array($0.map { .number($0) }) })
            }
        let body = BodyJSON.members([
            "model": .text(request.model), "input": inputs,
            "dimensions": request.dimensions.map { .number($0) },
            // A third of the bytes of numbers in digits; who does not know it sends digits.
            "encoding_format": .text("base64"),
            "user": flavor.takesNames ? request.user.map { .text($0) } : nil,
        ])
        let headers = [WireRequest.Header("content-type", "application/json")]
        return WireRequest(
            path: "/embeddings", headers: headers + (try header("authorization", prefix: "Bearer ", key)),
            body: try body.bytes())
    }

    package func decode(_ body: JSONValue, for request: EmbeddingRequest) throws(ModelError) -> EmbeddingResponse {
        if let error = failureInside(body) { throw error }
        guard case .array(let items)? = body["data"] else { throw .malformed(name, "it has no 'data'") }
        let vectors = try EmbeddingVectors(provider: name, request: request)
            .read(items.map { (index: $0.member("index"), vector: $0["embedding"] ?? .null) })
        return EmbeddingResponse(vectors: vectors, usage: body.member("usage").map(Self.usage)?.ofInputAlone)
    }
}

extension ResponsesDialect: EmbeddingDialect {
    package func encode(_ request: EmbeddingRequest) throws(ModelError) -> WireRequest { try chat.encode(request) }

    package func decode(_ body: JSONValue, for request: EmbeddingRequest) throws(ModelError) -> EmbeddingResponse {
        try chat.decode(body, for: request)
    }
}

extension ModelUsage {
    /// Vectors are no tokens, whatever a server counts.
    var ofInputAlone: ModelUsage {
        var usage = self
        usage.output = 0
        usage.reasoning = 0
        return usage
    }
}
