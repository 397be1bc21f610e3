@testable import TuttiProviders

/// Writes messages of event streams as Amazon's servers do.
enum EventStreamWriter {
    static func event(_ type: String, _ payload: String) -> [UInt8] {
        message(
            [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")], payload)
    }

    static func exception(_ type: String, _ payload: String) -> [UInt8] {
        message(
            [(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")], payload)
    }

    static func message(_ headers: [(String, String)], _ payload: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in headers {
            bytes.append(UInt8(name.utf8.count))
            bytes += name.utf8
            bytes.append(7)
            bytes += number(value.utf8.count).suffix(2)
            bytes += value.utf8
        }
        return message(headers: bytes, payload: Array(payload.utf8))
    }

    static func message(headers: [UInt8], payload: [UInt8]) -> [UInt8] {
        framed(number(headers.count + payload.count + 16), number(headers.count), headers + payload)
    }

    /// A message whose lengths are what a test says, with checksums that are right.
    static func framed(_ whole: [UInt8], _ headers: [UInt8], _ rest: [UInt8]) -> [UInt8] {
        let lengths = whole + headers
        let checked = lengths + number(Int(CRC32.checksum(lengths))) + rest
        return checked + number(Int(CRC32.checksum(checked)))
    }

    static func number(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
