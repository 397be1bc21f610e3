/// Lets the body of a request through, and nothing behind it.
struct RequestBodyFilter: Sendable {
    private enum State: Sendable {
        case length(left: Int)
        case size(value: Int, digits: Int)
        case extensionText
        case sizeEnd(Int)
        case data(left: Int)
        case dataEnd, dataLineEnd
        case trailer(length: Int)
        case done
    }

    /// Below 2^60, so that no size can overflow.
    private static let digitsMax = 15
    /// Extensions and trailers in all, which are dropped.
    private static let droppedMax = 8 << 10

    private var state: State
    private var dropped = 0
    private var hasCR = false

    init(_ framing: ProxyRequest.Framing) {
        switch framing {
        case .length(let length): state = length == 0 ? .done : .length(left: length)
        case .chunked: state = .size(value: 0, digits: 0)
        }
    }

    /// Whether the body is complete.
    var isDone: Bool { if case .done = state { true } else { false } }

    /// Takes bytes, and adds those that go on to `output`: chunks are written anew, so that the server sees them as
    /// they were understood here.
    ///
    /// - Returns: `false` when the chunks are not of the grammar (RFC 9112, 7.1).
    mutating func take(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) -> Bool {
        var rest = bytes
        while let byte = rest.first {
            switch state {
            case .length(let left):
                let part = rest.prefix(left)
                output += part
                rest = rest.dropFirst(part.count)
                state = left == part.count ? .done : .length(left: left - part.count)
            case .data(let left):
                let part = rest.prefix(left)
                output += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
                rest = rest.dropFirst(part.count)
                state = left == part.count ? .dataEnd : .data(left: left - part.count)
            case .done: return true
            default:
                rest = rest.dropFirst()
                guard take(byte) else { return false }
                if isDone { output += Array("0\r\n\r\n".utf8) }
            }
        }
        return true
    }

    /// A byte of what is between the data.
    private mutating func take(_ byte: UInt8) -> Bool {
        switch state {
        case .size(let value, let digits): return takeSize(byte, value, digits)
        case .extensionText:
            dropped += 1
            if byte == UInt8(ascii: "\r") { state = .sizeEnd(size) } else { return drops(byte) }
        case .sizeEnd(let size):
            guard byte == UInt8(ascii: "\n") else { return false }
            state = size == 0 ? .trailer(length: 0) : .data(left: size)
        case .dataEnd:
            guard byte == UInt8(ascii: "\r") else { return false }
            state = .dataLineEnd
        case .dataLineEnd:
            guard byte == UInt8(ascii: "\n") else { return false }
            state = .size(value: 0, digits: 0)
        case .trailer(let length): return takeTrailer(byte, length)
        case .length, .data, .done: break
        }
        return true
    }

    private var size = 0

    private mutating func takeSize(_ byte: UInt8, _ value: Int, _ digits: Int) -> Bool {
        let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        if let digit = LooseAddress.digit(lower, radix: 16) {
            guard digits < Self.digitsMax else { return false }
            state = .size(value: value << 4 | Int(digit), digits: digits + 1)
            return true
        }
        guard digits > 0 else { return false }
        size = value
        switch byte {
        case UInt8(ascii: "\r"): state = .sizeEnd(value)
        case UInt8(ascii: ";"): state = .extensionText
        default: return false
        }
        return true
    }

    private mutating func takeTrailer(_ byte: UInt8, _ length: Int) -> Bool {
        dropped += 1
        if hasCR {
            guard byte == UInt8(ascii: "\n") else { return false }
            hasCR = false
            state = length == 0 ? .done : .trailer(length: 0)
            return true
        }
        if byte == UInt8(ascii: "\r") {
            hasCR = true
            return true
        }
        state = .trailer(length: length + 1)
        return drops(byte)
    }

    private func drops(_ byte: UInt8) -> Bool { dropped <= Self.droppedMax && ProxyByte.isValue(byte) }
}
