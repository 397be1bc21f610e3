import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// Finds out who asks, by what the request shows: a bearer token, a key, a ticket, or the cookies of the dashboard.
struct Identification: Sendable {
    let access: ServerAccess
    let guardian: LocalGuard
    let origins: AllowedOrigins
    let clock: any Timekeeper

    /// What was found.
    struct Found: Sendable {
        let principal: Principal
        /// `nil` for the machine's user and for nobody.
        let credential: LiveCredential?
        /// What streams of it end with.
        var watched: LiveCredential?
        /// Why what was shown is not good; it is told only where somebody has to be known.
        var refusal: CredentialRefusal?
        let isKnown: Bool

        /// - Throws: a ``Problem`` 401.
        func requireKnown() throws(Problem) {
            if isKnown { return }
            let refusal = refusal
            if refusal?.code == AccountError.unusableCode {
                throw Problem(503, AccountError.unusableCode, refusal?.message ?? "", headers: ["Retry-After": "2"])
            }
            // RFC 6750, section 3: the error is told only to who has shown a token.
            throw Problem(
                401, refusal?.code ?? "not_authenticated",
                refusal?.message ?? "log in first, or send a token: 'Authorization: Bearer …'",
                headers: [
                    "WWW-Authenticate": refusal == nil
                        ? "Bearer realm=\"tutti\"" : "Bearer realm=\"tutti\", error=\"invalid_token\""
                ])
        }
    }

    private static let nobody = Principal(
        tenant: "", id: nil, name: "nobody", roles: [], credential: .foreign(issuer: ""))

    /// - Parameter isLocal: whether nobody has to log in.
    /// - Throws: a ``Problem`` for what must not be tried at all: cookies that were planted, writes of other pages.
    func find(_ request: ServerRequest, from origin: RequestOrigin, isLocal: Bool) async throws -> Found {
        if isLocal {
            let principal = Principal(
                tenant: access.accounts.tenant, id: nil, name: guardian.owner, roles: [User.owner],
                credential: .machine)
            return Found(principal: principal, credential: nil, watched: access.accounts.localMode, isKnown: true)
        }
        do throws(CredentialRefusal) {
            guard let credential = try await shown(request, from: origin) else {
                return Found(principal: Self.nobody, credential: nil, isKnown: false)
            }
            return Found(
                principal: credential.principal, credential: credential, watched: credential, isKnown: true)
        } catch {
            guard error.code != Self.foreignPage.code else { throw Problem(403, error.code, error.message) }
            guard error.code != Self.plantedCookie.code else { throw Problem(400, error.code, error.message) }
            return Found(principal: Self.nobody, credential: nil, refusal: error, isKnown: false)
        }
    }

    static let foreignPage = CredentialRefusal(
        "foreign_page", "the request does not come from a page of this server, or lacks its X-CSRF-Token",
        isSuspicious: true)
    static let plantedCookie = CredentialRefusal(
        "bad_cookie", "a cookie came twice; remove the cookies of this site and log in again", isSuspicious: true)

    private func shown(
        _ request: ServerRequest, from origin: RequestOrigin
    ) async throws(CredentialRefusal) -> LiveCredential? {
        let now = clock.now()
        let fields = request.headers.values(of: "Authorization")
        if let field = fields.first {
            guard fields.count == 1, let token = Self.bearer(field) else {
                throw CredentialRefusal(
                    "token_refused", "the Authorization field is read as 'Bearer TOKEN'; send one of them")
            }
            return try await access.accounts.gate.credential(bearer: token, at: now)
        }
        if let key = request.headers["X-API-Key"] {
            return try await access.accounts.gate.credential(bearer: key, at: now)
        }
        // An address gets into many logs: what stands in one is for watching, and begets nothing.
        if request.method == .get, let ticket = request.queryItems?.values(of: "ticket").first {
            return try access.tickets.redeem(ticket, at: now)
        }
        return try await cookie(request, from: origin, at: now)
    }

    /// The word is read in any case (RFC 9110, 11.1).
    private static func bearer(_ field: String) -> String? {
        if field.hasPrefix("Bearer "), !field.utf8.dropFirst(7).contains(UInt8(ascii: " ")) {
            return String(Substring(field.utf8.dropFirst(7)))
        }
        let parts = field.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true)
        guard parts.count == 2, HTTPHeaders.areEqual(String(Substring(parts[0])), "bearer") else { return nil }
        return String(Substring(parts[1]))
    }

    private func cookie(
        _ request: ServerRequest, from origin: RequestOrigin, at now: Timestamp
    ) async throws(CredentialRefusal) -> LiveCredential? {
        let cookies = LoginCookies(isSecure: origin.isSecure, port: guardian.portServed)
        let token: String?
        do throws(Problem) {
            token = try cookies.value(cookies.accessName, in: request.headers)
        } catch {
            throw Self.plantedCookie
        }
        guard let token else { return nil }
        // A browser sends cookies whoever makes it ask: only a page of ours may use them.
        if let page = request.headers["Origin"], page.lowercased() != origin.page, !origins.contains(page) {
            throw Self.foreignPage
        }
        if request.headers["Sec-Fetch-Site"] == "cross-site", request.headers["Sec-Fetch-Mode"] != "navigate" {
            throw Self.foreignPage
        }
        if !request.method.isSafe, request.headers[LoginCookies.field] != LoginCookies.pageToken(of: token) {
            throw Self.foreignPage
        }
        return try await access.accounts.gate.credential(bearer: token, at: now)
    }
}
