import TuttiCore
import TuttiModels

/// Writes answers as chat completions.
struct ChatWriter: AnswerWriter {
    /// Whether the client wants the tokens at the end of a stream (`stream_options.include_usage`).
    let tellsUsage: Bool

    /// The type of a part of `reasoning_details` that carries what a provider wants back.
    static let thoughtsType = "reasoning.sealed"
    static let idPrefix = "chatcmpl-"

    func stream(_ stamp: AnswerStamp) -> any AnswerStream { ChatStream(stamp, tellsUsage: tellsUsage) }

    func whole(_ response: ModelResponse, _ stamp: AnswerStamp) -> [UInt8] {
        var output = JSONOutput()
        Self.head("chat.completion", stamp, to: &output)
        output.raw(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":")
        let hasText = response.content.contains { if case .text = $0 { true } else { false } }
        if hasText { output.string(response.text) } else { output.raw("null") }
        output.raw(",\"refusal\":null")
        Self.thoughts(of: response, to: &output)
        Self.calls(of: response, to: &output)
        output.raw("},\"logprobs\":null,\"finish_reason\":")
        output.string(Self.word(response.finish))
        output.raw("}]")
        if let usage = response.usage {
            output.raw(",\"usage\":")
            Self.write(usage, to: &output)
        }
        output.raw("}")
        return output.bytes
    }

    /// The members that all pieces of one answer have alike; the object stays open.
    static func head(_ object: StaticString, _ stamp: AnswerStamp, to output: inout JSONOutput) {
        output.raw("{\"id\":")
        output.string(idPrefix + stamp.id)
        output.raw(",\"object\":\"")
        output.raw(object)
        output.raw("\",\"created\":")
        output.integer(stamp.created)
        output.raw(",\"model\":")
        output.string(stamp.model)
    }

    private static func thoughts(of response: ModelResponse, to output: inout JSONOutput) {
        let thoughts = response.content.compactMap { if case .reasoning(let thought) = $0 { thought } else { nil } }
        guard !thoughts.isEmpty else { return }
        output.raw(",\"reasoning_content\":")
        output.string(thoughts.map(\.text).joined())
        guard thoughts.contains(where: { $0.seal != nil }) else { return }
        output.raw(",\"reasoning_details\":[")
        for (index, thought) in thoughts.enumerated() {
            if index > 0 { output.raw(",") }
            write(thought, to: &output)
        }
        output.raw("]")
    }

    /// A thought with what its provider wants back.
    ///
    /// - Parameter index: its number in a stream: the vendor's library puts lists of pieces together by it.
    static func write(_ thought: ModelReasoning, index: Int? = nil, to output: inout JSONOutput) {
        output.raw("{")
        if let index {
            output.raw("\"index\":")
            output.integer(index)
            output.raw(",")
        }
        output.raw("\"type\":")
        output.string(thoughtsType)
        output.raw(",\"text\":")
        output.string(thought.text)
        if let seal = thought.seal {
            output.raw(",\"extra_content\":")
            SealedExtra.write(seal, to: &output)
        }
        output.raw("}")
    }

    private static func calls(of response: ModelResponse, to output: inout JSONOutput) {
        let calls = response.toolCalls
        guard !calls.isEmpty else { return }
        output.raw(",\"tool_calls\":[")
        for (index, call) in calls.enumerated() {
            if index > 0 { output.raw(",") }
            begin(call.id, call.name, call.seal, arguments: call.arguments, to: &output)
        }
        output.raw("]")
    }

    /// A tool call, whole or as its first piece; without an `index`.
    static func begin(
        _ id: String, _ name: String, _ seal: ProviderSeal?, arguments: String, to output: inout JSONOutput
    ) {
        output.raw("{\"id\":")
        output.string(id)
        output.raw(",\"type\":\"function\",\"function\":{\"name\":")
        output.string(name)
        output.raw(",\"arguments\":")
        output.string(arguments)
        output.raw("}")
        if let seal {
            output.raw(",\"extra_content\":")
            SealedExtra.write(seal, to: &output)
        }
        output.raw("}")
    }

    /// Cached tokens are among those of the prompt here, and reasoning among those of the answer.
    static func write(_ usage: ModelUsage, to output: inout JSONOutput) {
        output.raw("{\"prompt_tokens\":")
        output.integer(usage.input)
        output.raw(",\"completion_tokens\":")
        output.integer(usage.output)
        output.raw(",\"total_tokens\":")
        output.integer(usage.total)
        output.raw(",\"prompt_tokens_details\":{\"cached_tokens\":")
        output.integer(usage.cacheRead)
        output.raw(",\"cache_write_tokens\":")
        output.integer(usage.cacheWrite)
        output.raw("},\"completion_tokens_details\":{\"reasoning_tokens\":")
        output.integer(usage.reasoning)
        output.raw("}}")
    }

    static func word(_ finish: FinishReason) -> String {
        switch finish {
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .filtered: "content_filter"
        default: "stop"
        }
    }
}
