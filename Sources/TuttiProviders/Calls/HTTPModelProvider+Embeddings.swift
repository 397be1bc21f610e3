import FoundationEssentials
import TuttiHTTP
import TuttiHTTPClient
public import TuttiModels

extension HTTPModelProvider: EmbeddingProvider {
    /// Turns each input into a vector, all in one call. When the task is cancelled, the connection is closed at once.
    ///
    /// - Throws: ``ModelError``, `bad_request` when the provider has no embeddings; `CancellationError`.
    public func embed(_ request: EmbeddingRequest) async throws -> EmbeddingResponse {
        guard let dialect = dialect as? any EmbeddingDialect else {
            throw ModelError.withoutEmbeddings(dialect.name)
        }
        var wire = try dialect.encode(request)
        wire.headers.append(WireRequest.Header("accept", "application/json"))
        let call = try await begin(wire, at: base.text, method: .post, bodySizeMax: EmbeddingResponse.bytesMax)
        return try dialect.decode(try await whole(call), for: request)
    }
}
