import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// Logging in by another issuer: `/auth/oauth/*`.
struct LoginRoutes: Sendable {
    let access: ServerAccess
    let port: @Sendable () -> Int
    let clock: any Timekeeper

    var all: [Route] {
        [
            providers, begin("/auth/oauth/{provider}/login", "beginLogin"),
            finish("/auth/oauth/{provider}/callback", "finishLogin"),
            // As an older gateway has it.
            begin("/auth/google", "beginGoogleLogin", at: "google"),
            finish("/auth/google/callback", "finishGoogleLogin", at: "google"),
        ]
    }

    struct ProvidersView: Codable, Sendable {
        var providers: [String]
        /// Whether anybody may make an account.
        var openRegistration: Bool
        /// Whether there is nobody yet, and the next one is the owner.
        var needsFirstAccount: Bool
        /// Whether the first account needs the setup code from the log.
        var needsSetupCode: Bool
        /// Whether nobody has to log in, since only this machine reaches the server.
        var local: Bool
    }

    private var providers: Route {
        Route(
            .get, "/api/v1/auth/providers", "listLoginProviders", .identity, "Tells how one can log in.",
            aliases: ["/auth/providers"], answers: [.json(200, ProvidersView.self, "The ways.")]
        ) { request in
            let hasUsers = try await access.accounts.hasUsers()
            return try request.secretAnswer(
                ProvidersView(
                    providers: access.openID.map(\.name), openRegistration: access.registration.isOpen,
                    needsFirstAccount: !hasUsers, needsSetupCode: !hasUsers && access.registration.needsSetupCode,
                    local: try await access.isLocal()))
        }
    }

    private static let provider = Parameter<String>.path("provider", "The issuer's name here.") { $0 }

    /// - Parameter fixed: the issuer of an address that names none.
    private func provider(_ request: RouteRequest, _ fixed: String?) throws -> any LoginProvider {
        let name = try fixed ?? request[Self.provider]
        guard let provider = access.openID.first(where: { $0.name == name }) else {
            throw Problem(404, "provider_not_found", "nobody logs in by this issuer here; see /auth/providers")
        }
        return provider
    }

    private func redirect(_ request: RouteRequest, _ provider: any LoginProvider, _ fixed: String?) -> String {
        request.origin.page + (fixed.map { "/auth/\($0)/callback" } ?? "/auth/oauth/\(provider.name)/callback")
    }

    // MARK: There

    private static let loginSeconds: Int64 = 600

    private func begin(_ path: String, _ id: String, at fixed: String? = nil) -> Route {
        Route(
            .get, path, id, .identity, "Sends the browser to an issuer, to log in there.",
            parameters: fixed == nil ? [Self.provider.description] : [],
            answers: [
                .empty(303, "Where the browser goes."), .problem(404, "There is no such issuer."),
                .problem(502, "The issuer cannot be asked."),
            ]
        ) { request in
            let provider = try provider(request, fixed)
            let begun: LoginBegun
            do throws(LoginProviderError) {
                begun = try await provider.begin(redirect: redirect(request, provider, fixed), at: clock.now())
            } catch {
                throw Problem(502, error.code, error.message)
            }
            let cookies = request.cookies(port())
            return ServerResponse(
                status: 303,
                headers: [
                    "Location": begun.url, "Cache-Control": "no-store",
                    // It has to come along when the issuer sends the browser back.
                    "Set-Cookie": cookies.cookie(
                        cookies.loginName, begun.kept.revealed, maxAge: Self.loginSeconds, isHidden: true,
                        sameSite: "Lax"),
                ])
        }
    }

    // MARK: And back

    private static let code = Parameter<String?>.text("code", "What the issuer gives.", lengthMax: 1024)
    private static let state = Parameter<String?>.text("state", "What was given to the issuer.", lengthMax: 512)
    private static let issuer = Parameter<String?>.text("iss", "The issuer.", lengthMax: 512)
    private static let error = Parameter<String?>.text("error", "Why the issuer gives nothing.", lengthMax: 200)
    /// What issuers add, and nobody needs.
    private static let others = [
        "error_description", "error_uri", "session_state", "scope", "authuser", "prompt", "hd",
    ]
    .map { Parameter<String?>.text($0, "Not used.", lengthMax: 200).description }

    private func finish(_ path: String, _ id: String, at fixed: String? = nil) -> Route {
        let answered = [Self.code, Self.state, Self.issuer, Self.error].map(\.description)
        return Route(
            .get, path, id, .identity, "Takes the browser back from an issuer, and begins a session.",
            parameters: (fixed == nil ? [Self.provider.description] : []) + answered + Self.others,
            answers: [.empty(303, "To the dashboard."), .problem(404, "There is no such issuer.")]
        ) { request in
            let provider = try provider(request, fixed)
            let cookies = request.cookies(port())
            let answer = LoginAnswer(
                code: try request[Self.code], state: try request[Self.state] ?? "", issuer: try request[Self.issuer],
                error: try request[Self.error])
            let kept = try cookies.value(cookies.loginName, in: request.request.headers) ?? ""
            var response = ServerResponse(status: 303, headers: ["Cache-Control": "no-store"])
            response.headers.add("Set-Cookie", cookies.cookie(cookies.loginName, "", maxAge: 0, isHidden: true))
            do {
                let login = try await login(provider, SecretText(kept), answer, request)
                cookies.set(login, in: &response.headers)
                response.headers.set("Location", to: "/")
            } catch let error as LoginProviderError {
                // A person sits there: the page says it in words.
                response.headers.set("Location", to: "/login?error=\(error.code)")
            } catch let error as AccountError {
                response.headers.set("Location", to: "/login?error=\(error.code)")
            }
            return response
        }
    }

    private func login(
        _ provider: any LoginProvider, _ kept: SecretText, _ answer: LoginAnswer, _ request: RouteRequest
    ) async throws -> Login {
        let identity = try await provider.finish(kept: kept, answer: answer, at: clock.now())
        return try await access.accounts.login(
            issuer: identity.issuer, subject: identity.subject,
            email: identity.emailVerified ? identity.email : nil, name: identity.name, under: access.registration,
            from: request.visit)
    }
}
