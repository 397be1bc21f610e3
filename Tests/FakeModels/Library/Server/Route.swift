/// Which dialect a path belongs to.
struct Route {
    let speaker: any Speaker
    /// The model and whether it streams, where the path says so.
    var target: (model: String, isStreamed: Bool)?

    /// Where calls go.
    init?(_ request: HTTPRequest) {
        if request.path.hasSuffix("/v1/chat/completions") {
            speaker = ChatSpeaker()
        } else {
            return nil
        }
    }

    /// Where lists of models are.
    init?(list request: HTTPRequest) {
        if request.path.hasSuffix("/v1/models") {
            speaker = ChatSpeaker()
        } else {
            return nil
        }
    }

    /// The key of a request that has nothing but headers.
    func key(in request: HTTPRequest) -> String? {
        request.bearer ?? request.headers["x-api-key"] ?? request.headers["x-goog-api-key"]
    }
}
