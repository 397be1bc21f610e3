/// What a client of a WebSocket sends.
enum SocketBytes {
    static let handshake =
        "GET /chat HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    /// A frame with a mask.
    static func frame(_ opcode: UInt8, _ content: [UInt8] = [], isFinal: Bool = true) -> [UInt8] {
        let mask: [UInt8] = [1, 2, 3, 4]
        var frame = [(isFinal ? 0x80 : 0) | opcode]
        if content.count < 126 {
            frame.append(0x80 | UInt8(content.count))
        } else {
            frame += [0x80 | 126, UInt8(content.count >> 8), UInt8(content.count & 0xff)]
        }
        frame += mask
        frame += content.enumerated().map { $0.element ^ mask[$0.offset & 3] }
        return frame
    }

    static func text(_ text: String) -> [UInt8] { frame(1, Array(text.utf8)) }
}
