import TuttiAccessHTTP
import TuttiConfiguration
import TuttiCore
import TuttiHTTPClient
import TuttiRuntime
import TuttiServer
import TuttiTerminal

/// The issuers by which people log in.
enum ConfiguredLogins {
    /// - Throws: ``InputError`` that names the setting.
    static func logins(
        _ configuration: Configuration, client: HTTPClient, clock: any Timekeeper, isMachineOnly: Bool
    ) throws(InputError) -> [any LoginProvider] {
        let issuers = configuration.values(of: ConfigurationKeys.loginIssuer)
        let clients = configuration.values(of: ConfigurationKeys.loginClient)
        let secrets = configuration.values(of: ConfigurationKeys.loginSecret)
        let domains = configuration.values(of: ConfigurationKeys.loginDomains)
        var logins: [any LoginProvider] = []
        let named = [issuers, clients, secrets, domains].flatMap(\.keys)
        for name in Set(named).sorted() {
            guard let issuer = issuers[name] ?? (name == "google" ? OpenIDProvider.googleIssuer : nil),
                let clientID = clients[name]
            else { throw InputError("login.\(name) needs an issuer and a client_id") }
            // Google gives no tokens to who cannot show one, so that every login would end in an error.
            guard name != "google" || secrets[name] != nil else {
                throw InputError("login.google needs its client_secret, or TUTTI_LOGIN_GOOGLE_CLIENT_SECRET")
            }
            guard isMachineOnly || configuration.value(of: ConfigurationKeys.serverPublicURL) != nil else {
                throw InputError(
                    "login.\(name) needs server.public_url: the address that the issuer sends people back to")
            }
            do throws(OpenIDError) {
                let provider = try OpenIDProvider(
                    name: name.replacing("_", with: "-"), issuer: issuer, clientID: clientID,
                    clientSecret: secrets[name].map { SecretText($0) },
                    allowedDomains: (domains[name] ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) })
                logins.append(OpenIDLogin(client: OpenIDClient(provider, client: client, time: clock)))
            } catch {
                throw InputError("login.\(name): \(error.message)")
            }
        }
        return logins
    }
}

/// A login by OpenID Connect.
private struct OpenIDLogin: LoginProvider {
    let client: OpenIDClient

    var name: String { client.provider.name }

    func begin(redirect: String, at time: Timestamp) async throws(LoginProviderError) -> LoginBegun {
        do throws(OpenIDError) {
            let start = try await client.authorization(redirect: redirect, at: time)
            return LoginBegun(url: start.url, kept: start.kept)
        } catch {
            throw LoginProviderError(error.code, error.message)
        }
    }

    func finish(
        kept: SecretText, answer: LoginAnswer, at time: Timestamp
    ) async throws(LoginProviderError) -> ForeignIdentity {
        guard let start = OpenIDStart(kept: kept) else {
            throw LoginProviderError("login_unknown", "this browser has begun no login; begin again")
        }
        do throws(OpenIDError) {
            guard let code = answer.code, answer.error == nil else {
                throw client.refusal(
                    answer.error ?? "", start: start, returned: answer.state, issuer: answer.issuer, at: time)
            }
            let found = try await client.finish(
                code: code, start: start, returned: answer.state, issuer: answer.issuer, at: time)
            return ForeignIdentity(
                issuer: found.issuer, subject: found.subject, email: found.email, emailVerified: found.emailVerified,
                name: found.name)
        } catch {
            throw LoginProviderError(error.code, error.message)
        }
    }
}
