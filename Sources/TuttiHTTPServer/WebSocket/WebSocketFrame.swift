/// What a frame is (RFC 6455, 5.2).
enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
}

/// Why a WebSocket is closed (RFC 6455, 7.4.1).
package struct WebSocketCloseCode: Sendable, Hashable, RawRepresentable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let normal = Self(rawValue: 1000)
    package static let goingAway = Self(rawValue: 1001)
    package static let protocolError = Self(rawValue: 1002)
    package static let invalidText = Self(rawValue: 1007)
    package static let policy = Self(rawValue: 1008)
    package static let tooLarge = Self(rawValue: 1009)
    package static let serverError = Self(rawValue: 1011)

    /// Whether it may stand in a frame: 1005, 1006 and 1015 are for talking about connections only, and the rest below
    /// 3000 is not given out (RFC 6455, 7.4; the registry of IANA).
    var isSendable: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// Writes frames of a server, which are never masked (RFC 6455, 5.1).
enum WebSocketFrame {
    static func bytes(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        var frame: [UInt8] = []
        let count = payload.count
        frame.reserveCapacity(count + 10)
        frame.append(0x80 | opcode.rawValue)
        switch count {
        case ...125: frame.append(UInt8(count))
        case ...0xffff: frame += [126, UInt8(count >> 8), UInt8(count & 0xff)]
        default:
            frame.append(127)
            for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8(count >> shift & 0xff)) }
        }
        frame += payload
        return frame
    }

    /// The content of a close frame, whose reason is cut off at what a control frame holds (RFC 6455, 5.5.1).
    static func closePayload(_ code: WebSocketCloseCode, _ reason: String) -> [UInt8] {
        var bytes = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xff)]
        for scalar in reason.unicodeScalars {
            let more = Array(String(scalar).utf8)
            guard bytes.count + more.count <= 125 else { break }
            bytes += more
        }
        return bytes
    }
}
