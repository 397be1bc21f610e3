import TuttiCore

/// Makes of an answer, with all that goes wrong with it, the bytes and pauses of a reply.
struct ReplyWriter {
    let answer: Answer
    let call: ModelCall
    let speaker: any Speaker
    private var reply = Reply()

    init(_ answer: Answer, to call: ModelCall, in speaker: any Speaker) {
        self.answer = answer
        self.call = call
        self.speaker = speaker
    }

    /// The reply from the thinking at its beginning to its last byte.
    mutating func write() -> Reply {
        if answer.delay > .zero { reply.steps.append(.wait(answer.delay)) }
        reply.usage = answer.usage(of: call)
        if let failure = failure {
            writeRefusal(failure)
        } else if answer.faults.contains(.noAnswer) {
            reply.end = .refused
            reply.steps.append(.close(reset: true))
        } else if answer.faults.contains(.notHTTP) {
            reply.end = .refused
            reply.steps += [.bytes(Self.garbage), .close(reset: false)]
        } else if call.isStreamed, !answer.faults.contains(.bodyInsteadOfStream) {
            writeStream()
        } else {
            writeWhole()
        }
        return reply
    }

    private var requestID: [String: String] {
        [call.dialect == .anthropic ? "request-id" : "x-request-id": "req_\(call.number)"]
    }

    // MARK: Faults

    private var failure: Failure? {
        answer.faults.firstResult { if case .failure(let failure) = $0 { failure } else { nil } }
    }

    /// What ends the answer early, and after how many pieces.
    private enum Stop {
        case cut(Fault.Cut)
        case failure(Failure)
        case garbage
    }

    private var stop: (after: Int, how: Stop)? {
        answer.faults.firstResult { fault in
            switch fault {
            case .cut(let cut, let count): (count, .cut(cut))
            case .failureInStream(let failure, let count): (count, .failure(failure))
            case .garbage(let count): (count, .garbage)
            default: nil
            }
        }
    }

    /// No UTF-8, no JSON, and no lines.
    static let garbage: [UInt8] = [0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28] + Array("}{]<html>".utf8) + [0xf0, 0x9f, 0x00]

    private mutating func writeRefusal(_ failure: Failure) {
        let refusal = speaker.refusal(failure)
        let body = Array(JSONText.write(refusal.body).utf8)
        let headers = refusal.headers.merging(requestID) { first, _ in first }
        reply.end = .refused
        reply.steps.append(.bytes(Reply.head(status: refusal.status, headers, length: body.count) + body))
    }

    // MARK: In one piece

    private mutating func writeWhole() {
        if let gate = answer.gate { reply.steps.append(.gate(gate)) }
        var body = Array(JSONText.write(speaker.whole(answer, to: call)).utf8)
        reply.pieceCount = 1
        var close: Fault.Cut?
        switch stop?.how {
        case nil: break
        case .failure(let failure):
            reply.end = .cut
            body = Array(JSONText.write(speaker.refusal(failure).body).utf8)
        case .garbage:
            reply.end = .cut
            body = Self.garbage
        case .cut(let cut):
            reply.end = .cut
            if cut == .cleanEnd { body = Array(body.prefix(body.count / 2)) } else { close = cut }
        }
        if answer.faults.contains(.split), close == nil {
            reply.steps.append(.bytes(Reply.head(status: 200, requestID, length: nil)))
            writeChunk(body, isContent: true)
            reply.steps.append(.bytes(Self.lastChunk))
            return
        }
        let head = Reply.head(status: 200, requestID, length: body.count)
        guard let close else { return reply.steps.append(.piece(head + body)) }
        reply.steps += [.bytes(head + body.prefix(body.count / 2)), .close(reset: close == .reset)]
    }

    // MARK: As a stream

    private mutating func writeStream() {
        let events = speaker.stream(answer, to: call)
        let stop = stop
        reply.pieceCount = events.count { $0.kind == .content }
        let headers = requestID.merging(["Cache-Control": "no-cache"]) { first, _ in first }
        reply.steps.append(.bytes(Reply.head(status: 200, type: "text/event-stream", headers, length: nil)))
        var (made, hasEnded) = (0, false)
        for event in events {
            if let stop, event.kind == .ending || (event.kind == .content && made == stop.after) {
                return writeStop(stop.how)
            }
            if event.kind == .content || (event.kind == .ending && !hasEnded) {
                if made > 0, answer.pause > .zero { reply.steps.append(.wait(answer.pause)) }
                if let gate = answer.gate { reply.steps.append(.gate(gate)) }
                hasEnded = event.kind == .ending
            }
            made += event.kind == .content ? 1 : 0
            writeChunk(bytes(of: event), isContent: event.kind == .content)
        }
        reply.steps.append(.bytes(Self.lastChunk))
    }

    private mutating func writeStop(_ stop: Stop) {
        reply.end = .cut
        switch stop {
        case .failure(let failure):
            writeChunk(bytes(of: speaker.failureEvent(failure)), isContent: false)
            reply.steps.append(.bytes(Self.lastChunk))
        case .garbage:
            writeChunk(Self.garbage, isContent: false)
            reply.steps.append(.bytes(Self.lastChunk))
        case .cut(.cleanEnd): reply.steps.append(.bytes(Self.lastChunk))
        case .cut(.closed): reply.steps.append(.close(reset: false))
        case .cut(.midChunk): reply.steps += [.bytes(Array("40\r\ndata: {\"id\"".utf8)), .close(reset: false)]
        case .cut(.reset): reply.steps.append(.close(reset: true))
        }
    }

    private static let lastChunk = Array("0\r\n\r\n".utf8)

    /// An event as lines. Which line end the next one has, when they are mixed, depends on those before.
    private func bytes(of event: StreamEvent) -> [UInt8] {
        var lines = event.name.map { ["event: \($0)"] } ?? []
        lines += ["data: \(event.data)", ""]
        let kind = answer.faults.firstResult { if case .lineEnds(let kind) = $0 { kind } else { nil } }
        return lines.enumerated().flatMap { index, line in
            Array(line.utf8) + Self.lineEnd(kind ?? speaker.lineEnd, index)
        }
    }

    private static func lineEnd(_ kind: Fault.LineEnd, _ index: Int) -> [UInt8] {
        switch kind {
        case .lf: [0x0a]
        case .crlf: [0x0d, 0x0a]
        case .cr: [0x0d]
        case .mixed: [[0x0a], [0x0d, 0x0a], [0x0d]][index % 3]
        }
    }

    // MARK: Chunks

    private mutating func writeChunk(_ bytes: [UInt8], isContent: Bool) {
        let parts = answer.faults.contains(.split) ? Self.split(bytes) : [bytes[...]]
        for (index, part) in parts.enumerated() {
            if parts.count > 1 { reply.steps.append(.flush) }
            let chunk = Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [0x0d, 0x0a]
            reply.steps.append(isContent && index == parts.count - 1 ? .piece(chunk) : .bytes(chunk))
        }
    }

    /// Cuts behind the first byte of each character of several, and between CR and LF.
    private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var (parts, start): ([ArraySlice<UInt8>], Int) = ([], 0)
        for index in bytes.indices.dropLast() {
            let isInside = bytes[index] >= 0xc0 || (bytes[index] == 0x0d && bytes[index + 1] == 0x0a)
            guard isInside else { continue }
            parts.append(bytes[start...index])
            start = index + 1
        }
        return parts + [bytes[start...]]
    }
}

extension Sequence {
    /// The first of the results that is one.
    fileprivate func firstResult<Result>(_ transform: (Element) -> Result?) -> Result? {
        for element in self { if let result = transform(element) { return result } }
        return nil
    }
}
