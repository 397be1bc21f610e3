import Synchronization
import TuttiCore

/// Says what a request is answered with.
final class CallDesk: Sendable {
    private let options: FakeModels.Options
    private let script: Script
    private let board: CounterBoard

    init(options: FakeModels.Options, script: Script, board: CounterBoard) {
        self.options = options
        self.script = script
        self.board = board
    }

    /// The reply, and the call when it is one of a model.
    func answer(_ request: HTTPRequest) -> (call: ModelCall?, reply: Reply) {
        if request.method == "GET" { return (nil, list(request)) }
        guard request.method == "POST", let route = Route(request) else { return (nil, Self.notFound) }
        let body = JSONReader.read(request.body) ?? .null
        guard var call = route.speaker.call(request, body: body) else {
            return (nil, Self.plain(route.speaker.refusal(.badRequest(field: "body"))))
        }
        call.headers = request.headers
        if call.dialect == .gemini, let (model, isStreamed) = route.target {
            (call.model, call.isStreamed) = (model, isStreamed)
        }
        (call.number, call.attempt) = board.change { [call] counters in
            counters.begin(call)
            guard let token = call.token else { return (counters.requests, 1) }
            counters.tokens[token, default: Counters.TokenCount()].received += 1
            return (counters.requests, counters.tokens[token]?.received ?? 1)
        }
        var writer = ReplyWriter(answer(to: call), to: call, in: route.speaker)
        return (call, writer.write())
    }

    private func answer(to call: ModelCall) -> Answer {
        if let key = options.key, call.key != key { return .failure(.wrongKey) }
        if let models = options.models, !models.contains(call.model) { return .failure(.unknownModel) }
        return script.answer(call)
    }

    private func list(_ request: HTTPRequest) -> Reply {
        if request.path == "/fake/counters" {
            return .plain(status: 200, body: JSONText.write(board.counters.json))
        }
        guard let route = Route(list: request) else { return Self.notFound }
        if let key = options.key, route.key(in: request) != key {
            return Self.plain(route.speaker.refusal(.wrongKey))
        }
        return .plain(status: 200, body: JSONText.write(route.speaker.list(options.models ?? ["mock-model"])))
    }

    private static let notFound = Reply.plain(
        status: 404, body: #"{"error":{"message":"fake: nothing is served here","type":"invalid_request_error"}}"#)

    private static func plain(_ refusal: Refusal) -> Reply {
        .plain(status: refusal.status, headers: refusal.headers, body: JSONText.write(refusal.body))
    }

    /// What a client is told that does not speak HTTP as it is spoken here.
    static func refusal(_ failure: RequestParser.Failure) -> Reply {
        let (status, sentence) =
            switch failure {
            case .headTooLarge, .bodyTooLarge: (413, "the request is too large")
            case .lengthRequired: (411, "the body needs a Content-Length")
            case .malformed: (400, "this is not HTTP/1.1")
            }
        let text = JSONText.quote("fake: \(sentence)")
        return .plain(status: status, body: "{\"error\":{\"message\":\(text),\"type\":\"invalid_request_error\"}}")
    }
}
