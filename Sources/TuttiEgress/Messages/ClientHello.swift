/// Reads which host a client of TLS asks for (RFC 8446, 4.1.2; RFC 6066, 3), before it is let through.
struct ClientHello: Sendable {
    enum Finding: Sendable, Hashable {
        /// Not all of it is there.
        case more
        /// It asks for this host, in lower case; `nil` when it asks for none.
        case server(String?)
        /// It is no TLS, or none that can be read.
        case unreadable
    }

    /// A greeting is some hundred bytes; with keys that resist quantum computers, below two thousand.
    static let bytesMax = 16 << 10
    private static let recordHeader = 5

    /// Looks at the first bytes of a connection: all of them.
    static func read(_ bytes: ArraySlice<UInt8>) -> Finding {
        switch message(bytes) {
        case .success(let message?): hello(message)
        case .success(nil): .more
        case .failure: .unreadable
        }
    }

    private struct Unreadable: Error {}

    /// The handshake message, which may lie in several records (RFC 8446, 5.1).
    private static func message(_ bytes: ArraySlice<UInt8>) -> Result<[UInt8]?, Unreadable> {
        var (rest, message) = (bytes, [UInt8]())
        while let type = rest.first {
            guard type == 22, rest.dropFirst().first.map({ $0 == 3 }) ?? true else { return .failure(Unreadable()) }
            guard rest.count >= recordHeader else { return .success(nil) }
            let length = Int(rest[rest.startIndex + 3]) << 8 | Int(rest[rest.startIndex + 4])
            guard (1...bytesMax).contains(length) else { return .failure(Unreadable()) }
            let part = rest.dropFirst(recordHeader).prefix(length)
            message += part
            if let first = message.first, first != 1 { return .failure(Unreadable()) }
            if message.count >= 4 {
                let size = Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3])
                guard size <= bytesMax else { return .failure(Unreadable()) }
                if message.count >= 4 + size { return .success(Array(message[4..<4 + size])) }
            }
            guard part.count == length else { break }
            rest = rest.dropFirst(recordHeader + length)
        }
        return bytes.count > 2 * bytesMax ? .failure(Unreadable()) : .success(nil)
    }

    private static func hello(_ message: [UInt8]) -> Finding {
        var reader = LengthReader(message[...])
        // Version and random; then session, ciphers, compressions, each with its length.
        guard reader.skip(34), reader.vector(1) != nil, reader.vector(2) != nil, reader.vector(1) != nil else {
            return .unreadable
        }
        guard !reader.isAtEnd else { return .server(nil) }
        guard let extensions = reader.vector(2), reader.isAtEnd else { return .unreadable }
        var list = LengthReader(extensions)
        var found: String?
        while !list.isAtEnd {
            guard let type = list.number(2), let body = list.vector(2) else { return .unreadable }
            guard type == 0 else { continue }
            guard found == nil, let name = serverName(body) else { return .unreadable }
            found = name
        }
        return .server(found)
    }

    /// A list of which only names of hosts (type 0) were ever defined, and one of those.
    private static func serverName(_ body: ArraySlice<UInt8>) -> String? {
        var reader = LengthReader(body)
        guard let list = reader.vector(2), reader.isAtEnd else { return nil }
        var names = LengthReader(list)
        guard names.number(1) == 0, let name = names.vector(2), names.isAtEnd, !name.isEmpty else { return nil }
        return String(decoding: name, as: UTF8.self).lowercased()
    }
}

/// Reads numbers, and vectors that begin with their length.
private struct LengthReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ count: Int) -> Bool {
        guard rest.count >= count else { return false }
        rest = rest.dropFirst(count)
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        guard rest.count >= width else { return nil }
        defer { rest = rest.dropFirst(width) }
        return rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func vector(_ width: Int) -> ArraySlice<UInt8>? {
        guard let count = number(width), rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
