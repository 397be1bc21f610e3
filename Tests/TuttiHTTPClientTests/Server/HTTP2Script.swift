import TestServer

/// The server's side of HTTP/2 on one connection, as far as a test needs it: frames without a word about headers.
struct HTTP2Script {
    private let connection: RawConnection

    /// Kinds of frames.
    enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
    }

    /// Waits for the client's beginning; nil when it is none.
    init?(_ connection: RawConnection) {
        guard connection.readBytes(24) == Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) else { return nil }
        self.connection = connection
        send(Kind.settings, stream: 0, flags: 0, [])
    }

    func send(_ kind: UInt8, stream: Int, flags: UInt8, _ payload: [UInt8]) {
        let length = payload.count
        var frame: [UInt8] = [UInt8(length >> 16 & 0xff), UInt8(length >> 8 & 0xff), UInt8(length & 0xff), kind, flags]
        frame += [
            UInt8(stream >> 24 & 0x7f), UInt8(stream >> 16 & 0xff), UInt8(stream >> 8 & 0xff), UInt8(stream & 0xff),
        ]
        connection.send(frame + payload)
    }

    /// `:status: 200`, the eighth entry of HPACK's table.
    func answer(_ stream: Int) { send(Kind.headers, stream: stream, flags: 4, [0x88]) }

    func data(_ stream: Int, _ bytes: [UInt8], ends: Bool) {
        send(Kind.data, stream: stream, flags: ends ? 1 : 0, bytes)
    }

    /// The next frame but those that keep the connection going, which are answered; nil when the client has gone.
    func next() -> (kind: UInt8, stream: Int)? {
        while let head = connection.readBytes(9) {
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard let payload = connection.readBytes(length) else { return nil }
            let stream = head[5...].reduce(0) { $0 << 8 | Int($1) }
            let isAnswer = head[4] & 1 == 1
            switch head[3] {
            case Kind.settings where !isAnswer: send(Kind.settings, stream: 0, flags: 1, [])
            case Kind.ping where !isAnswer: send(Kind.ping, stream: 0, flags: 1, payload)
            case Kind.headers, Kind.reset: return (head[3], stream)
            default: continue
            }
        }
        return nil
    }

    /// The stream of the next request; nil when the client has gone.
    func nextRequest() -> Int? {
        while let frame = next() { if frame.kind == Kind.headers { return frame.stream } }
        return nil
    }
}
