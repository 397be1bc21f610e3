import Testing

@testable import TuttiHTTPClient

@Suite struct ServerSentEventsTests {
    /// A stream, and the events that the standard makes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let events: [ServerSentEvent]
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ events: [ServerSentEvent]) {
            self.init(name, Array(text.utf8), events)
        }

        init(_ name: String, _ bytes: [UInt8], _ events: [ServerSentEvent]) {
            (self.name, self.bytes, self.events) = (name, bytes, events)
        }
    }

    static func event(_ data: String, type: String = "message", id: String = "") -> ServerSentEvent {
        ServerSentEvent(type: type, data: data, lastEventID: id)
    }

    static let corpus: [Case] = [
        Case("nothing", "", []),
        Case("an event without its empty line is dropped", "data: a\n", []),
        Case("a line without its end is dropped", "data: a\n\ndata: b", [event("a")]),
        Case("no data is no event", "event: ping\nid: 1\n\ndata: a\n\n", [event("a", id: "1")]),
        Case("empty data is no event", "data\n\ndata:\n\n", []),
        Case("two empty data lines are a line feed", "data\ndata\n\n", [event("\n")]),
        Case("LF", "data: a\n\ndata: b\n\n", [event("a"), event("b")]),
        Case("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", [event("a"), event("b")]),
        Case("CR", "data: a\r\rdata: b\r\r", [event("a"), event("b")]),
        Case("mixed ends", "data: a\r\n\rdata: b\n\r\ndata: c\r\n\n", [event("a"), event("b"), event("c")]),
        Case("CR LF LF CR", "data: a\r\n\n\rdata: b\r\r\n", [event("a"), event("b")]),
        Case("a byte order mark", "\u{feff}data: a\n\n", [event("a")]),
        Case("only the first byte order mark", "\u{feff}\u{feff}data: a\n\n\u{feff}data: b\n\n", []),
        Case("several lines", "data: a\ndata:b\ndata:  c\n\n", [event("a\nb\n c")]),
        Case("comments", ": hello\n:\ndata: a\n: there\n\n", [event("a")]),
        Case("types end with their event", "event: x\ndata: 1\n\ndata: 2\n\n", [event("1", type: "x"), event("2")]),
        Case("the last type counts", "event: x\nevent: y\ndata: 1\n\n", [event("1", type: "y")]),
        Case(
            "ids stay", "id: 7\ndata: 1\n\ndata: 2\n\nid\ndata: 3\n\n",
            [event("1", id: "7"), event("2", id: "7"), event("3")]),
        Case(
            "an id with NUL is passed over", "id: 7\ndata: 1\n\nid: 8\0\ndata: 2\n\n",
            [event("1", id: "7"), event("2", id: "7")]),
        Case("unknown fields", "datax: 1\ndat: 2\n data: 3\nData: 4\ndata: 5\nfoo\n\n", [event("5")]),
        Case("colons in values", "data: a: b:c\ndata::d\n\n", [event("a: b:c\n:d")]),
        Case(
            "letters of several bytes", "data: é日本😀\n\nevent: ü\ndata: x\n\n",
            [event("é日本😀"), event("x", type: "ü")]),
        Case(
            "broken UTF-8", Array("data: a".utf8) + [0xff, 0xe6, 0x97] + Array("\n\n".utf8),
            [event("a\u{fffd}\u{fffd}")]),
        Case("a NUL in data", "data: a\0b\n\n", [event("a\0b")]),
        Case(
            "a model's stream",
            "event: message_start\ndata: {\"type\":\"message_start\"}\n\n: ping\n\ndata: [DONE]\n\n",
            [event("{\"type\":\"message_start\"}", type: "message_start"), event("[DONE]")]),
    ]

    @Test(arguments: corpus) func theStandardsEventsComeOutOfOnePiece(_ one: Case) throws {
        var parser = ServerSentEvents()
        #expect(try parser.push(one.bytes) == one.events)
    }

    @Test(arguments: corpus) func theyComeOutWhereverTheStreamIsCut(_ one: Case) throws {
        for first in 0...one.bytes.count {
            for second in first...one.bytes.count {
                var parser = ServerSentEvents()
                var events = try parser.push(Array(one.bytes[..<first]))
                events += try parser.push(Array(one.bytes[first..<second]))
                events += try parser.push(Array(one.bytes[second...]))
                #expect(events == one.events, "cut at \(first) and \(second)")
            }
        }
    }

    @Test(arguments: corpus) func theyComeOutByteForByte(_ one: Case) throws {
        var parser = ServerSentEvents()
        var events: [ServerSentEvent] = []
        for byte in one.bytes { events += try parser.push([byte]) }
        #expect(events == one.events)
    }

    @Test func anEventIsGivenAtItsCRWithoutWaitingForAnLF() throws {
        var parser = ServerSentEvents()
        #expect(try parser.push(Array("data: a\r\r".utf8)) == [Self.event("a")])
        #expect(try parser.push(Array("\ndata: b\r\n\r".utf8)) == [Self.event("b")])
    }

    @Test(arguments: [
        ("retry: 1500\n", Duration.milliseconds(1500)), ("retry: x\n", nil), ("retry: 1x\n", nil), ("retry\n", nil),
        ("retry: -1\n", nil), ("retry: 99999999999999999999\n", nil), ("retry: 5\nretry: y\n", .milliseconds(5)),
    ])
    func retryCountsWhenItIsANumber(_ text: String, _ expected: Duration?) throws {
        var parser = ServerSentEvents()
        _ = try parser.push(Array(text.utf8))
        #expect(parser.retry == expected)
    }

    @Test func theLastIDIsKnownAlsoOfAnEventWithoutData() throws {
        var parser = ServerSentEvents()
        _ = try parser.push(Array("id: 9\n".utf8))
        #expect(parser.lastEventID == "")
        _ = try parser.push(Array("\n".utf8))
        #expect(parser.lastEventID == "9")
    }

    @Test func whatWasNotFinishedCanBeAskedFor() throws {
        var parser = ServerSentEvents()
        #expect(parser.unfinished() == nil)
        _ = try parser.push(Array("data: a\n\ndata: [DONE]".utf8))
        #expect(parser.unfinished() == Self.event("[DONE]"))
        #expect(try parser.push(Array("!\n\n".utf8)) == [Self.event("[DONE]!")])
        #expect(parser.unfinished() == nil)
    }

    @Test func aLineHasALimit() throws {
        var parser = ServerSentEvents(ServerSentEvents.Limits(lineSizeMax: 10, eventSizeMax: 100))
        #expect(try parser.push(Array("data: 1234\n\n".utf8)) == [Self.event("1234")])
        _ = try parser.push(Array(": 34567".utf8))
        let error = #expect(throws: HTTPClientError.self) { try parser.push(Array("89012".utf8)) }
        #expect(error?.reason == .tooLarge)
        #expect(throws: HTTPClientError.self) { try parser.push(Array("\n\ndata: 1\n\n".utf8)) }
    }

    @Test func anEventHasALimit() throws {
        var parser = ServerSentEvents(ServerSentEvents.Limits(lineSizeMax: 100, eventSizeMax: 10))
        #expect(try parser.push(Array("data: 12345\ndata: 678\n\n".utf8)) == [Self.event("12345\n678")])
        let error = #expect(throws: HTTPClientError.self) {
            try parser.push(Array("data: 12345\ndata: 67890".utf8 + [10]))
        }
        #expect(error?.reason == .tooLarge)
    }
}
