import TuttiCore
import TuttiModels

/// Writes answers as responses of OpenAI's.
struct ResponsesWriter: AnswerWriter {
    let echo: ResponsesEcho

    static let idPrefix = "resp_"

    func stream(_ stamp: AnswerStamp) -> any AnswerStream { ResponsesStream(self, stamp) }

    func whole(_ response: ModelResponse, _ stamp: AnswerStamp) -> [UInt8] {
        var output = JSONOutput()
        let items = response.content.enumerated().compactMap { ResponsesItem($1, number: $0, stamp) }
        write(stamp, ResponsesEnd(response.finish), items, response.usage, to: &output)
        return output.bytes
    }

    /// A whole response.
    ///
    /// - Parameter end: `nil` while it goes on.
    func write(
        _ stamp: AnswerStamp, _ end: ResponsesEnd?, _ items: [ResponsesItem], _ usage: ModelUsage?,
        to output: inout JSONOutput
    ) {
        output.raw("{\"id\":")
        output.string(Self.idPrefix + stamp.id)
        output.raw(",\"object\":\"response\",\"created_at\":")
        output.integer(stamp.created)
        output.raw(",\"status\":")
        output.string(end?.status ?? "in_progress")
        output.raw(",\"error\":null,\"incomplete_details\":")
        output.value(end?.reason.map { ["reason": .string($0)] } ?? .null)
        output.raw(",\"model\":")
        output.string(stamp.model)
        output.raw(",\"output\":[")
        for (index, item) in items.enumerated() {
            if index > 0 { output.raw(",") }
            item.write(isDone: true, to: &output)
        }
        output.raw("]")
        echo.write(to: &output)
        output.raw(",\"usage\":")
        if let usage { Self.write(usage, to: &output) } else { output.raw("null") }
        output.raw("}")
    }

    private static func write(_ usage: ModelUsage, to output: inout JSONOutput) {
        output.raw("{\"input_tokens\":")
        output.integer(usage.input)
        output.raw(",\"input_tokens_details\":{\"cached_tokens\":")
        output.integer(usage.cacheRead)
        output.raw(",\"cache_write_tokens\":")
        output.integer(usage.cacheWrite)
        output.raw("},\"output_tokens\":")
        output.integer(usage.output)
        output.raw(",\"output_tokens_details\":{\"reasoning_tokens\":")
        output.integer(usage.reasoning)
        output.raw("},\"total_tokens\":")
        output.integer(usage.total)
        output.raw("}")
    }
}

/// How a response has ended.
struct ResponsesEnd {
    let status: String
    /// Why it is not whole.
    let reason: String?

    init(_ finish: FinishReason) {
        switch finish {
        case .length: (status, reason) = ("incomplete", "max_output_tokens")
        case .filtered: (status, reason) = ("incomplete", "content_filter")
        default: (status, reason) = ("completed", nil)
        }
    }

    /// The event that tells of it.
    var event: String { "response." + status }
}
