package import FoundationEssentials
package import TuttiCore

/// How a provider that has embeddings is asked for them. Values in, values out, as in ``ModelDialect``.
package protocol EmbeddingDialect: ModelDialect {
    /// The request on the wire.
    ///
    /// - Throws: ``ModelError`` `bad_request` that names the field, the rule and the way out.
    func encode(_ request: EmbeddingRequest) throws(ModelError) -> WireRequest

    /// Reads an answer with a status of success.
    ///
    /// - Throws: ``ModelError``: the failure that the body tells of, or `malformed_answer`.
    func decode(_ body: JSONValue, for request: EmbeddingRequest) throws(ModelError) -> EmbeddingResponse
}

extension EmbeddingDialect {
    /// Reads an answer from its bytes.
    ///
    /// - Throws: as ``decode(_:for:)``; ``ModelError`` `answer_too_large`.
    package func decode(_ bytes: Data, for request: EmbeddingRequest) throws(ModelError) -> EmbeddingResponse {
        guard bytes.count <= EmbeddingResponse.bytesMax else {
            throw .tooLarge(name, "bytes of vectors", EmbeddingResponse.bytesMax)
        }
        guard let body = try? WireJSON.read(bytes), case .object = body else {
            throw .malformed(name, "its body is no JSON object")
        }
        return try decode(body, for: request)
    }
}
