import TuttiCore
import TuttiModels
import TuttiRuntime

/// How Google's Vertex AI is reached: where, for which project, and by whose token.
struct VertexConnection {
    private let setup: ProviderSetup

    static let provider = KnownProvider(
        name: "vertex", title: "Vertex AI", address: "", path: "", keyVariables: [],
        addressVariables: ["GOOGLE_VERTEX_BASE_URL"], signVariables: ["GOOGLE_APPLICATION_CREDENTIALS"],
        connect: { setup throws(ModelDirectoryError) in try VertexConnection(setup: setup).make() })

    init(setup: ProviderSetup) { self.setup = setup }

    /// - Throws: ``ModelDirectoryError`` `bad_provider_setting` for a location, a project or a key that is none.
    func make() throws(ModelDirectoryError) -> ProviderConnection {
        let location =
            setup.server.location ?? setup.cloud.first("GOOGLE_CLOUD_LOCATION", "GOOGLE_LOCATION") ?? "global"
        guard location.isHostLabel else {
            throw setup.refusal(
                "location",
                "(or GOOGLE_CLOUD_LOCATION) must be global, us, eu or a region such as europe-west1; correct it")
        }
        let address = setup.server.url ?? VertexDialect.baseURL(location: location)
        try setup.checkSecrecy(of: address)
        let source = GoogleTokenSource(
            cloud: setup.cloud, key: setup.server.key, calls: setup.calls, clock: setup.clock)
        let project = try knownProject(source)
        let authorization = setup.authorization {
            VertexAuthorization(
                token: BearerAuthorization(clock: setup.clock) { try await source.fetch() },
                project: project == nil ? machineProject : nil)
        }
        return ProviderConnection(
            dialect: VertexDialect(project: project ?? VertexAuthorization.unknownProject, location: location),
            address: address, authorization: authorization)
    }

    /// What is set counts first, then what the key itself says, then variables.
    private func knownProject(_ source: GoogleTokenSource) throws(ModelDirectoryError) -> String? {
        let key: GoogleKey?
        do throws(ModelError) {
            key = try source.knownKey()
        } catch {
            throw ModelDirectoryError(.setting, error.message)
        }
        let byKey = setup.server.key == nil ? nil : key?.project
        let project =
            setup.server.project ?? byKey ?? setup.cloud.first("GOOGLE_CLOUD_PROJECT", "GOOGLE_PROJECT_ID")
            ?? key?.project
        if project == nil, key != nil {
            throw setup.refusal("project", "(or GOOGLE_CLOUD_PROJECT) must name the project that pays; set it")
        }
        guard let project else { return nil }
        guard Self.isProject(project) else {
            throw setup.refusal(
                "project", "(or GOOGLE_CLOUD_PROJECT) must be the id of a project, such as my-project-1; correct it")
        }
        return project
    }

    private var machineProject: FreshCredential<String> {
        let (machine, calls) = (GoogleMachine(setup.cloud), setup.calls)
        return FreshCredential(.bearer, clock: setup.clock) {
            IssuedCredential(value: try await machine.project(calls), isFixed: true)
        }
    }

    /// Whether a text can be the id of a project (Resource Manager, "Creating and managing projects"); those of
    /// domains, such as `example.com:project`, and numbers are among them.
    static func isProject(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "-.:".utf8.contains($0)
            } && text.utf8.contains { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }
}
