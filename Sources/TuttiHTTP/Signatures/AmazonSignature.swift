package import TuttiCore

/// Signs requests as Amazon's services want it: Signature Version 4 ("Signature Version 4 signing process", AWS General
/// Reference), with all of it in headers.
package struct AmazonSignature: Sendable {
    /// Whose key signs.
    package struct Signer: Sendable, Hashable {
        /// The id of the key, which is no secret.
        package var keyID: String
        package var secret: SecretText
        /// What goes with a key that runs out.
        package var token: SecretText?

        /// A signer from its parts.
        package init(keyID: String, secret: SecretText, token: SecretText? = nil) {
            self.keyID = keyID
            self.secret = secret
            self.token = token
        }
    }

    /// How the path is written where it is signed.
    package enum PathForm: Sendable, Hashable {
        /// Encoded once more than it is sent, as all services but one want it.
        case encodedAgain
        /// As it is sent, as S3 wants it; it also wants the header `x-amz-content-sha256`.
        case asSent
    }

    /// A request as it is signed.
    package struct Request: Sendable {
        package var method: HTTPMethod
        /// Absolute and encoded, without dot segments.
        package var url: String
        /// Those of them are signed that say what the body is or begin with `x-amz-`.
        package var headers: HTTPHeaders
        package var body: [UInt8]

        /// A request from its parts.
        package init(_ method: HTTPMethod, _ url: String, headers: HTTPHeaders, body: [UInt8]) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
        }
    }

    let signer: Signer
    let region: String
    let service: String
    let pathForm: PathForm

    /// - Parameters:
    ///   - region: such as `eu-central-1`.
    ///   - service: as signatures name it, such as `bedrock`.
    package init(by signer: Signer, region: String, service: String, pathForm: PathForm = .encodedAgain) {
        self.signer = signer
        self.region = region
        self.service = service
        self.pathForm = pathForm
    }

    /// The headers to add: the date, the signature, and the token when there is one. The last two are secret.
    package func headers(for request: Request, at moment: Timestamp) -> [HTTPHeaders.Field] {
        let time = Self.time(moment)
        var added = [HTTPHeaders.Field(name: "x-amz-date", value: time)]
        if let token = signer.token { added.append(.init(name: "x-amz-security-token", value: token.revealed)) }
        let fields = signedFields(of: request, added)
        let names = fields.map(\.name).joined(separator: ";")
        let text = textToSign(canonical(request, fields), time)
        let signature = Hexadecimal.encode(Digest.hmacSHA256(text.utf8, key: key(time)))
        let value =
            "AWS4-HMAC-SHA256 Credential=\(signer.keyID)/\(scope(time)), SignedHeaders=\(names), Signature=\(signature)"
        return added + [.init(name: "authorization", value: value)]
    }

    // MARK: Steps

    /// `20260102T030405Z`
    static func time(_ moment: Timestamp) -> String {
        moment.description.prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" } + "Z"
    }

    private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }

    private func signedFields(of request: Request, _ added: [HTTPHeaders.Field]) -> [HTTPHeaders.Field] {
        let own = request.headers.fields.filter {
            let name = $0.name.lowercased()
            return name == "content-type" || name.hasPrefix("x-amz-")
        }
        let host = HTTPHeaders.Field(name: "host", value: URLParts(request.url).host)
        return (own + [host] + added).map { .init(name: $0.name.lowercased(), value: Self.plain($0.value)) }
            .sorted { $0.name < $1.name }
    }

    /// Without blanks around it, and with one where there are several.
    private static func plain(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }

    func canonical(_ request: Request, _ fields: [HTTPHeaders.Field]) -> String {
        let parts = URLParts(request.url)
        let path =
            pathForm == .asSent
            ? parts.path
            : parts.path.split(separator: "/", omittingEmptySubsequences: false).map { PercentCoding.encode($0) }
                .joined(separator: "/")
        let lines = fields.map { "\($0.name):\($0.value)\n" }.joined()
        let digest = request.headers["x-amz-content-sha256"] ?? Digest.sha256Hex(request.body)
        return [
            request.method.rawValue, path, Self.canonical(parts.query), lines,
            fields.map(\.name).joined(separator: ";"), digest,
        ].joined(separator: "\n")
    }

    /// Sorted by name and then by value, with everything encoded that has to be.
    private static func canonical(_ query: Substring) -> String {
        query.split(separator: "&").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let texts = sides.map { PercentCoding.encode(PercentCoding.decode($0) ?? String($0)) }
            return (texts[0], texts.count > 1 ? texts[1] : "")
        }.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    func textToSign(_ canonical: String, _ time: String) -> String {
        "AWS4-HMAC-SHA256\n\(time)\n\(scope(time))\n\(Digest.sha256Hex(canonical))"
    }

    private func key(_ time: String) -> [UInt8] {
        [String(time.prefix(8)), region, service, "aws4_request"].reduce(Array("AWS4\(signer.secret.revealed)".utf8)) {
            Digest.hmacSHA256($1.utf8, key: $0)
        }
    }
}

/// The parts of an absolute URL that are signed.
private struct URLParts {
    /// With the port unless it is the usual one.
    let host: String
    let path: String
    let query: Substring

    init(_ url: String) {
        let scheme = url.hasPrefix("https://") ? "https://" : "http://"
        let rest = url.dropFirst(scheme.count)
        let place = rest.prefix { $0 != "/" && $0 != "?" }.lowercased()
        let usual = scheme == "https://" ? ":443" : ":80"
        host = place.hasSuffix(usual) ? String(place.dropLast(usual.count)) : place
        let behind = rest.dropFirst(place.utf8.count)
        let path = behind.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        query = behind.dropFirst(path.count + 1)
    }
}
