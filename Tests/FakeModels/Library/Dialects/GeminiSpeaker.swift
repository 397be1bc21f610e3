import FoundationEssentials
import TuttiCore

/// generateContent, as Google speaks it to developers.
struct GeminiSpeaker: Speaker {
    let lineEnd = Fault.LineEnd.crlf

    /// The model and the way of answering stand in the path; whoever reads that fills them in.
    func call(_ request: HTTPRequest, body: JSONValue) -> ModelCall? {
        guard case .array? = body["contents"] else { return nil }
        let system = Self.member(body, "systemInstruction", "system_instruction")
        let texts = ModelCall.texts(in: system) + ModelCall.texts(in: body["contents"])
        var call = ModelCall(
            dialect: .gemini, model: "", isStreamed: false, key: request.headers["x-goog-api-key"],
            prompt: texts.joined(separator: "\n"), body: body)
        let configuration = Self.member(body, "generationConfig", "generation_config")
        call.schema =
            Self.member(configuration, "responseJsonSchema", "response_json_schema")
            ?? Self.member(configuration, "responseSchema", "response_schema")
        call.forcedTool = forcedTool(body)
        return call
    }

    private func forcedTool(_ body: JSONValue) -> ModelCall.ForcedTool? {
        let rule = Self.member(
            Self.member(body, "toolConfig", "tool_config"), "functionCallingConfig", "function_calling_config")
        guard rule?["mode"] == "ANY", case .array(let tools)? = body["tools"] else { return nil }
        let names = ModelCall.list(Self.member(rule, "allowedFunctionNames", "allowed_function_names"))
        let declarations = tools.flatMap {
            ModelCall.list(Self.member($0, "functionDeclarations", "function_declarations"))
        }
        let tool = declarations.first { names.isEmpty || names.contains($0["name"] ?? .null) }
        guard let tool, let name = tool["name"]?.stringValue else { return nil }
        let schema = Self.member(tool, "parametersJsonSchema", "parameters_json_schema") ?? tool["parameters"]
        return .init(name: name, schema: schema ?? [:])
    }

    /// Both spellings of a member are taken.
    private static func member(_ value: JSONValue?, _ name: String, _ other: String) -> JSONValue? {
        value?[name] ?? value?[other]
    }

    // MARK: An answer

    func whole(_ answer: Answer, to call: ModelCall) -> JSONValue {
        let parts = answer.parts.map { part(of: $0, call) }
        let usage = answer.hasUsage ? counted(answer.usage(of: call)) : nil
        return response(call, parts: parts, finish: finish(answer), usage: usage)
    }

    func stream(_ answer: Answer, to call: ModelCall) -> [StreamEvent] {
        let parts = answer.parts.flatMap { part -> [Answer.Part] in
            switch part {
            case .thought(let text): answer.pieces(of: text).map { .thought(String($0)) }
            case .text(let text): answer.pieces(of: text).map { .text(String($0)) }
            case .tool: [part]  // comes whole
            }
        }
        let total = answer.usage(of: call)
        var events = parts.enumerated().map { index, part in
            let usage = answer.hasUsage ? counted(total.after(index + 1, of: parts.count)) : nil
            return event(.content, response(call, parts: [self.part(of: part, call)], finish: nil, usage: usage))
        }
        let usage = answer.hasUsage ? counted(total) : nil
        events.append(event(.ending, response(call, parts: [["text": ""]], finish: finish(answer), usage: usage)))
        return events
    }

    private func event(_ kind: StreamEvent.Kind, _ value: JSONValue) -> StreamEvent {
        StreamEvent(kind: kind, data: JSONText.write(value))
    }

    private func part(of part: Answer.Part, _ call: ModelCall) -> JSONValue {
        switch part {
        case .thought(let text): ["text": .string(text), "thought": true]
        case .text(let text): ["text": .string(text)]
        case .tool(let name, let arguments):
            [
                "functionCall": ["name": .string(name), "args": JSONReader.read(Array(arguments.utf8)) ?? [:]],
                "thoughtSignature": .string(Data("seal-\(call.number)".utf8).base64EncodedString()),
            ]
        }
    }

    private func response(_ call: ModelCall, parts: [JSONValue], finish: String?, usage: JSONValue?) -> JSONValue {
        var candidate: [String: JSONValue] = [
            "index": 0, "content": ["role": "model", "parts": .array(parts)],
        ]
        candidate["finishReason"] = finish.map { .string($0) }
        var members: [String: JSONValue] = [
            "candidates": [.object(candidate)], "modelVersion": .string(call.model),
            "responseId": .string("response-\(call.number)"),
        ]
        members["usageMetadata"] = usage
        return .object(members)
    }

    private func finish(_ answer: Answer) -> String {
        switch answer.ending {
        case .natural: "STOP"
        case .length: "MAX_TOKENS"
        case .filtered: "SAFETY"
        }
    }

    private func counted(_ usage: TokenUsage) -> JSONValue {
        [
            "promptTokenCount": .number(usage.input), "cachedContentTokenCount": .number(usage.cacheRead),
            "candidatesTokenCount": .number(usage.output - usage.reasoning),
            "thoughtsTokenCount": .number(usage.reasoning), "totalTokenCount": .number(usage.input + usage.output),
        ]
    }

    // MARK: No answer

    func refusal(_ failure: Failure) -> Refusal {
        let (code, status, details): (Int, String, [JSONValue]) =
            switch failure {
            case .rateLimited(let seconds):
                (429, "RESOURCE_EXHAUSTED", [detail("RetryInfo", ["retryDelay": .string("\(seconds)s")])])
            case .quota:
                (429, "RESOURCE_EXHAUSTED", [detail("QuotaFailure", ["violations": [["quotaId": "RequestsPerDay"]]])])
            case .serverError: (500, "INTERNAL", [])
            case .unavailable: (503, "UNAVAILABLE", [])
            case .overloaded: (529, "UNAVAILABLE", [])
            case .wrongKey: (400, "INVALID_ARGUMENT", [detail("ErrorInfo", ["reason": "API_KEY_INVALID"])])
            case .unknownModel: (404, "NOT_FOUND", [])
            case .contextTooLong, .badRequest: (400, "INVALID_ARGUMENT", [])
            }
        var error: [String: JSONValue] = [
            "code": .number(code), "message": .string(failure.sentence), "status": .string(status),
        ]
        if !details.isEmpty { error["details"] = .array(details) }
        return Refusal(status: code, body: ["error": .object(error)])
    }

    private func detail(_ type: String, _ members: [String: JSONValue]) -> JSONValue {
        .object(members.merging(["@type": .string("type.googleapis.com/google.rpc.\(type)")]) { first, _ in first })
    }

    func failureEvent(_ failure: Failure) -> StreamEvent {
        StreamEvent(kind: .frame, data: JSONText.write(refusal(failure).body))
    }

    func list(_ models: [String]) -> JSONValue {
        let list = models.map { model -> JSONValue in
            [
                "name": .string("models/\(model)"), "inputTokenLimit": 1_000_000, "outputTokenLimit": 65_536,
                "supportedGenerationMethods": ["generateContent", "countTokens"],
            ]
        }
        return ["models": .array(list)]
    }
}
