import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels

/// Calls to whoever gives credentials: servers of this machine's own network, and services on the Internet.
///
/// What goes wrong is told by our own sentences: neither what was sent nor what came back is in them but short names.
struct CredentialCalls: Sendable {
    /// Who is asked.
    struct Place: Sendable {
        /// As messages call it.
        var name: String
        /// Whether it is beside this machine, where no proxy leads and an answer takes no time.
        var isNear = false
    }

    let outward: HTTPClient
    let straight: HTTPClient

    /// Bytes of an answer; a token has some thousand.
    static let answerBytesMax = 1 << 20
    /// Metadata servers answer at once, or are not there.
    static let near = HTTPTimeouts(
        connect: .seconds(1), firstByte: .seconds(2), idle: .seconds(2), total: .seconds(5))
    static let far = HTTPTimeouts(
        connect: .seconds(10), firstByte: .seconds(20), idle: .seconds(10), total: .seconds(30))

    /// The answer, whatever its status.
    ///
    /// - Throws: ``ModelError`` `unreachable`; `CancellationError`.
    func send(_ request: HTTPRequest, to place: Place) async throws -> HTTPResponse {
        var request = request
        request.bodySizeMax = Self.answerBytesMax
        request.timeouts = place.isNear ? Self.near : Self.far
        do throws(HTTPClientError) {
            return try await (place.isNear ? straight : outward).send(request)
        } catch {
            if error.reason == .cancelled { throw CancellationError() }
            throw ModelError.credentialUnreachable(
                "\(place.name) cannot be asked for a credential: \(error.message); check the network, or use a key")
        }
    }

    /// The JSON object of an answer with status 200.
    ///
    /// - Throws: ``ModelError``: `unreachable` for a status that may pass (408, 429, and above 499), else
    ///   `unauthenticated`; `CancellationError`.
    func object(_ request: HTTPRequest, from place: Place) async throws -> JSONValue {
        let response = try await send(request, to: place)
        guard response.status == 200 else { throw Self.refusal(response, place) }
        guard let value = try? WireJSON.read(Data(response.body)), case .object = value else {
            throw ModelError.noCredential(
                "the answer of \(place.name) is no JSON object; check that its address is the right one")
        }
        return value
    }

    /// What a status that is no success means.
    static func refusal(_ response: HTTPResponse, _ place: Place, word: String? = nil) -> ModelError {
        let word = word ?? Self.word(response.body)
        let sentence =
            "\(place.name) gave no credential but status \(response.status)" + (word.map { " (\($0))" } ?? "")
        if [408, 429].contains(response.status) || response.status >= 500 {
            return .credentialUnreachable(sentence + "; try again, or use a key")
        }
        return .noCredential(sentence + "; check what it was asked with: the key, the role and its rights")
    }

    /// The name of the failure, as token endpoints tell it (RFC 6749, 5.2); nothing else of a body is shown.
    private static func word(_ body: [UInt8]) -> String? {
        guard let value = try? WireJSON.read(Data(body)) else { return nil }
        let word = value["error"]?.stringValue ?? value["error"]?["status"]?.stringValue ?? value["code"]?.stringValue
        return word.flatMap { isName($0) ? $0 : nil }
    }

    /// Whether a word is the name of a failure, and no sentence or secret.
    static func isName(_ word: String) -> Bool {
        (1...40).contains(word.utf8.count)
            && word.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) || $0 == UInt8(ascii: "_") }
    }
}

/// A body as forms have it (`application/x-www-form-urlencoded`).
enum FormBody {
    static let header = HTTPHeaders.Field(name: "content-type", value: "application/x-www-form-urlencoded")

    static func bytes(_ fields: KeyValuePairs<String, String>) -> [UInt8] {
        let pairs = fields.map { "\(PercentCoding.encode($0.key))=\(PercentCoding.encode($0.value))" }
        return Array(pairs.joined(separator: "&").utf8)
    }
}
