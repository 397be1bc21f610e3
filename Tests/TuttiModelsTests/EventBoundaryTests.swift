import Testing

@testable import TuttiModels

@Suite struct EventBoundaryTests {
    private static let stream = "a: 1\nb: 2\n\n: c\r\n\r\nd: \u{1F642}\r\re: 5\r\n\ndata\n\nrest"
    private static let events = [
        "a: 1\nb: 2\n\n", ": c\r\n\r\n", "d: \u{1F642}\r\r", "e: 5\r\n\n", "data\n\n",
    ]

    /// Wherever a stream is cut into two or three pieces, its events are the same.
    @Test func cutsChangeNothing() throws {
        let bytes = Array(Self.stream.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var boundary = EventBoundary(bytesMax: 1000)
                var found: [String] = []
                for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    let events = boundary.take(Array(piece))
                    found += try #require(events).map { String(decoding: $0, as: UTF8.self) }
                }
                #expect(found == Self.events)
                #expect(String(decoding: boundary.unfinished, as: UTF8.self) == "rest")
            }
        }
    }

    @Test func anEventHasABound() {
        var boundary = EventBoundary(bytesMax: 10)
        #expect(boundary.take(Array("data: 12345678".utf8)) == nil)
    }
}
