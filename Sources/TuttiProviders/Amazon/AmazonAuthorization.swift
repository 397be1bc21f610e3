import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiModels
import TuttiRuntime

/// Signs calls of Amazon's services, and finds the region of this machine where nobody has said one.
struct AmazonAuthorization: CallAuthorization {
    /// Where calls go.
    enum Region: Sendable {
        case known(String)
        /// What the machine says; the host of calls has ``unknownRegion`` in its place.
        case ofMachine(FreshCredential<String>)
    }

    /// No region has this name.
    static let unknownRegion = "region-of-this-machine"

    /// `nil` when calls carry an API key.
    var credential: FreshCredential<AmazonCredential>?
    let region: Region
    let clock: any Timekeeper

    func authorized(_ call: OutgoingCall) async throws -> OutgoingCall {
        var call = call
        let region = try await regionName()
        call.url = call.url.replacing(Self.unknownRegion, with: region)
        guard let credential else { return call }
        let lease = try await credential.lease()
        var headers = HTTPHeaders()
        for header in call.wire.headers { headers.add(header.name, header.value.revealed) }
        let signature = AmazonSignature(by: lease.value, region: region, service: "bedrock")
        let request = AmazonSignature.Request(call.method, call.url, headers: headers, body: Array(call.wire.body))
        for field in signature.headers(for: request, at: clock.now()) {
            call.wire.headers.append(WireRequest.Header(field.name, secret: SecretText(field.value)))
        }
        call.credential = lease.number
        return call
    }

    func renew(after call: OutgoingCall) async -> Bool { credential?.renew(after: call.credential) ?? false }

    private func regionName() async throws -> String {
        switch region {
        case .known(let name): name
        case .ofMachine(let machine): try await machine.lease().value
        }
    }
}
