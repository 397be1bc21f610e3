import Synchronization
public import TuttiModels

/// A model for tests: it answers by a function, and keeps what it was asked. No network and no key.
///
/// ```swift
/// let provider = TestProvider { request in .saying("4") }
/// let model = Model("test/calculator", provider: provider)
/// ```
public final class TestProvider: ModelProvider {
    private let body: @Sendable (ModelRequest) async throws -> ModelResponse
    private let asked = Mutex<[ModelRequest]>([])

    /// A provider that answers by a function.
    public init(_ body: @escaping @Sendable (ModelRequest) async throws -> ModelResponse) { self.body = body }

    /// A provider that gives answers in their order, and fails with the last when there are no more.
    public static func listing(_ answers: [Result<ModelResponse, ModelError>]) -> TestProvider {
        let next = Atomic(0)
        return TestProvider { _ in
            let number = next.add(1, ordering: .relaxed).oldValue
            return try answers[min(number, answers.count - 1)].get()
        }
    }

    /// All requests so far, in their order.
    public var requests: [ModelRequest] { asked.withLock { $0 } }

    /// Answers, and tells each part as one event.
    public func answer(
        _ request: ModelRequest, tell: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelResponse {
        asked.withLock { $0.append(request) }
        let response = try await body(request)
        for event in response.events { try await tell(event) }
        return response
    }
}

extension ModelResponse {
    /// An answer in text, with the tokens that it is to have used.
    public static func saying(
        _ text: String, input: Int64 = 10, output: Int64 = 5, finish: FinishReason = .stop
    ) -> ModelResponse {
        ModelResponse(
            content: [.text(text)], usage: ModelUsage(uncachedInput: input, output: output), finish: finish)
    }
}
