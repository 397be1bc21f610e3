/// What `OLLAMA_HOST` says, which Ollama itself reads as the place to listen at: `127.0.0.1:11434`, `:8000`, `0.0.0.0`
/// or a URL.
enum OllamaHost {
    static let port = "11434"

    /// The base URL for a client of the same machine.
    static func url(_ text: String) -> String {
        guard !text.contains("://") else { return text }
        let place = text.split(separator: "/", maxSplits: 1)
        let path = place.count == 2 ? "/\(place[1])" : ""
        var host = place.first.map { String($0) } ?? ""
        var port = Self.port
        // An IPv6 address has its colons in brackets.
        if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") {
            port = String(host[host.index(after: colon)...])
            host = String(host[..<colon])
        }
        // Whoever listens everywhere is found here, too.
        if ["", "0.0.0.0", "[::]"].contains(host) { host = "127.0.0.1" }
        return "http://\(host):\(port)\(path)"
    }
}
