/// Which dialect a request belongs to.
struct Route {
    let speaker: any Speaker
    /// The model and whether it streams, where the path says so.
    private(set) var target: (model: String, isStreamed: Bool)?

    /// Where calls go.
    init?(_ request: HTTPRequest) {
        if request.path.hasSuffix("/v1/chat/completions") {
            speaker = ChatSpeaker()
        } else if request.path.hasSuffix("/v1/messages") {
            speaker = AnthropicSpeaker()
        } else if let target = Self.geminiTarget(request) {
            speaker = GeminiSpeaker()
            self.target = target
        } else {
            return nil
        }
    }

    /// `/v1beta/models/NAME:generateContent`, or with `v1`; a stream that is no event stream is not served.
    private static func geminiTarget(_ request: HTTPRequest) -> (model: String, isStreamed: Bool)? {
        let prefixes = ["/v1beta/models/", "/v1/models/"]
        guard let prefix = prefixes.first(where: { request.path.hasPrefix($0) }),
            let colon = request.path.lastIndex(of: ":")
        else { return nil }
        let model = String(request.path[..<colon].dropFirst(prefix.count))
        switch request.path[colon...] {
        case ":generateContent": return (model, false)
        case ":streamGenerateContent" where request.query.split(separator: "&").contains("alt=sse"):
            return (model, true)
        default: return nil
        }
    }

    /// Where lists of models are. Three dialects have theirs at one place: the headers tell who asks.
    init?(list request: HTTPRequest) {
        if request.path == "/v1beta/models" {
            speaker = GeminiSpeaker()
        } else if request.path.hasSuffix("/v1/models") {
            if request.headers["x-goog-api-key"] != nil {
                speaker = GeminiSpeaker()
            } else if request.headers["anthropic-version"] != nil {
                speaker = AnthropicSpeaker()
            } else {
                speaker = ChatSpeaker()
            }
        } else {
            return nil
        }
    }

    /// The key of a request that has nothing but headers.
    func key(in request: HTTPRequest) -> String? {
        request.headers["x-api-key"] ?? request.headers["x-goog-api-key"] ?? request.bearer
    }
}
