import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRuntime

/// Amazon's service that gives the credential of a role for a while (STS, version 2011-06-15).
struct AmazonTokenService: Sendable {
    let region: String
    /// In place of the usual address.
    let address: String?
    let calls: CredentialCalls
    let clock: any Timekeeper

    private var url: String {
        let usual = "https://sts.\(region).\(BedrockDialect.domain(of: region))/"
        guard let address else { return usual }
        return address.hasSuffix("/") ? address : address + "/"
    }

    /// The role by a token that somebody else has signed; its file is read anew each time.
    ///
    /// - Throws: ``ModelError``; `CancellationError`.
    func assume(
        _ role: String, webIdentityFile file: String, session: String?
    ) async throws -> IssuedCredential<AmazonCredential> {
        guard let token = SmallFile.text(file), !token.isEmpty else {
            throw ModelError.noCredential(
                "the token in \(file.prefix(200)) cannot be read; correct AWS_WEB_IDENTITY_TOKEN_FILE or the rights of "
                    + "the file")
        }
        let body = FormBody.bytes([
            "Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": role,
            "RoleSessionName": sessionName(session), "WebIdentityToken": token,
        ])
        return try await ask(HTTPRequest(.post, url, headers: HTTPHeaders([FormBody.header]), body: body))
    }

    /// The role by the credential of somebody who may assume it.
    ///
    /// - Throws: ``ModelError``; `CancellationError`.
    func assume(
        _ role: String, by signer: AmazonCredential, session: String?, externalID: String?, seconds: String?
    ) async throws -> IssuedCredential<AmazonCredential> {
        var fields = [
            ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", sessionName(session)),
        ]
        if let externalID { fields.append(("ExternalId", externalID)) }
        if let seconds { fields.append(("DurationSeconds", seconds)) }
        let body = Array(
            fields.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&").utf8)
        var headers = HTTPHeaders([FormBody.header])
        let signature = AmazonSignature(by: signer, region: region, service: "sts")
        for field in signature.headers(for: .init(.post, url, headers: headers, body: body), at: clock.now()) {
            headers.add(field.name, field.value)
        }
        return try await ask(HTTPRequest(.post, url, headers: headers, body: body))
    }

    private func sessionName(_ name: String?) -> String { name ?? "tutti-\(clock.now().milliseconds / 1000)" }

    private func ask(_ request: HTTPRequest) async throws -> IssuedCredential<AmazonCredential> {
        let place = CredentialCalls.Place(name: "Amazon's token service (STS)")
        let response = try await calls.send(request, to: place)
        let answer = PlainXML(response.body)
        guard response.status == 200 else {
            let word = answer.text("Code").flatMap { CredentialCalls.isName($0) ? $0 : nil }
            throw CredentialCalls.refusal(response, place, word: word)
        }
        let members = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"].compactMap { name in
            answer.text(name).map { (name, JSONValue.string($0)) }
        }
        let object = JSONValue.object(Dictionary(members) { first, _ in first })
        return try IssuedCredential(object, token: "SessionToken", from: place.name)
    }
}

/// Answers in XML of which a few elements are wanted that hold a text and stand once.
struct PlainXML {
    private let document: String

    init(_ bytes: [UInt8]) { document = String(decoding: bytes, as: UTF8.self) }

    /// The text of the first element of a name.
    func text(_ name: String) -> String? {
        guard let start = document.firstRange(of: "<\(name)>")?.upperBound,
            let end = document[start...].firstRange(of: "</\(name)>")?.lowerBound
        else { return nil }
        let text = CloudEnvironment.trimmed(String(document[start..<end]))
        guard !text.contains("<") else { return nil }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&apos;", with: "'").replacing("&amp;", with: "&")
    }
}
