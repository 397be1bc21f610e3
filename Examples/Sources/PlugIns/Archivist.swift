import Tutti

/// A provider of one's own: a type with one method. This one objects when it was shown a passage about uploads.
struct Archivist: ModelProvider {
    func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        let isKnown = request.messages.flatMap(\.content).contains { part in
            if case .text(let text) = part { text.contains("limited to 25 MB") } else { false }
        }
        let answer = isKnown ? objection : #"{"findings": []}"#
        try await tell(.text(answer))
        try await tell(.finished(.stop, native: nil))
        let usage = ModelUsage(uncachedInput: 1_000, output: 100)
        return ModelResponse(content: [.text(answer)], usage: usage)
    }

    private let objection = """
        {"findings": [{"category": "missing-limit", "title": "No limit", "severity": "high", "first_line": 3, \
        "description": "limits.md says 25 MB, the document says nothing.", "quote": "Users can upload attachments."}]}
        """
}
