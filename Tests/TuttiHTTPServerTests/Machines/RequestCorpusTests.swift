import Testing

@testable import TuttiHTTPServer

/// Every case of the corpus against the reader alone, in pieces of all kinds.
struct RequestCorpusTests {
    @Test func everyCaseIsThereAndTellsItsRule() {
        #expect(Corpus.requests.count >= 150)
        #expect(Corpus.requests.allSatisfy { $0.comment.hasPrefix("RFC ") && $0.comment.contains("\"") })
        #expect(Set(Corpus.requests.map(\.name)).count == Corpus.requests.count)
    }

    @Test(arguments: Corpus.requests)
    func isUnderstoodInOnePiece(_ request: Corpus.Request) {
        expect(ReadRequests(request.bytes, pieces: [request.bytes.count]), request)
    }

    @Test(arguments: Corpus.requests)
    func isUnderstoodByteByByte(_ request: Corpus.Request) {
        expect(ReadRequests(request.bytes, pieces: [1]), request)
    }

    @Test(arguments: Corpus.requests)
    func isUnderstoodInPiecesOfOtherSizes(_ request: Corpus.Request) {
        for pieces in [[2], [3, 1], [7, 2, 11], [1, 64], [1000]] {
            expect(ReadRequests(request.bytes, pieces: pieces), request)
        }
    }

    private func expect(_ read: ReadRequests, _ request: Corpus.Request) {
        // What the connection itself decides is not the reader's: how many requests are taken behind a close.
        let errors = request.answers.filter { $0 != 200 }
        #expect(read.failure.map { [$0] } ?? [] == errors, "\(request.comment)")
        #expect(read.bodies.count >= request.answers.count - errors.count)
        if let bodies = request.bodies { #expect(Array(read.bodies.prefix(bodies.count)) == bodies) }
        if request.then == "waiting" { #expect(read.failure == nil && read.bodies.isEmpty) }
    }
}

/// What the reader makes of bytes that come in pieces.
struct ReadRequests {
    private(set) var heads: [RequestHead] = []
    private(set) var bodies: [String] = []
    private(set) var failure: Int?

    /// - Parameter pieces: how many bytes come at a time, again and again.
    init(_ bytes: [UInt8], pieces: [Int], limits: HTTPServerLimits = HTTPServerLimits()) {
        var reader = RequestReader(limits: limits)
        var (buffer, rest, piece) = ([UInt8](), bytes[...], 0)
        var body: [UInt8] = []
        while !rest.isEmpty, failure == nil {
            buffer += rest.prefix(pieces[piece % pieces.count])
            rest = rest.dropFirst(pieces[piece % pieces.count])
            piece += 1
            var offset = 0
            reading: while true {
                switch reader.next(buffer.span, &offset) {
                case .more: break reading
                case .head(let head): heads.append(head)
                case .body(let range): body += buffer[range]
                case .end:
                    bodies.append(String(decoding: body, as: UTF8.self))
                    body = []
                case .failed(let error):
                    failure = error.status
                    break reading
                }
            }
            buffer.removeFirst(offset)
        }
    }
}
