import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

/// The cookies of people who use the dashboard.
///
/// The tokens are in cookies that no script of a page can read. Over https their names begin with `__Host-`, which no
/// neighbouring domain can set (RFC 6265bis, section 4.1.3.2); over http, on one's own machine, they carry the port,
/// since all servers of a machine share its cookies. A write has to bring a token that only a page of ours can have: it
/// is derived from the access token, which a page of others can send but not read.
struct LoginCookies: Sendable {
    /// Whether the caller came over https, to us or to the proxy before us.
    let isSecure: Bool
    let port: Int

    private func name(_ word: String) -> String { isSecure ? "__Host-tutti_\(word)" : "tutti_\(word)_\(port)" }

    var accessName: String { name("access") }
    var refreshName: String { name("refresh") }
    var pageName: String { name("page") }
    /// Where a login at another issuer has begun.
    var loginName: String { name("login") }

    /// The field that a write brings.
    static let field = "X-CSRF-Token"

    /// What the page of an access token brings with its writes.
    static func pageToken(of accessToken: String) -> String { Digest.sha256Hex("page|\(accessToken)") }

    // MARK: Reading

    /// The value of a cookie.
    ///
    /// - Throws: a ``Problem`` when it comes twice: somebody else has planted one of them.
    func value(_ name: String, in headers: HTTPHeaders) throws(Problem) -> String? {
        var found: String?
        for field in headers.values(of: "Cookie") {
            for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = Substring(pair)
                guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
                let known = pair[..<equals].drop { $0 == " " }
                guard known == name else { continue }
                guard found == nil else {
                    throw Problem(
                        400, "bad_cookie", "the cookie '\(name)' came twice; remove the cookies of this site and log in"
                    )
                }
                found = String(pair[pair.utf8.index(after: equals)...])
            }
        }
        return found?.isEmpty == true ? nil : found
    }

    // MARK: Setting

    /// Gives a browser what a login has brought.
    func set(_ login: Login, in headers: inout HTTPHeaders) {
        let (access, refresh) = (login.accessToken.revealed, login.refreshToken.revealed)
        let seconds = login.lifetime.components.seconds
        let days = Accounts.sessionLifetime.components.seconds
        headers.add("Set-Cookie", cookie(accessName, access, maxAge: seconds, isHidden: true))
        headers.add("Set-Cookie", cookie(refreshName, refresh, maxAge: days, isHidden: true))
        headers.add("Set-Cookie", cookie(pageName, Self.pageToken(of: access), maxAge: seconds, isHidden: false))
    }

    func clear(in headers: inout HTTPHeaders) {
        for (name, isHidden) in [(accessName, true), (refreshName, true), (pageName, false)] {
            headers.add("Set-Cookie", cookie(name, "", maxAge: 0, isHidden: isHidden))
        }
    }

    /// - Parameter sameSite: `Lax` for what has to come along when another site sends the browser back here.
    func cookie(
        _ name: String, _ value: String, maxAge: Int64, isHidden: Bool, sameSite: String = "Strict"
    ) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(maxAge); SameSite=\(sameSite)" + (isHidden ? "; HttpOnly" : "")
            + (isSecure ? "; Secure" : "")
    }
}

extension RouteRequest {
    /// The cookies of whoever asks.
    ///
    /// - Parameter port: of the server.
    func cookies(_ port: Int) -> LoginCookies { LoginCookies(isSecure: origin.isSecure, port: port) }
}
