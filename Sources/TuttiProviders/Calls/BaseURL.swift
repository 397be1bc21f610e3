/// Where a provider is: scheme, host, and the beginning of all paths.
package struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at its end.
    package let text: String
    /// The host as it was written, without a port.
    let host: String

    /// - Parameters:
    ///   - text: such as `https://host/v1`.
    ///   - path: what is added when the URL has none.
    /// - Throws: ``BaseURLProblem``, which never shows the text: somebody may have put a password into it.
    package init(_ text: String, defaultPath path: String = "") throws(BaseURLProblem) {
        guard text.utf8.count <= Self.sizeMax, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw BaseURLProblem("must have at most \(Self.sizeMax) visible ASCII characters")
        }
        guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            throw BaseURLProblem("must begin with http:// or https://")
        }
        let rest = text.dropFirst(scheme.count)
        guard !rest.contains(where: { "?#".contains($0) }) else {
            throw BaseURLProblem("must end with the path, without '?' and '#'")
        }
        let place = rest.prefix { $0 != "/" }
        guard !place.contains("@") else {
            throw BaseURLProblem("holds a name or password; give the key apart from the URL")
        }
        host = Self.host(of: place)
        guard !host.isEmpty else { throw BaseURLProblem("names no host") }
        var ownPath = rest.dropFirst(place.count)
        while ownPath.last == "/" { ownPath.removeLast() }
        self.text = scheme + place + (ownPath.isEmpty ? path : String(ownPath))
    }

    private static let sizeMax = 2048

    private static func host(of place: Substring) -> String {
        if place.first == "[" { return String(place.prefix { $0 != "]" }) + "]" }
        return String(place.prefix { $0 != ":" }).lowercased()
    }

    /// Whether the host is this machine, which no proxy can reach.
    var isLoopback: Bool { host == "localhost" || host == "[::1]" || host.hasPrefix("127.") }

    /// The URL.
    package var description: String { text }
}

/// Why a text is no base URL, to stand behind its name.
package struct BaseURLProblem: Error, Hashable, Sendable {
    package let reason: String

    init(_ reason: String) { self.reason = reason }
}
