import TuttiHTTP
import TuttiHTTPServer

/// The pages of the dashboard, and the files that they are made of.
///
/// Each file is a route of its own, so no path can lead anywhere else.
struct DashboardRoutes: Sendable {
    let assets: WebAssets

    /// The addresses at which the page itself is given; its code shows what belongs there.
    static let pages = [
        "/", "/runs", "/runs/{run}", "/runs/{run}/steps/{key}", "/approvals", "/roundtables/new", "/events", "/docs",
        "/settings", "/login", "/register", "/access", "/access/{part}", "/secrets", "/audit", "/account",
        "/playground", "/providers", "/spend", "/agents",
    ]

    /// Nothing but our own files, and no code or style inside of pages.
    static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
        connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'none'
        """

    var all: [Route] {
        Self.pages.map { path in Route(hidden: .get, path) { _ in try page() } }
            + assets.files.filter { $0.path != "index.html" }.map { file in
                Route(hidden: .get, "/a/{build}/\(file.path)") { request in try answer(file, request) }
            }
    }

    /// The page, whose files are named by this state of all of them.
    @Sendable func page() throws -> ServerResponse {
        guard let index = assets.files.first(where: { $0.path == "index.html" }) else {
            throw Problem.notFound("this server has no dashboard")
        }
        let text = String(decoding: try index.read(), as: UTF8.self)
        let parts = text.split(separator: "/a/dev/", omittingEmptySubsequences: false)
        return ServerResponse(
            status: 200,
            headers: [
                "Content-Type": index.mediaType, "Cache-Control": "no-store", "Content-Security-Policy": Self.policy,
            ], body: .bytes(Array(parts.joined(separator: "/a/\(assets.build)/").utf8)))
    }

    private func answer(_ file: WebAssets.File, _ request: RouteRequest) throws -> ServerResponse {
        let isThisBuild = request.request.parameters["build"] == assets.build && assets.build != "dev"
        let zipped = request.request.headers.acceptsGzip ? file.zipped?.value : nil
        var response = request.answer(bytes: try zipped ?? file.read(), mediaType: file.mediaType)
        if zipped != nil, response.status == 200 { response.headers.set("Content-Encoding", to: "gzip") }
        response.headers.add("Vary", "Accept-Encoding")
        // A worker takes its policy from its own file.
        response.headers.set("Content-Security-Policy", to: Self.policy)
        response.headers.set("Cache-Control", to: isThisBuild ? "public, max-age=31536000, immutable" : "no-cache")
        return zipped == nil ? ByteRange.cut(response, for: request.request) : response
    }
}

extension HTTPHeaders {
    /// Whether the caller takes what is compressed (RFC 9110, 12.5.3); a weight of 0 says no.
    fileprivate var acceptsGzip: Bool {
        tokens(of: "Accept-Encoding").contains { token in
            let parts = token.lowercased().split(separator: ";").map { $0.filter { $0 != " " } }
            return parts.first == "gzip" && !parts.dropFirst().contains { $0 == "q=0" || $0.hasPrefix("q=0.000") }
        }
    }
}
