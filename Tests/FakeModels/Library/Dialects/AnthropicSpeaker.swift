import TuttiCore

/// Messages, as Anthropic speaks them, in both versions.
struct AnthropicSpeaker: Speaker {
    let lineEnd = Fault.LineEnd.lf

    func call(_ request: HTTPRequest, body: JSONValue) -> ModelCall? {
        guard let model = body["model"]?.stringValue, case .array? = body["messages"],
            body["max_tokens"]?.intValue != nil, request.headers["anthropic-version"] != nil
        else { return nil }
        let texts = ModelCall.texts(in: body["system"]) + ModelCall.texts(in: body["messages"])
        var call = ModelCall(
            dialect: .anthropic, model: model, isStreamed: body["stream"] == .bool(true),
            key: request.headers["x-api-key"] ?? request.bearer, prompt: texts.joined(separator: "\n"), body: body)
        call.schema = body["output_config"]?["format"]?["schema"]
        if let name = body["tool_choice"]?["name"]?.stringValue, case .array(let tools)? = body["tools"] {
            let tool = tools.first { $0["name"]?.stringValue == name }
            call.forcedTool = tool.map { .init(name: name, schema: $0["input_schema"] ?? [:]) }
        }
        return call
    }

    // MARK: An answer

    func whole(_ answer: Answer, to call: ModelCall) -> JSONValue {
        let content = answer.parts.enumerated().map { index, part -> JSONValue in
            switch part {
            case .thought(let text): ["type": "thinking", "thinking": .string(text), "signature": .string(seal(call))]
            case .text(let text): ["type": "text", "text": .string(text)]
            case .tool(let name, let arguments): tool(name, index, call, input: JSONReader.read(Array(arguments.utf8)))
            }
        }
        let usage = answer.usage(of: call)
        return message(
            call, content: content, stop: .string(stopReason(answer)), usage: answer.hasUsage ? counted(usage) : nil)
    }

    func stream(_ answer: Answer, to call: ModelCall) -> [StreamEvent] {
        let usage = answer.usage(of: call)
        var begun = usage
        (begun.output, begun.reasoning) = (min(1, usage.output), 0)
        let start = message(call, content: [], stop: .null, usage: answer.hasUsage ? counted(begun) : nil)
        var events = [event("message_start", ["message": start]), event("ping", [:])]
        for (index, part) in answer.parts.enumerated() { events += block(part, index, answer, call) }
        if answer.hasUsage, answer.repeatsUsage {
            // What is counted so far, with what was told before.
            var half = usage
            half.output = usage.output / 2
            half.reasoning = min(usage.reasoning, half.output)
            events.append(delta(stop: .null, usage: counted(half)))
        }
        let last: JSONValue = answer.repeatsUsage ? counted(usage) : ["output_tokens": .number(usage.output)]
        events.append(delta(stop: .string(stopReason(answer)), usage: answer.hasUsage ? last : nil))
        events.append(event("message_stop", [:], kind: .ending))
        return events
    }

    /// The events of one block, from its start to its stop.
    private func block(_ part: Answer.Part, _ index: Int, _ answer: Answer, _ call: ModelCall) -> [StreamEvent] {
        let (start, name, member, text): (JSONValue, String, String, String) =
            switch part {
            case .thought(let text):
                (["type": "thinking", "thinking": "", "signature": ""], "thinking_delta", "thinking", text)
            case .text(let text): (["type": "text", "text": ""], "text_delta", "text", text)
            case .tool(let name, let arguments):
                (tool(name, index, call, input: [:]), "input_json_delta", "partial_json", arguments)
            }
        var events = [event("content_block_start", ["index": .number(index), "content_block": start])]
        func add(_ kind: StreamEvent.Kind, _ delta: JSONValue) {
            events.append(event("content_block_delta", ["index": .number(index), "delta": delta], kind: kind))
        }
        for piece in answer.pieces(of: text) {
            add(.content, ["type": .string(name), member: .string(String(piece))])
        }
        if case .thought = part { add(.frame, ["type": "signature_delta", "signature": .string(seal(call))]) }
        events.append(event("content_block_stop", ["index": .number(index)]))
        return events
    }

    private func delta(stop: JSONValue, usage: JSONValue?) -> StreamEvent {
        var members: [String: JSONValue] = ["delta": ["stop_reason": stop, "stop_sequence": .null]]
        members["usage"] = usage
        return event("message_delta", members, kind: .ending)
    }

    private func event(
        _ name: String, _ members: [String: JSONValue], kind: StreamEvent.Kind = .frame
    ) -> StreamEvent {
        let data = members.merging(["type": .string(name)]) { first, _ in first }
        return StreamEvent(kind: kind, name: name, data: JSONText.write(.object(data)))
    }

    private func message(_ call: ModelCall, content: [JSONValue], stop: JSONValue, usage: JSONValue?) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string("msg_\(call.number)"), "type": "message", "role": "assistant", "model": .string(call.model),
            "content": .array(content), "stop_reason": stop, "stop_sequence": .null,
        ]
        members["usage"] = usage
        return .object(members)
    }

    private func tool(_ name: String, _ index: Int, _ call: ModelCall, input: JSONValue?) -> JSONValue {
        [
            "type": "tool_use", "id": .string("toolu_\(call.number)_\(index)"), "name": .string(name),
            "input": input ?? [:],
        ]
    }

    private func seal(_ call: ModelCall) -> String { "seal-\(call.number)" }

    private func stopReason(_ answer: Answer) -> String {
        switch answer.ending {
        case .natural: answer.hasTools ? "tool_use" : "end_turn"
        case .length: "max_tokens"
        case .filtered: "refusal"
        }
    }

    private func counted(_ usage: TokenUsage) -> JSONValue {
        [
            "input_tokens": .number(usage.uncached), "cache_read_input_tokens": .number(usage.cacheRead),
            "cache_creation_input_tokens": .number(usage.cacheWrite), "output_tokens": .number(usage.output),
            "output_tokens_details": ["thinking_tokens": .number(usage.reasoning)],
        ]
    }

    // MARK: No answer

    func refusal(_ failure: Failure) -> Refusal {
        let (status, type): (Int, String) =
            switch failure {
            case .rateLimited, .quota: (429, "rate_limit_error")
            case .serverError: (500, "api_error")
            case .unavailable: (503, "api_error")
            case .overloaded: (529, "overloaded_error")
            case .wrongKey: (401, "authentication_error")
            case .unknownModel: (404, "not_found_error")
            case .contextTooLong, .badRequest: (400, "invalid_request_error")
            }
        var error: [String: JSONValue] = ["type": .string(type), "message": .string(failure.sentence)]
        if failure == .quota { error["details"] = ["error_code": "enforced_spend_limit_reached"] }
        var refusal = Refusal(
            status: status, body: ["type": "error", "error": .object(error), "request_id": "req_fake"])
        if case .rateLimited(let seconds) = failure { refusal.headers["retry-after"] = String(seconds) }
        return refusal
    }

    func failureEvent(_ failure: Failure) -> StreamEvent {
        StreamEvent(kind: .frame, name: "error", data: JSONText.write(refusal(failure).body))
    }

    func list(_ models: [String]) -> JSONValue {
        let data = models.map { model -> JSONValue in
            [
                "type": "model", "id": .string(model), "display_name": .string(model),
                "created_at": "2026-01-01T00:00:00Z",
            ]
        }
        return [
            "data": .array(data), "has_more": false, "first_id": .text(models.first), "last_id": .text(models.last),
        ]
    }
}
