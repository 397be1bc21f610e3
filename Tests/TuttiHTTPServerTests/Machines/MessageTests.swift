import Testing
import TuttiCore
import TuttiHTTP

@testable import TuttiHTTPServer

/// The small parts that client and server share, and what a handler sees of them.
struct MessageTests {
    @Test(
        arguments: [
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_799_999, "Wed, 28 Feb 2024 23:59:59 GMT"), (1_709_164_800_000, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (-1000, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)])
    func datesAreWrittenAndRead(milliseconds: Int64, text: String) {
        #expect(HTTPDate.text(Timestamp(milliseconds: milliseconds)) == text)
        let whole = milliseconds < 0 ? milliseconds : milliseconds / 1000 * 1000
        #expect(HTTPDate.read(text) == Timestamp(milliseconds: whole))
    }

    @Test(arguments: [
        "", "Sun, 06 Nov 1994 08:49:37", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
    ])
    func otherDatesAreNone(text: String) { #expect(HTTPDate.read(text) == nil) }

    @Test func percentsAreDecoded() {
        #expect(PercentCoding.decode("a%20b+c") == "a b+c")
        #expect(PercentCoding.decode("a%20b+c", plusIsSpace: true) == "a b c")
        #expect(PercentCoding.decode("%C3%a4") == "ä")
        for bad: Substring in ["%", "%2", "%zz", "%+1", "%ff", "%c3"] {
            #expect(PercentCoding.decode(bad) == nil, "\(bad)")
        }
        #expect(PercentCoding.encode("a b/ä~") == "a%20b%2F%C3%A4~")
    }

    @Test func queriesAreTakenApart() throws {
        let items = try #require(QueryItems("a=1&b=x%26y&a=2&c&=d&&e=f=g"))
        #expect(items.items.map { "\($0.name):\($0.value)" } == ["a:1", "b:x&y", "a:2", "c:", ":d", "e:f=g"])
        #expect(items["a"] == "1" && items["A"] == nil && items.values(of: "a") == ["1", "2"])
        #expect(QueryItems(nil)?.items == [] && QueryItems("a=%") == nil)
    }

    @Test func namesAreFoundInAnyCaseAndListsInPieces() {
        var headers: HTTPHeaders = ["Connection": "a, Upgrade ,", "CONNECTION": "\tb"]
        #expect(headers["connection"] == "a, Upgrade ,")
        #expect(headers.tokens(of: "Connection") == ["a", "Upgrade", "b"])
        #expect(headers.hasToken("upgrade", of: "Connection") && !headers.hasToken("up", of: "Connection"))
        #expect(!HTTPHeaders.areEqual("a[", "a{"))  // differ in the bit of letters, and are none
        headers.set("connection", to: nil)
        #expect(headers.fields.isEmpty)
    }

    @Test(
        arguments: [
            ("/a/b?c=d?e", "/a/b", "c=d?e"), ("/", "/", nil), ("/?", "/", ""), ("*", "*", nil),
            ("http://host", "/", nil), ("http://host?q", "/", "q"), ("HTTPS://host:1/p?q", "/p", "q"),
        ] as [(String, String, String?)])
    func targetsAreTakenApart(target: String, path: String, query: String?) {
        let request = ServerRequest(target: target)
        #expect(request.target == target && request.path == path && request.query == query)
    }

    @Test func aBodyThatIsThereIsReadAndLimited() async throws {
        #expect(try await RequestBody([1, 2, 3]).collect(upTo: 3) == [1, 2, 3])
        #expect(try await RequestBody([]).collect(upTo: 0) == [])
        let error = await #expect(throws: HTTPServerError.self) { try await RequestBody([1, 2, 3]).collect(upTo: 2) }
        #expect(error?.status == 413)
    }

    @Test func theKeyOfTheStandardHasTheAnswerOfTheStandard() {
        // RFC 6455, 1.3
        #expect(WebSocketHandshake.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func aHeadThatWouldBreakApartIsNotWritten() {
        for (name, value) in [("X", "a\r\nB: c"), ("X", "a\nb"), ("X\r\nY", "a"), ("", "a"), ("X Y", "a"), ("X", "\0")]
        {
            var bytes: [UInt8] = [1]
            let head = ResponseHead(
                status: 200, headers: ["Good": "1", name: value], framing: .length(0), keepsAlive: true, minorVersion: 1
            )
            #expect(!head.write(to: &bytes, date: []))
            #expect(bytes == [1])
        }
    }

    @Test func aHeadSaysHowItsBodyTravelsAndNothingElse() {
        let headers: HTTPHeaders = [
            "content-length": "9", "Transfer-Encoding": "x", "connection": "x", "Keep-Alive": "x", "Upgrade": "x",
            "A": "b",
        ]
        var bytes: [UInt8] = []
        let head = ResponseHead(
            status: 404, headers: headers, framing: .length(3), keepsAlive: false, minorVersion: 1)
        #expect(head.write(to: &bytes, date: Array("Date: d\r\n".utf8)))
        #expect(
            text(bytes) == "HTTP/1.1 404 Not Found\r\nA: b\r\nDate: d\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
        )
    }
}
