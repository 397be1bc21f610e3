/// Spans of work with models, named by OpenTelemetry's conventions for generative AI.
package enum GenAISpan {
    /// What is asked of a model.
    package struct Request: Hashable, Sendable {
        /// `chat`, `generate_content`, `text_completion` or `embeddings`.
        package var operation: String
        /// By the conventions' names: `openai`, `anthropic`, `gcp.gemini`, `aws.bedrock`, …
        package var provider: String
        package var model: String
        package var maxTokens: Int64?
        package var temperature: Double?
        package var topP: Double?
        package var seed: Int64?
        package var stopSequences: [String] = []
        package var isStream = false
        /// `text` or `json`.
        package var outputType: String?
        /// The run or chat to which the call belongs.
        package var conversation: String?
        package var serverAddress: String?
        package var serverPort: Int64?

        package init(operation: String = "chat", provider: String, model: String) {
            self.operation = operation
            self.provider = provider
            self.model = model
        }
    }

    /// What the model answered.
    package struct Response: Hashable, Sendable {
        package var id: String?
        package var model: String?
        package var finishReasons: [String] = []
        /// Cached ones among them.
        package var inputTokens: Int64?
        package var outputTokens: Int64?
        package var cacheReadTokens: Int64?
        package var cacheCreationTokens: Int64?
        package var reasoningTokens: Int64?
        package var timeToFirstChunk: Duration?

        package init() {}
    }

    /// A call of a model.
    package static func inference(_ request: Request) -> SpanDraft {
        var attributes: SpanAttributes = [
            "gen_ai.operation.name": .string(request.operation), "gen_ai.provider.name": .string(request.provider),
            "gen_ai.request.model": .string(request.model),
        ]
        attributes["gen_ai.request.max_tokens"] = request.maxTokens.map { .int($0) }
        attributes["gen_ai.request.temperature"] = request.temperature.map { .double($0) }
        attributes["gen_ai.request.top_p"] = request.topP.map { .double($0) }
        attributes["gen_ai.request.seed"] = request.seed.map { .int($0) }
        if !request.stopSequences.isEmpty {
            attributes["gen_ai.request.stop_sequences"] = .strings(request.stopSequences)
        }
        if request.isStream { attributes["gen_ai.request.stream"] = true }
        attributes["gen_ai.output.type"] = request.outputType.map { .string($0) }
        attributes["gen_ai.conversation.id"] = request.conversation.map { .string($0) }
        attributes["server.address"] = request.serverAddress.map { .string($0) }
        attributes["server.port"] = request.serverPort.map { .int($0) }
        return SpanDraft("\(request.operation) \(request.model)", kind: .client, attributes: attributes)
    }

    /// What is set on the span of a call when it is answered.
    package static func attributes(of response: Response) -> SpanAttributes {
        var attributes = SpanAttributes()
        attributes["gen_ai.response.id"] = response.id.map { .string($0) }
        attributes["gen_ai.response.model"] = response.model.map { .string($0) }
        if !response.finishReasons.isEmpty {
            attributes["gen_ai.response.finish_reasons"] = .strings(response.finishReasons)
        }
        attributes["gen_ai.usage.input_tokens"] = response.inputTokens.map { .int($0) }
        attributes["gen_ai.usage.output_tokens"] = response.outputTokens.map { .int($0) }
        attributes["gen_ai.usage.cache_read.input_tokens"] = response.cacheReadTokens.map { .int($0) }
        attributes["gen_ai.usage.cache_creation.input_tokens"] = response.cacheCreationTokens.map { .int($0) }
        attributes["gen_ai.usage.reasoning.output_tokens"] = response.reasoningTokens.map { .int($0) }
        attributes["gen_ai.response.time_to_first_chunk"] = response.timeToFirstChunk.map { .double($0 / .seconds(1)) }
        return attributes
    }

    /// A run of a workflow; `run` is its identifier.
    package static func workflow(_ name: String, run: String) -> SpanDraft {
        SpanDraft(
            "invoke_workflow \(name)",
            attributes: [
                "gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": .string(name),
                "gen_ai.conversation.id": .string(run), "tutti.run.id": .string(run),
            ])
    }

    /// The work of one agent, here or on another server.
    package static func agent(_ name: String, id: String? = nil, isRemote: Bool = false) -> SpanDraft {
        var attributes: SpanAttributes = [
            "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": .string(name),
        ]
        attributes["gen_ai.agent.id"] = id.map { .string($0) }
        return SpanDraft("invoke_agent \(name)", kind: isRemote ? .client : .internal, attributes: attributes)
    }

    /// A tool that an agent uses.
    package static func tool(_ name: String, call: String? = nil) -> SpanDraft {
        var attributes: SpanAttributes = [
            "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": .string(name),
        ]
        attributes["gen_ai.tool.call.id"] = call.map { .string($0) }
        return SpanDraft("execute_tool \(name)", attributes: attributes)
    }
}
