import TuttiCore

/// Chat completions, as OpenAI, OpenRouter and the servers on one's own machine speak them.
struct ChatSpeaker: Speaker {
    let lineEnd = Fault.LineEnd.lf

    /// A fixed time, so that equal calls have equal answers.
    private static let created = 1_790_000_000

    func call(_ request: HTTPRequest, body: JSONValue) -> ModelCall? {
        guard let model = body["model"]?.stringValue, case .array? = body["messages"] else { return nil }
        var call = ModelCall(
            dialect: .chat, model: model, isStreamed: body["stream"] == .bool(true), key: request.bearer,
            prompt: ModelCall.texts(in: body["messages"]).joined(separator: "\n"), body: body)
        call.schema = body["response_format"]?["json_schema"]?["schema"]
        call.wantsUsage = body["stream_options"]?["include_usage"] == .bool(true)
        if let name = body["tool_choice"]?["function"]?["name"]?.stringValue, case .array(let tools)? = body["tools"] {
            let tool = tools.first { $0["function"]?["name"]?.stringValue == name }
            call.forcedTool = tool.map { .init(name: name, schema: $0["function"]?["parameters"] ?? [:]) }
        }
        return call
    }

    // MARK: An answer

    func whole(_ answer: Answer, to call: ModelCall) -> JSONValue {
        var (text, thought): (String?, String?)
        var tools: [JSONValue] = []
        for part in answer.parts {
            switch part {
            case .thought(let more): thought = (thought ?? "") + more
            case .text(let more): text = (text ?? "") + more
            case .tool(let name, let arguments):
                let function: JSONValue = ["name": .string(name), "arguments": .string(arguments)]
                tools.append(["id": .string(toolID(call, tools.count)), "type": "function", "function": function])
            }
        }
        var message: [String: JSONValue] = ["role": "assistant", "content": .text(text), "refusal": .null]
        message["reasoning_content"] = thought.map { .string($0) }
        if !tools.isEmpty { message["tool_calls"] = .array(tools) }
        let choice: JSONValue = [
            "index": 0, "message": .object(message), "logprobs": .null, "finish_reason": .string(finish(answer)),
        ]
        var members: [String: JSONValue] = [
            "id": .string(id(call)), "object": "chat.completion", "created": .number(Self.created),
            "model": .string(call.model), "choices": [choice],
        ]
        if answer.hasUsage { members["usage"] = usage(answer.usage(of: call)) }
        return .object(members)
    }

    func stream(_ answer: Answer, to call: ModelCall) -> [StreamEvent] {
        let deltas = deltas(answer, call)
        let total = answer.usage(of: call)
        let all = deltas.count { $0.isContent }
        var (events, made): ([StreamEvent], Int) = ([], 0)
        func add(_ kind: StreamEvent.Kind, _ choices: String) {
            let counted: String? =
                if answer.hasUsage, answer.repeatsUsage {
                    JSONText.write(usage(total.after(made, of: all)))
                } else {
                    call.wantsUsage ? "null" : nil
                }
            events.append(chunk(kind, choices, call, usage: counted))
        }
        add(.frame, choice(#"{"role":"assistant","content":""}"#))
        for delta in deltas {
            made += delta.isContent ? 1 : 0
            add(delta.isContent ? .content : .frame, choice(delta.text))
        }
        add(.ending, choice("{}", finish: finish(answer)))
        if answer.hasUsage, call.wantsUsage {
            events.append(chunk(.ending, "", call, usage: JSONText.write(usage(total))))
        }
        events.append(StreamEvent(kind: .ending, data: "[DONE]"))
        return events
    }

    private func deltas(_ answer: Answer, _ call: ModelCall) -> [(isContent: Bool, text: String)] {
        var deltas: [(isContent: Bool, text: String)] = []
        var tools = 0
        for part in answer.parts {
            switch part {
            case .thought(let text):
                for piece in answer.pieces(of: text) {
                    deltas.append((true, "{\"reasoning_content\":\(JSONText.quote(String(piece)))}"))
                }
            case .text(let text):
                for piece in answer.pieces(of: text) {
                    deltas.append((true, "{\"content\":\(JSONText.quote(String(piece)))}"))
                }
            case .tool(let name, let arguments):
                let head = "\"index\":\(tools),\"id\":\"\(toolID(call, tools))\",\"type\":\"function\""
                let function = "{\"name\":\(JSONText.quote(name)),\"arguments\":\"\"}"
                deltas.append((false, "{\"tool_calls\":[{\(head),\"function\":\(function)}]}"))
                for piece in answer.pieces(of: arguments) {
                    let function = "{\"arguments\":\(JSONText.quote(String(piece)))}"
                    deltas.append((true, "{\"tool_calls\":[{\"index\":\(tools),\"function\":\(function)}]}"))
                }
                tools += 1
            }
        }
        return deltas
    }

    private func choice(_ delta: String, finish: String? = nil) -> String {
        "{\"index\":0,\"delta\":\(delta),\"finish_reason\":\(finish.map(JSONText.quote) ?? "null")}"
    }

    private func chunk(
        _ kind: StreamEvent.Kind, _ choices: String, _ call: ModelCall, usage: String?
    ) -> StreamEvent {
        let head = "\"id\":\"\(id(call))\",\"object\":\"chat.completion.chunk\",\"created\":\(Self.created)"
        let counted = usage.map { ",\"usage\":\($0)" } ?? ""
        let model = JSONText.quote(call.model)
        return StreamEvent(kind: kind, data: "{\(head),\"model\":\(model),\"choices\":[\(choices)]\(counted)}")
    }

    private func id(_ call: ModelCall) -> String { "chatcmpl-\(call.number)" }

    private func toolID(_ call: ModelCall, _ index: Int) -> String { "call_\(call.number)_\(index)" }

    private func finish(_ answer: Answer) -> String {
        switch answer.ending {
        case .natural: answer.hasTools ? "tool_calls" : "stop"
        case .length: "length"
        case .filtered: "content_filter"
        }
    }

    private func usage(_ usage: TokenUsage) -> JSONValue {
        var members: [String: JSONValue] = [
            "prompt_tokens": .number(usage.input), "completion_tokens": .number(usage.output),
            "total_tokens": .number(usage.input + usage.output),
            "prompt_tokens_details": [
                "cached_tokens": .number(usage.cacheRead), "cache_write_tokens": .number(usage.cacheWrite),
            ],
            "completion_tokens_details": ["reasoning_tokens": .number(usage.reasoning)],
        ]
        // OpenRouter's addition: dollars.
        members["cost"] = usage.microdollars.map { .double(Double($0) / 1_000_000) }
        return .object(members)
    }

    // MARK: No answer

    func refusal(_ failure: Failure) -> Refusal {
        let (status, type, code): (Int, String, String?) =
            switch failure {
            case .rateLimited: (429, "rate_limit_error", "rate_limit_exceeded")
            case .quota: (429, "insufficient_quota", "credit_balance_exhausted")
            case .serverError: (500, "server_error", nil)
            case .unavailable: (503, "service_unavailable_error", "server_is_overloaded")
            case .overloaded: (529, "service_unavailable_error", "server_is_overloaded")
            case .wrongKey: (401, "invalid_request_error", "invalid_api_key")
            case .unknownModel: (404, "invalid_request_error", "model_not_found")
            case .contextTooLong: (400, "invalid_request_error", "context_length_exceeded")
            case .badRequest: (400, "invalid_request_error", "invalid_value")
            }
        let error: JSONValue = [
            "message": .string(failure.sentence), "type": .string(type), "code": .text(code),
            "param": .text(failure.field),
        ]
        var refusal = Refusal(status: status, body: ["error": error])
        if case .rateLimited(let seconds) = failure { refusal.headers["retry-after"] = String(seconds) }
        return refusal
    }

    func failureEvent(_ failure: Failure) -> StreamEvent {
        StreamEvent(kind: .frame, data: JSONText.write(refusal(failure).body))
    }

    func list(_ models: [String]) -> JSONValue {
        let data = models.map { model -> JSONValue in
            ["id": .string(model), "object": "model", "created": .number(Self.created), "owned_by": "fake"]
        }
        return ["object": "list", "data": .array(data)]
    }
}
