/// Something that turns texts into vectors.
///
/// A provider of models that has embeddings is one of these, too:
///
/// ```swift
/// let (provider, model) = try directory.resolve("openai/NAME")
/// if let embedder = provider as? any EmbeddingProvider {
///     let answer = try await embedder.embed(EmbeddingRequest(model: model, inputs: .texts(["a", "b"])))
/// }
/// ```
public protocol EmbeddingProvider: Sendable {
    /// Turns each input into a vector. When the task is cancelled, the call is ended at the provider, too.
    ///
    /// - Throws: ``ModelError``, `bad_request` when the provider has no embeddings or does not take the request, and
    ///   `malformed_answer` for vectors that do not fit the inputs; `CancellationError`.
    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingResponse
}

extension ModelError {
    /// A provider of models that has no embeddings; its name is the one before the slash.
    package static func withoutEmbeddings(_ provider: String) -> ModelError {
        var error = ModelError(
            .badRequest, .never,
            "\(provider) has no embeddings; use a model of a provider that has, such as openai, gemini or ollama")
        error.parameter = "model"
        return error
    }
}
