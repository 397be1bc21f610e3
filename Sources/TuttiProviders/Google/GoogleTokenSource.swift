import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRuntime

/// Where tokens for Google's services come from: the key of the settings, the file that a variable names, the file of
/// `gcloud`, the metadata server of a machine of Google's (google-auth's `default`).
struct GoogleTokenSource: Sendable {
    let cloud: CloudEnvironment
    /// The JSON of a service account's key.
    let key: SecretText?
    let calls: CredentialCalls
    let clock: any Timekeeper

    /// A token. Files are read anew each time.
    ///
    /// - Throws: ``ModelError``; `CancellationError`.
    func fetch() async throws -> IssuedCredential<SecretText> {
        let now = clock.now()
        if let key = try knownKey() {
            let place = CredentialCalls.Place(name: "Google's token service")
            let answer = try await calls.object(try key.tokenRequest(now: now), from: place)
            return try IssuedCredential(answer, from: place, now: now)
        }
        return try await GoogleMachine(cloud).token(calls, now: now)
    }

    /// The key that is set up here, if there is one.
    ///
    /// - Throws: ``ModelError`` `unauthenticated` for one that is no key.
    func knownKey() throws(ModelError) -> GoogleKey? {
        if let key {
            return try GoogleKey(Data(key.revealed.utf8), from: "providers.vertex.key", isForeign: true)
        }
        if let path = cloud["GOOGLE_APPLICATION_CREDENTIALS"] {
            guard let json = SmallFile.read(path) else {
                throw .noCredential(
                    "the file \(path.prefix(200)) cannot be read; correct GOOGLE_APPLICATION_CREDENTIALS or the rights "
                        + "of the file")
            }
            return try GoogleKey(json, from: "the file of GOOGLE_APPLICATION_CREDENTIALS", isForeign: false)
        }
        let folder = cloud["CLOUDSDK_CONFIG"] ?? cloud["HOME"].map { $0 + "/.config/gcloud" }
        guard let json = folder.flatMap({ SmallFile.read($0 + "/application_default_credentials.json") }) else {
            return nil
        }
        return try GoogleKey(json, from: "the file of gcloud's login", isForeign: false)
    }
}

/// The metadata server of a machine of Google's (google-auth's `compute_engine/_metadata.py`).
struct GoogleMachine: Sendable {
    private let base: String

    init(_ cloud: CloudEnvironment) {
        base = "http://\(cloud["GCE_METADATA_HOST"] ?? "metadata.google.internal")/computeMetadata/v1"
    }

    private static let place = CredentialCalls.Place(name: "the machine's metadata server", isNear: true)
    private static let nothing = ModelError.noCredential(
        "Vertex AI needs a credential, and none was found: set providers.vertex.key to the JSON of a service account's "
            + "key, or GOOGLE_APPLICATION_CREDENTIALS to its file, or run: gcloud auth application-default login; no "
            + "machine of Google's gives one here")

    /// A token of the machine's service account.
    func token(_ calls: CredentialCalls, now: Timestamp) async throws -> IssuedCredential<SecretText> {
        let response = try await get("/instance/service-accounts/default/token", calls)
        guard let answer = try? WireJSON.read(Data(response.body)) else { throw Self.nothing }
        return try IssuedCredential(answer, from: Self.place, now: now)
    }

    /// The project of the machine.
    func project(_ calls: CredentialCalls) async throws -> String {
        let response = try await get("/project/project-id", calls)
        let project = CloudEnvironment.trimmed(String(decoding: response.body, as: UTF8.self))
        guard VertexConnection.isProject(project) else { throw Self.nothing }
        return project
    }

    /// Only Google's server says back who it is; another one that answers here is none.
    private func get(_ path: String, _ calls: CredentialCalls) async throws -> HTTPResponse {
        let response: HTTPResponse
        do {
            response = try await calls.send(
                HTTPRequest(.get, base + path, headers: ["metadata-flavor": "Google"]), to: Self.place)
        } catch is ModelError {
            throw Self.nothing  // nobody is there
        }
        guard response.headers["metadata-flavor"] == "Google" else { throw Self.nothing }
        guard response.status == 200 else { throw CredentialCalls.refusal(response, Self.place) }
        return response
    }
}
