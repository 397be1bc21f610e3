import TuttiHTTPServer

/// Decodes mutated frames of WebSockets, with the same checks as for requests.
package struct FrameFuzzer {
    private var mutator: Mutator
    package private(set) var stepCount = 0
    package private(set) var acceptedCount = 0
    package private(set) var refusedCount = 0

    private static let messageSizeMax = 1000

    package init(seed: UInt64, corpus: [[UInt8]]) { mutator = Mutator(seed: seed, corpus: corpus) }

    /// Tries one input.
    package mutating func step() throws(FuzzFailure) {
        let input = mutator.next()
        stepCount += 1
        let whole = try read(input, pieceMax: input.count)
        for event in whole {
            if case .failed = event { refusedCount += 1 } else { acceptedCount += 1 }
            if case .message(let message) = event, message.size > Self.messageSizeMax {
                throw FuzzFailure(rule: "a message is over the limit", input: input)
            }
        }
        for pieceMax in [1, 3, 64] {
            guard try read(input, pieceMax: pieceMax) == whole else {
                throw FuzzFailure(rule: "pieces of up to \(pieceMax) bytes are decoded differently", input: input)
            }
        }
    }

    private mutating func read(_ input: [UInt8], pieceMax: Int) throws(FuzzFailure) -> [WebSocketDecoder.Event] {
        var (decoder, events) = (WebSocketDecoder(messageSizeMax: Self.messageSizeMax), [WebSocketDecoder.Event]())
        var rest = input[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieceMax < input.count ? 1 + mutator.number(below: pieceMax) : pieceMax))
            rest = rest.dropFirst(piece.count)
            var offset = 0
            while true {
                let event = decoder.next(piece.span, &offset)
                if event == .more { break }
                events.append(event)
                guard events.count <= input.count else {
                    throw FuzzFailure(rule: "decoding does not end", input: input)
                }
            }
            guard offset == piece.count else { throw FuzzFailure(rule: "bytes are left behind", input: input) }
        }
        return events
    }
}
