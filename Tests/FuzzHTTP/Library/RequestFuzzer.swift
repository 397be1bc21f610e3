import TuttiHTTP
import TuttiHTTPServer

/// Reads mutated requests, and checks what has to hold for every input: that reading ends, that the pieces in which it
/// comes make no difference, and that nothing comes out that did not go in.
package struct RequestFuzzer {
    private struct Reading: Equatable {
        var heads: [RequestHead] = []
        var bodies: [[UInt8]] = []
        var unfinished: [UInt8] = []
        var status: Int?
    }

    private var mutator: Mutator
    package private(set) var stepCount = 0
    package private(set) var acceptedCount = 0
    package private(set) var refusedCount = 0

    package init(seed: UInt64, corpus: [[UInt8]]) { mutator = Mutator(seed: seed, corpus: corpus) }

    /// Tries one input.
    package mutating func step() throws(FuzzFailure) {
        let input = mutator.next()
        stepCount += 1
        let whole = try read(input, pieceMax: input.count)
        acceptedCount += whole.heads.count
        if whole.status != nil { refusedCount += 1 }
        for pieceMax in [1, 3, 64] {
            guard try read(input, pieceMax: pieceMax) == whole else {
                throw FuzzFailure(rule: "pieces of up to \(pieceMax) bytes are read differently", input: input)
            }
        }
        for head in whole.heads { try check(head, input) }
    }

    /// What no accepted head may have: the ways in which requests are smuggled.
    private func check(_ head: RequestHead, _ input: [UInt8]) throws(FuzzFailure) {
        let headers = head.headers
        let lengths = headers.values(of: "Content-Length")
        let codings = headers.values(of: "Transfer-Encoding")
        let isAmbiguous = lengths.count > 1 || codings.count > 1 || (!lengths.isEmpty && !codings.isEmpty)
        let hosts = headers.values(of: "Host").count
        let isBroken = headers.fields.contains { field in
            field.name.isEmpty || (field.name + field.value).utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 }
        }
        if isAmbiguous || isBroken || hosts > 1 || (hosts == 0 && head.minorVersion == 1) {
            throw FuzzFailure(rule: "a head is accepted that two readers can understand differently", input: input)
        }
    }

    private mutating func read(_ input: [UInt8], pieceMax: Int) throws(FuzzFailure) -> Reading {
        var (reader, reading) = (RequestReader(limits: HTTPServerLimits()), Reading())
        var (buffer, rest, content) = ([UInt8](), input[...], 0)
        while !rest.isEmpty, reading.status == nil {
            let piece = rest.prefix(pieceMax < input.count ? 1 + mutator.number(below: pieceMax) : pieceMax)
            buffer += piece
            rest = rest.dropFirst(piece.count)
            var (offset, events) = (0, 0)
            reading: while true {
                events += 1
                // A byte can end a head, a body and a request at most.
                guard events <= 4 * buffer.count + 8 else {
                    throw FuzzFailure(rule: "reading does not end", input: input)
                }
                switch reader.next(buffer.span, &offset) {
                case .more: break reading
                case .head(let head): reading.heads.append(head)
                case .body(let range):
                    content += range.count
                    reading.unfinished += buffer[range]
                case .end:
                    reading.bodies.append(reading.unfinished)
                    reading.unfinished = []
                case .failed(let error):
                    reading.status = error.status
                    break reading
                }
            }
            buffer.removeFirst(offset)
        }
        guard content <= input.count else { throw FuzzFailure(rule: "more comes out than went in", input: input) }
        return reading
    }
}
