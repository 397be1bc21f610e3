import FoundationEssentials
import TuttiModels
import TuttiRuntime

/// Shows Vertex AI who asks by a token, and finds the project of this machine where nobody has said one.
struct VertexAuthorization: CallAuthorization {
    /// Stands in the path where the project is not known; ids of projects have no more than 30 characters.
    static let unknownProject = "the-project-of-this-machine-as-it-says"

    let token: BearerAuthorization
    /// `nil` when the project is known.
    let project: FreshCredential<String>?

    func authorized(_ call: OutgoingCall) async throws -> OutgoingCall {
        var call = call
        if let project {
            call.url = call.url.replacing(Self.unknownProject, with: try await project.lease().value)
        }
        return try await token.authorized(call)
    }

    func renew(after call: OutgoingCall) async -> Bool { await token.renew(after: call) }
}
