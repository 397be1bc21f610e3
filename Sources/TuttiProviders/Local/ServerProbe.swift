import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels

/// Finds out which model server answers at a place, if any.
struct ServerProbe {
    let url: String
    let client: HTTPClient
    let patience: Duration

    /// The most bytes of an answer that are looked at.
    static let answerBytesMax = ModelListPage.bytesMax

    func identify() async -> LocalServer? {
        guard let answer = await get("/v1/models") else { return nil }
        let dialect = ChatDialect(ChatFlavor(name: "local", baseURL: nil))
        var page = ModelListPage()
        var refusal: Int?
        switch answer.status {
        case 200:
            guard let list = try? dialect.list(Data(answer.body)) else { return nil }
            page = list
        case 401, 403, 503: refusal = answer.status  // wants a key, or reads its model still
        default: return nil
        }
        guard let name = await name(of: page.owners), let known = KnownProvider.named(name) else { return nil }
        var server = LocalServer(provider: name, url: url + known.path, models: page.models)
        server.problem = refusal.map {
            ChatDialect(ChatFlavor(name: name, baseURL: nil)).error(
                status: $0, headers: WireHeaders(), body: Data(answer.body), now: Timestamp(milliseconds: 0))
        }
        return server
    }

    /// By who it says has made its models, which three of them say of all; else by what only one of them answers.
    private func name(of owners: Set<String>) async -> String? {
        let byOwner = ["llamacpp": "llamacpp", "vllm": "vllm", "organization_owner": "lmstudio"]
        if let name = owners.sorted().lazy.compactMap({ byOwner[$0] }).first { return name }
        if await json("/api/version")?["version"]?.stringValue != nil { return "ollama" }
        if await json("/props")?["default_generation_settings"] != nil { return "llamacpp" }
        if await json("/version")?["version"]?.stringValue != nil { return "vllm" }
        if case .array? = await json("/api/v0/models")?["data"] { return "lmstudio" }
        return nil
    }

    private func json(_ path: String) async -> JSONValue? {
        guard let answer = await get(path), answer.status == 200 else { return nil }
        return try? CanonicalJSON.decode(JSONValue.self, from: Data(answer.body))
    }

    private func get(_ path: String) async -> HTTPResponse? {
        let limits = HTTPTimeouts(connect: patience, firstByte: patience, idle: patience, total: patience)
        return try? await client.send(
            HTTPRequest(.get, url + path, timeouts: limits, bodySizeMax: Self.answerBytesMax))
    }
}
