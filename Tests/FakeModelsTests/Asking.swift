import FakeModels
import TuttiCore

/// A question in the words of a dialect.
struct Question {
    var dialect = ModelCall.Dialect.chat
    var model = "mock-model"
    var text = "hi"
    var isStreamed = false
    var wantsUsage = true
    var token: String?
    var headers: [String: String] = [:]
    /// Members of the body besides the usual ones.
    var more: [String: JSONValue] = [:]

    var body: JSONValue {
        let message: JSONValue = ["role": "user", "content": .string(text)]
        var members: [String: JSONValue] =
            switch dialect {
            case .chat:
                [
                    "model": .string(model), "messages": [message], "stream": .bool(isStreamed),
                    "stream_options": ["include_usage": .bool(wantsUsage)],
                ]
            case .anthropic:
                [
                    "model": .string(model), "messages": [message], "stream": .bool(isStreamed), "max_tokens": 100,
                ]
            case .gemini: ["contents": [["role": "user", "parts": [["text": .string(text)]]]]]
            }
        members.merge(more) { $1 }
        return .object(members)
    }

    private var path: String {
        switch dialect {
        case .chat: "/v1/chat/completions"
        case .anthropic: "/v1/messages"
        case .gemini:
            "/v1beta/models/\(model):" + (isStreamed ? "streamGenerateContent?alt=sse" : "generateContent")
        }
    }

    var bytes: String {
        let body = JSONText.write(body)
        var head = "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n"
        if dialect == .anthropic { head += "anthropic-version: 2026-10-21\r\n" }
        if let token { head += "Idempotency-Key: \(token)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return head + "\r\n" + body
    }

    static func streamed(_ dialect: ModelCall.Dialect = .chat) -> Question {
        Question(dialect: dialect, isStreamed: true)
    }
}

extension FakeModels {
    func connect() throws -> PlainSocket {
        guard let socket = PlainSocket(port: port) else { throw FakeModelsError(description: "refused") }
        return socket
    }

    /// Asks once, on a connection of its own.
    func ask(_ question: Question = Question()) throws -> RawResponse {
        let socket = try connect()
        socket.send(question.bytes)
        return RawResponse(socket)
    }

    func get(_ path: String, headers: String = "") throws -> RawResponse {
        let socket = try connect()
        socket.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\(headers)\r\n")
        return RawResponse(socket)
    }
}

extension RawResponse {
    var json: JSONValue { JSONReader.read(body) ?? .null }
    /// The events that are JSON.
    var events: [JSONValue] { data.compactMap { JSONReader.read(Array($0.utf8)) } }
}

extension JSONValue {
    /// A member of a member, or an item of a list.
    func at(_ path: any CodingKeyLike...) -> JSONValue {
        path.reduce(self) { value, step in step.step(value) ?? .null }
    }
}

/// A name or a place.
protocol CodingKeyLike { func step(_ value: JSONValue) -> JSONValue? }

extension String: CodingKeyLike { func step(_ value: JSONValue) -> JSONValue? { value[self] } }

extension Int: CodingKeyLike {
    func step(_ value: JSONValue) -> JSONValue? {
        guard case .array(let items) = value else { return nil }
        return items.indices.contains(self) ? items[self] : nil
    }
}
