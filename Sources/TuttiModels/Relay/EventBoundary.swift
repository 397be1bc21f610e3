/// Cuts a stream into its events, wherever its bytes are cut; each keeps its empty line. Lines end in LF, CRLF or CR
/// (WHATWG HTML, 9.2.5).
package struct EventBoundary: Sendable {
    private var rest: [UInt8] = []
    /// How far into the rest no boundary ends.
    private var looked = 0
    private let bytesMax: Int

    /// - Parameter bytesMax: of one event.
    package init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// What has come of an event that is not whole.
    package var unfinished: ArraySlice<UInt8> { rest[...] }

    /// Takes more bytes.
    ///
    /// - Returns: the events that are whole now; `nil` when one is larger than the limit.
    package mutating func take(_ bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
        if rest.isEmpty { rest = bytes } else { rest += bytes }
        var events: [ArraySlice<UInt8>] = []
        var start = 0
        let isPlain = !hasReturn
        while let end = isPlain ? plainBoundary(from: max(start, looked)) : boundary(from: max(start, looked)) {
            events.append(rest[start..<end])
            start = end
            looked = end
        }
        rest = start == rest.count ? [] : start == 0 ? rest : Array(rest[start...])
        looked = max(0, rest.count - 3)
        return rest.count <= bytesMax ? events : nil
    }

    private var hasReturn: Bool {
        let bytes = rest.span
        for index in bytes.indices where bytes[index] == 0x0D { return true }
        return false
    }

    /// As ``boundary(from:)`` where all lines end in LF, as nearly everybody sends them.
    private func plainBoundary(from place: Int) -> Int? {
        let bytes = rest.span
        var index = place
        while index + 1 < bytes.count {
            if bytes[index] == 0x0A, bytes[index + 1] == 0x0A { return index + 2 }
            index += 1
        }
        return nil
    }

    /// The place behind the next empty line. A CR at the very end may be the half of a CRLF.
    private func boundary(from place: Int) -> Int? {
        var index = place
        while index < rest.count {
            guard let next = lineEnd(at: index) else {
                index += 1
                continue
            }
            if let behind = lineEnd(at: next) { return behind }
            index = max(next, index + 1)
        }
        return nil
    }

    /// The place behind a line end that begins here.
    private func lineEnd(at index: Int) -> Int? {
        guard index < rest.count else { return nil }
        switch rest[index] {
        case 0x0A: return index + 1
        case 0x0D where index + 1 < rest.count: return rest[index + 1] == 0x0A ? index + 2 : index + 1
        default: return nil
        }
    }
}
