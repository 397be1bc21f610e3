import TuttiHTTP
import TuttiHTTPServer

/// The pages of the dashboard, and the files that they are made of.
///
/// Each file is a route of its own, so no path can lead anywhere else.
struct DashboardRoutes: Sendable {
    let assets: WebAssets

    /// The addresses at which the page itself is given; its code shows what belongs there.
    static let pages = [
        "/", "/runs", "/runs/{run}", "/runs/{run}/steps/{key}", "/approvals", "/roundtables", "/roundtables/new",
        "/events", "/docs", "/settings",
    ]

    /// Nothing but our own files, and no code or style inside of pages.
    static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
        connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'none'
        """

    var all: [Route] {
        guard let index = assets.files.first(where: { $0.path == "index.html" }) else { return [] }
        let build = assets.build
        let pages = Self.pages.map { path in
            Route(hidden: .get, path) { _ in
                let text = String(decoding: try index.read(), as: UTF8.self)
                let page = text.split(separator: "/a/dev/", omittingEmptySubsequences: false).joined(
                    separator: "/a/\(build)/")
                return ServerResponse(
                    status: 200,
                    headers: [
                        "Content-Type": index.mediaType, "Cache-Control": "no-store",
                        "Content-Security-Policy": Self.policy,
                    ], body: .bytes(Array(page.utf8)))
            }
        }
        return pages
            + assets.files.filter { $0.path != "index.html" }.map { file in
                Route(hidden: .get, "/a/{build}/\(file.path)") { request in
                    let isThisBuild = request.request.parameters["build"] == build && build != "dev"
                    var response = request.answer(bytes: try file.read(), mediaType: file.mediaType)
                // A worker takes its policy from its own file.
                response.headers.set("Content-Security-Policy", to: Self.policy)
                    response.headers.set(
                        "Cache-Control", to: isThisBuild ? "public, max-age=31536000, immutable" : "no-cache")
                    return response
                }
            }
    }
}
