import Testing

@testable import TuttiHTTPServer

/// Every case of frames against the decoder alone, in pieces of all kinds.
struct FrameCorpusTests {
    @Test func everyCaseIsThereAndTellsItsRule() {
        #expect(Corpus.frames.count >= 55)
        #expect(Corpus.frames.allSatisfy { $0.comment.hasPrefix("RFC 6455, ") })
    }

    @Test(arguments: Corpus.frames)
    func isUnderstoodHoweverItComes(_ frames: Corpus.Frames) {
        for pieces in [[Int.max], [1], [2], [5, 3], [1, 13]] {
            #expect(events(frames.content, pieces) == frames.events, "\(frames.comment)")
        }
    }

    @Test func aLengthInEightBytesIsUnderstood() {
        var frame: [UInt8] = [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        frame += [UInt8](repeating: 7, count: 65536)
        var decoder = WebSocketDecoder(messageSizeMax: 1 << 20)
        var offset = 0
        #expect(decoder.next(frame.span, &offset) == .message(.binary([UInt8](repeating: 7, count: 65536))))
        #expect(offset == frame.count)
    }

    private func events(_ bytes: [UInt8], _ pieces: [Int]) -> [String] {
        var decoder = WebSocketDecoder(messageSizeMax: 1000)
        var (rest, piece) = (bytes[...], 0)
        var events: [String] = []
        while !rest.isEmpty {
            let buffer = Array(rest.prefix(pieces[piece % pieces.count]))
            rest = rest.dropFirst(buffer.count)
            piece += 1
            var offset = 0
            while let event = words(decoder.next(buffer.span, &offset)) { events.append(event) }
        }
        return events
    }

    private func words(_ event: WebSocketDecoder.Event) -> String? {
        switch event {
        case .more: nil
        case .message(.text(let text)): "text \(text)"
        case .message(.binary(let bytes)): "binary \(hexadecimal(bytes))"
        case .ping(let bytes): "ping \(hexadecimal(bytes))"
        case .pong: "pong"
        case .close(let code, let reason): "close \(code.map { String($0.rawValue) } ?? "-") \(reason)"
        case .failed(let code, _): "failed \(code.rawValue)"
        }
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
