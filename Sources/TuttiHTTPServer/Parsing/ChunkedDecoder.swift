/// Takes a body in chunks apart (RFC 9112, 7.1). Extensions and trailers are read by the rules, and dropped.
struct ChunkedDecoder: Sendable {
    enum Step: Sendable, Equatable {
        case more
        /// A part of the content, by its place in the bytes that were given.
        case data(Range<Int>)
        case end
        case failed(HTTPServerError)
    }

    private enum State: Sendable {
        case size(digits: Int)
        case gap
        case extensionText
        case sizeEnd
        case data(left: Int)
        case dataEnd, dataLineEnd
        case trailers
        case done
    }

    /// 15 digits are below 2^60, so that no size can overflow.
    private static let digitsMax = 15
    /// A sender gains nothing by extensions; what a body may have of them in all.
    private static let extensionBytesMax = 4096

    private let shared: SharedLimits
    private var state = State.size(digits: 0)
    private var size = 0
    private var extensionBytes = 0
    private var trailer: [UInt8] = []
    private var trailerBytes = 0
    private var trailerCount = 0

    init(limits: SharedLimits) { shared = limits }

    private var limits: HTTPServerLimits { shared.value }

    /// Takes bytes from `offset` on, and moves it behind what was taken.
    mutating func next(_ bytes: Span<UInt8>, _ offset: inout Int) -> Step {
        while offset < bytes.count {
            if case .data(let left) = state {
                let count = min(left, bytes.count - offset)
                state = count == left ? .dataEnd : .data(left: left - count)
                offset += count
                return .data(offset - count..<offset)
            }
            let byte = bytes[offset]
            offset += 1
            if let step = take(byte) { return step }
        }
        if case .done = state { return .end }
        return .more
    }

    private mutating func take(_ byte: UInt8) -> Step? {
        switch state {
        case .size(let digits): return takeSize(byte, digits)
        case .gap, .extensionText: return takeExtension(byte)
        case .sizeEnd:
            guard byte == UInt8(ascii: "\n") else { return bad("the line of a chunk's size does not end with CR LF") }
            state = size == 0 ? .trailers : .data(left: size)
        case .dataEnd, .dataLineEnd: return takeDataEnd(byte)
        case .trailers: return takeTrailer(byte)
        case .data, .done: return .end
        }
        return nil
    }

    private mutating func takeSize(_ byte: UInt8, _ digits: Int) -> Step? {
        if let digit = Self.digit(byte) {
            // Before the sum: it would trap, which is a crash that anybody can ask for.
            guard digits < Self.digitsMax else { return bad("the size of a chunk has more than 15 digits") }
            size = size << 4 | digit
            state = .size(digits: digits + 1)
            return nil
        }
        guard digits > 0 else { return bad("a chunk does not begin with its size") }
        switch byte {
        case UInt8(ascii: "\r"): state = .sizeEnd
        case UInt8(ascii: ";"): state = .extensionText
        case 0x20, 0x09: state = .gap  // RFC 9112, 7.1.1: blanks may stand before the semicolon of an extension only
        default: return bad("the size of a chunk is no hexadecimal number")
        }
        return nil
    }

    private mutating func takeExtension(_ byte: UInt8) -> Step? {
        extensionBytes += 1
        guard extensionBytes <= Self.extensionBytesMax else { return bad("the chunks have too long extensions") }
        if case .gap = state {
            guard byte != UInt8(ascii: ";") else {
                state = .extensionText
                return nil
            }
            return byte == 0x20 || byte == 0x09 ? nil : bad("blanks follow the size of a chunk")
        }
        if byte == UInt8(ascii: "\r") {
            state = .sizeEnd
            return nil
        }
        return ByteClass.isValue(byte) ? nil : bad("the extension of a chunk has a control byte")
    }

    private mutating func takeDataEnd(_ byte: UInt8) -> Step? {
        if case .dataEnd = state {
            state = .dataLineEnd
            return byte == UInt8(ascii: "\r") ? nil : bad("a chunk is longer than its size")
        }
        (state, size) = (.size(digits: 0), 0)
        return byte == UInt8(ascii: "\n") ? nil : bad("a chunk does not end with CR LF")
    }

    /// RFC 9112, 7.1.2: fields like those of a head.
    private mutating func takeTrailer(_ byte: UInt8) -> Step? {
        trailerBytes += 1
        guard trailerBytes <= limits.headBytesMax else { return .failed(.headTooLarge(limits.headBytesMax)) }
        guard byte == UInt8(ascii: "\n") else {
            trailer.append(byte)
            return nil
        }
        guard trailer.last == UInt8(ascii: "\r") else {
            return bad("a line of the trailers ends without a carriage return")
        }
        trailer.removeLast()
        guard !trailer.isEmpty else {
            (state, trailer) = (.done, [])
            return .end
        }
        trailerCount += 1
        guard trailerCount <= limits.fieldsMax else { return .failed(.tooManyFields(limits.fieldsMax)) }
        if case .failure(let error) = FieldLine.read(trailer.span) { return .failed(error) }
        trailer.removeAll(keepingCapacity: true)
        return nil
    }

    private func bad(_ message: String) -> Step { .failed(.badRequest(message)) }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }
}
