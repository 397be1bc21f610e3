import FoundationEssentials
import TestServer
import Testing
import TuttiCore
import TuttiHTTPClient
import TuttiModels

@testable import TuttiProviders

/// Where tokens for Google come from.
@Suite struct GoogleTokenTests {
    private static let token = #"{"access_token":"planted-token","expires_in":3599,"token_type":"Bearer"}"#

    private func source(_ variables: [String: String], key: String? = nil) -> GoogleTokenSource {
        GoogleTokenSource(
            cloud: CloudEnvironment(variables), key: key.map { SecretText($0) },
            calls: CredentialCalls(outward: HTTPClient(), straight: HTTPClient()), clock: TestClock())
    }

    private func failure(_ variables: [String: String], key: String? = nil) async -> ModelError? {
        let error = await #expect(throws: ModelError.self) { try await source(variables, key: key).fetch() }
        #expect(!String(reflecting: error).contains("planted"))
        return error
    }

    private func expectToken(_ issued: IssuedCredential<SecretText>) {
        #expect(issued.value.revealed == "planted-token")
        #expect(issued.expires == Timestamp("2026-01-02T04:04:04.000Z"))
    }

    // MARK: Service accounts

    @Test func theAssertionIsThatOfOtherLibraries() throws {
        let key = try GoogleKey(Data(ServiceAccountSample.json().utf8), from: "it", isForeign: true)
        guard case .serviceAccount(let account) = key else {
            Issue.record("it is another key")
            return
        }
        #expect(try account.assertion(now: TestClock().now()) == ServiceAccountSample.assertion)
        #expect(key.project == "p-1" && account.tokenURL == "https://oauth2.googleapis.com/token")
        let signature = RSASignature.sign(
            Array(ServiceAccountSample.vendorText.utf8), pem: SecretText(ServiceAccountSample.pem))
        let written = signature.map { Data($0).base64EncodedString() }?
            .replacing("+", with: "-").replacing("/", with: "_")
        #expect(written?.filter { $0 != "=" } == ServiceAccountSample.vendorSignature.filter { $0 != "=" })
    }

    @Test func aKeyFileIsExchangedForAToken() async throws {
        let host = ModelHost { _, connection in connection.answer(Self.token) }
        let folder = try TestFolder(["key.json": ServiceAccountSample.json(tokenURL: host.url + "/token")])
        expectToken(try await source(["GOOGLE_APPLICATION_CREDENTIALS": "\(folder.path)/key.json"]).fetch())
        let asked = try #require(host.asked.first)
        #expect(asked.line == "POST /token HTTP/1.1")
        #expect(asked.headers["content-type"] == "application/x-www-form-urlencoded")
        let start = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=ey"
        #expect(asked.bodyText.hasPrefix(start))
        #expect(asked.bodyText.split(separator: ".").count == 3)
    }

    @Test(arguments: [
        (400, #"{"error":"invalid_grant","error_description":"planted"}"#, ModelErrorCode.unauthenticated),
        (401, "planted", .unauthenticated), (429, "{}", .unreachable), (503, "planted", .unreachable),
        (408, "", .unreachable), (200, "planted", .unauthenticated), (200, #"{"access_token":""}"#, .unauthenticated),
        (200, #"{"access_token":"planted\r\nx: y"}"#, .unauthenticated), (302, "", .unauthenticated),
    ])
    func theTokenServiceMayFail(status: Int, body: String, kind: ModelErrorCode) async throws {
        let host = ModelHost { _, connection in connection.answer(body, status: status) }
        let folder = try TestFolder(["key.json": ServiceAccountSample.json(tokenURL: host.url)])
        let error = await failure(["GOOGLE_APPLICATION_CREDENTIALS": "\(folder.path)/key.json"])
        #expect(error?.kind == kind && error?.classification == (kind == .unreachable ? .retry : .never))
        #expect(status != 400 || error?.message.contains("400 (invalid_grant)") == true)
    }

    @Test func keysThatAreNone() async throws {
        let whole = ServiceAccountSample.json()
        for (key, part) in [
            ("planted", "no JSON object"), ("[]", "no JSON object"),
            (#"{"type":"external_account"}"#, "external_account"),
            (#"{"type":"pl4nted"}"#, "'another'"), (#"{"type":"authorized_user"}"#, "authorized_user"),
            ("{}", "'another'"),
            (#"{"type":"service_account","client_email":"planted"}"#, "'private_key'"),
            (whole.replacing("PRIVATE KEY", with: "RSA PRIVATE KEY"), "no RSA key in PEM"),
            (whole.replacing("MIIE", with: "planted"), "no RSA key in PEM"),
            (ServiceAccountSample.json(tokenURL: "https://planted.example/token"), "'token_uri'"),
            (ServiceAccountSample.json(tokenURL: "http://127.0.0.1:1/"), "'token_uri'"),
            (ServiceAccountSample.json(tokenURL: "https://oauth2.googleapis.com.planted.example/"), "'token_uri'"),
        ] {
            let error = await failure([:], key: key)
            #expect(error?.message.contains(part) == true, "\(part): \(error?.message ?? "")")
            #expect(error?.kind == .unauthenticated)
        }
        let lost = await failure(["GOOGLE_APPLICATION_CREDENTIALS": "/nowhere/key.json"])
        #expect(lost?.message.contains("correct GOOGLE_APPLICATION_CREDENTIALS") == true)
    }

    // MARK: People and machines

    @Test func aPersonsLogin() async throws {
        let host = ModelHost { _, connection in connection.answer(Self.token) }
        let login =
            #"{"type":"authorized_user","client_id":"id","client_secret":"planted&s","refresh_token":"planted/r","#
            + #""token_uri":"\#(host.url)"}"#
        let folder = try TestFolder([".config/gcloud/application_default_credentials.json": login])
        expectToken(try await source(["HOME": folder.path]).fetch())
        expectToken(try await source(["CLOUDSDK_CONFIG": "\(folder.path)/.config/gcloud"]).fetch())
        #expect(
            host.asked.first?.bodyText == "grant_type=refresh_token&client_id=id&client_secret=planted%26s"
                + "&refresh_token=planted%2Fr")
        try folder.write(
            ".config/gcloud/application_default_credentials.json", #"{"type":"authorized_user","client_id":"planted"}"#)
        #expect(await failure(["HOME": folder.path])?.message.contains("application-default login") == true)
    }

    private func machine(_ status: Int, _ body: String, header: String? = "Metadata-Flavor: Google") -> ModelHost {
        ModelHost { _, connection in
            connection.answer(body, status: status, headers: header.map { [$0] } ?? [])
        }
    }

    private func variables(_ host: ModelHost) -> [String: String] {
        ["GCE_METADATA_HOST": String(host.url.dropFirst("http://".count))]
    }

    @Test func aMachine() async throws {
        let host = machine(200, Self.token)
        expectToken(try await source(variables(host)).fetch())
        let line = "GET /computeMetadata/v1/instance/service-accounts/default/token HTTP/1.1"
        #expect(host.asked.first?.line == line && host.asked.first?.headers["metadata-flavor"] == "Google")
        let project = machine(200, "my-project-1\n")
        let calls = CredentialCalls(outward: HTTPClient(), straight: HTTPClient())
        #expect(try await GoogleMachine(CloudEnvironment(variables(project))).project(calls) == "my-project-1")
    }

    @Test func aMachineThatGivesNone() async {
        func error(_ host: ModelHost) async -> ModelError? {
            let error = await failure(variables(host))
            #expect(host.connectionCount == 1)
            return error
        }
        // Somebody else answers at the address.
        let other = await error(machine(200, Self.token, header: nil))
        #expect(other?.message.contains("GOOGLE_APPLICATION_CREDENTIALS") == true)
        #expect(await error(ModelHost { _, connection in connection.reset() }) == other)
        #expect(await error(machine(503, "planted"))?.classification == .retry)
        let refused = await error(machine(404, "planted"))
        #expect(refused?.kind == .unauthenticated && refused?.message.contains("status 404") == true)
        #expect(await error(machine(200, "planted")) == other)
    }
}
