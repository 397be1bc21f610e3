import Testing
import TuttiHTTP

@testable import TuttiHTTPClient

@Suite struct RequestCheckTests {
    private func complaint(_ request: HTTPRequest) async throws -> String? {
        let error = try await withClient { client in
            await failure { () async throws(HTTPClientError) in try await client.send(request) }
        }
        #expect(error?.reason == .badRequest)
        #expect(error?.isRetryable == false)
        #expect(error?.hasAnswerBegun == false)
        return error?.message
    }

    @Test(arguments: [
        ("", "URL"), ("api.example.com/x", "scheme"), ("ftp://a/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://", "host"), ("http://a b/", "percent-encode"), ("http://a/\r\nX: y", "percent-encode"),
        ("http://a/\0", "percent-encode"), ("http://ä.example/", "xn--"), ("http://u:geheim@a/", "into a header"),
        ("http://a:99999/", "cannot be read"), ("http://[::1/", "cannot be read"),
    ])
    func badURLsAreRefused(_ url: String, _ words: String) async throws {
        let message = try await complaint(HTTPRequest(.get, url))
        #expect(message?.contains(words) == true, "\(message ?? "")")
        #expect(message?.contains("geheim") != true)
    }

    @Test func aURLThatIsTooLongIsRefused() async throws {
        let message = try await complaint(HTTPRequest(.get, "http://a/" + String(repeating: "x", count: 17_000)))
        #expect(message?.contains("no more than 16384") == true)
    }

    @Test(arguments: ["", "a b", "a:b", "a\r\nb", "ä", "a\0"])
    func badHeaderNamesAreRefused(_ name: String) async throws {
        var headers = HTTPHeaders()
        headers.add(name, "x")
        let message = try await complaint(HTTPRequest(.get, "http://127.0.0.1:1/", headers: headers))
        #expect(message?.contains("the name of a header") == true)
    }

    @Test(arguments: ["geheim\r\nX: y", "geheim\n", "\r", "geheim\0", "geheim\u{7f}", " geheim", "geheim\t"])
    func badHeaderValuesAreRefusedWithoutBeingTold(_ value: String) async throws {
        let message = try await complaint(HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["X-Key": value]))
        #expect(message?.contains("'X-Key'") == true)
        #expect(message?.contains("geheim") == false)
    }

    @Test(arguments: ["Host", "content-length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "TE"])
    func headersOfTheConnectionAreTheClients(_ name: String) async throws {
        var headers = HTTPHeaders()
        headers.add(name, "1")
        let message = try await complaint(HTTPRequest(.post, "http://127.0.0.1:1/", headers: headers))
        #expect(message?.contains("'\(name)' is set by the client") == true)
    }

    @Test func headersHaveLimits() async throws {
        var many = HTTPHeaders()
        for _ in 0...CheckedRequest.fieldsMax { many.add("a", "b") }
        #expect(
            try await complaint(HTTPRequest(.get, "http://127.0.0.1:1/", headers: many))?.contains("201 headers")
                == true)
        let large: HTTPHeaders = ["a": String(repeating: "x", count: CheckedRequest.fieldsSizeMax)]
        #expect(
            try await complaint(HTTPRequest(.get, "http://127.0.0.1:1/", headers: large))?.contains("bytes") == true)
    }

    @Test func aHeadRequestHasNoBody() async throws {
        #expect(try await complaint(HTTPRequest(.head, "http://127.0.0.1:1/", body: [1]))?.contains("HEAD") == true)
    }

    @Test func timeLimitsHaveARange() async throws {
        var timeouts = HTTPTimeouts()
        timeouts.idle = .zero
        let message = try await complaint(HTTPRequest(.get, "http://127.0.0.1:1/", timeouts: timeouts))
        #expect(message?.contains("'idle'") == true)
    }

    @Test func aRequestDescribesItselfWithoutSecrets() {
        let request = HTTPRequest(
            .post, "https://a.example/geheim?key=geheim", headers: ["Authorization": "geheim"],
            body: Array("geheim".utf8))
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped] { #expect(!text.contains("geheim"), "\(text)") }
    }

    @Test func theURLIsSentAsItIsWritten() throws {
        let url = try CheckedURL("https://Bedrock.example/model/a%3Ab:0/../x//y?q=%2F#part")
        #expect(url.text.hasSuffix("/model/a%3Ab:0/../x//y?q=%2F#part"))
        #expect(url.origin == "https://bedrock.example:443")
        #expect(url.needsLookup)
        #expect(try !CheckedURL("http://127.0.0.1/").needsLookup)
        #expect(try !CheckedURL("http://[::1]:80/").needsLookup)
        #expect(try !CheckedURL("http://localhost/").needsLookup)
    }
}
