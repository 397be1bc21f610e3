/// Makes messages of the bytes that a client sends (RFC 6455, 5), within limits and by every rule.
package struct WebSocketDecoder: Sendable {
    package enum Event: Sendable, Equatable {
        case more
        case message(WebSocketMessage)
        case ping([UInt8])
        case pong
        /// The other side closes; nil when it does not say why.
        case close(WebSocketCloseCode?, String)
        /// A rule is broken: the code and what to say of it.
        case failed(WebSocketCloseCode, String)
    }

    private struct Frame: Sendable {
        var opcode: WebSocketOpcode
        var isFinal: Bool
        var length: Int
        var mask: [UInt8]
        var taken = 0
    }

    private enum State: Sendable {
        case header
        case payload(Frame)
        case ended
    }

    private let messageSizeMax: Int
    private var state = State.header
    private var header: [UInt8] = []
    private var control: [UInt8] = []
    private var message: [UInt8] = []
    /// Text or binary, while a message is on its way.
    private var messageKind: WebSocketOpcode?
    private var text = UTF8Check()

    /// A decoder before its first byte.
    package init(messageSizeMax: Int) { self.messageSizeMax = messageSizeMax }

    /// Takes bytes from `offset` on, and moves it behind what was taken.
    package mutating func next(_ bytes: Span<UInt8>, _ offset: inout Int) -> Event {
        while true {
            switch state {
            case .ended:
                offset = bytes.count  // RFC 6455, 5.5.1: nothing counts behind a close
                return .more
            case .header:
                guard offset < bytes.count else { return .more }
                header.append(bytes[offset])
                offset += 1
                if let event = readHeader() { return event }
            case .payload(var frame):
                let count = min(frame.length - frame.taken, bytes.count - offset)
                if let event = take(bytes.extracting(offset..<offset + count), of: frame) { return event }
                offset += count
                frame.taken += count
                guard frame.taken == frame.length else {
                    state = .payload(frame)
                    return .more
                }
                (state, header) = (.header, [])
                if let event = finish(frame) { return event }
            }
        }
    }

    // MARK: Header

    private mutating func readHeader() -> Event? {
        if header.count == 1 { return checkOpcode(header[0]) }
        let short = Int(header[1] & 0x7f)
        if header.count == 2 {
            // RFC 6455, 5.1: a server closes the connection on a frame that is not masked.
            guard header[1] & 0x80 != 0 else { return fail(.protocolError, "a frame is not masked") }
            guard short <= 125 || header[0] & 0x08 == 0 else {
                return fail(.protocolError, "a control frame has more than 125 bytes")
            }
        }
        let lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
        guard header.count == 2 + lengthBytes + 4, let opcode = WebSocketOpcode(rawValue: header[0] & 0x0f) else {
            return nil
        }
        guard lengthBytes < 8 || header[2] & 0x80 == 0 else { return fail(.protocolError, "a length is negative") }
        var length = lengthBytes == 0 ? short : 0
        for byte in header[2..<2 + lengthBytes] { length = length << 8 | Int(byte) }
        // RFC 6455, 5.2: the shortest form has to be used.
        guard lengthBytes == 0 || length > (lengthBytes == 2 ? 125 : 0xffff) else {
            return fail(.protocolError, "a length is not written in its shortest form")
        }
        guard opcode.isControl || length <= messageSizeMax - message.count else {
            return fail(.tooLarge, "a message has more than \(messageSizeMax) bytes")
        }
        state = .payload(
            Frame(opcode: opcode, isFinal: header[0] & 0x80 != 0, length: length, mask: Array(header.suffix(4))))
        return nil
    }

    private mutating func checkOpcode(_ byte: UInt8) -> Event? {
        // RFC 6455, 5.2: reserved bits are 0 unless an extension was agreed upon, and none ever is.
        guard byte & 0x70 == 0 else { return fail(.protocolError, "a frame has a reserved bit") }
        guard let opcode = WebSocketOpcode(rawValue: byte & 0x0f) else {
            return fail(.protocolError, "a frame has an unknown opcode")
        }
        let isFinal = byte & 0x80 != 0
        switch opcode {
        case .close, .ping, .pong:
            return isFinal ? nil : fail(.protocolError, "a control frame is in fragments")  // RFC 6455, 5.5
        case .continuation:
            return messageKind != nil ? nil : fail(.protocolError, "a fragment continues no message")
        case .text, .binary:
            guard messageKind == nil else {
                return fail(.protocolError, "a message begins inside of another")  // RFC 6455, 5.4
            }
            (messageKind, text) = (opcode, UTF8Check())
            return nil
        }
    }

    // MARK: Payload

    private mutating func take(_ bytes: Span<UInt8>, of frame: Frame) -> Event? {
        guard !bytes.isEmpty else { return nil }
        var plain = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            for index in bytes.indices {
                unsafe buffer.initializeElement(at: index, to: bytes[index] ^ frame.mask[(frame.taken + index) & 3])
            }
            count = bytes.count
        }
        guard !frame.opcode.isControl else {
            control += plain
            return nil
        }
        if messageKind == .text, !text.take(plain.span) { return fail(.invalidText, "a text is not UTF-8") }
        if message.isEmpty { swap(&message, &plain) } else { message += plain }
        return nil
    }

    private mutating func finish(_ frame: Frame) -> Event? {
        switch frame.opcode {
        case .continuation, .text, .binary:
            guard frame.isFinal, let kind = messageKind else { return nil }
            messageKind = nil
            defer { message = [] }
            guard kind == .text else { return .message(.binary(message)) }
            guard text.isComplete else { return fail(.invalidText, "a text ends inside of a character") }
            return .message(.text(String(decoding: message, as: UTF8.self)))
        case .ping:
            defer { control = [] }
            return .ping(control)
        case .pong:
            control = []
            return .pong
        case .close:
            state = .ended
            return readClose()
        }
    }

    /// RFC 6455, 5.5.1: nothing, or a code that may be sent and a reason in UTF-8.
    private mutating func readClose() -> Event {
        guard !control.isEmpty else { return .close(nil, "") }
        guard control.count >= 2 else { return fail(.protocolError, "a close has half a code") }
        let code = WebSocketCloseCode(rawValue: UInt16(control[0]) << 8 | UInt16(control[1]))
        guard code.isSendable else { return fail(.protocolError, "a close has a code that may not be sent") }
        guard let reason = String(validating: control.dropFirst(2), as: UTF8.self) else {
            return fail(.invalidText, "the reason of a close is not UTF-8")
        }
        return .close(code, reason)
    }

    private mutating func fail(_ code: WebSocketCloseCode, _ reason: String) -> Event {
        state = .ended
        return .failed(code, reason)
    }
}
