import Glibc
import Synchronization
import TuttiRuntime
import TuttiTeams

/// The messages that a person types, or that come through a pipe: one a line.
final class ChatLines: Sendable {
    /// What comes next.
    enum Next: Sendable, Equatable {
        case line(String)
        /// A line above the limit, which is passed over.
        case tooLong
        case end
    }

    private struct State {
        var bytes: [UInt8] = []
        var isAtEnd = false
    }

    private let descriptor: Int32
    private let state = Mutex(State())

    private static let chunk = 16 << 10

    init(_ input: CommandInput) { descriptor = input.descriptor }

    /// Reads the next line in a thread of its own, and hands it over. A thread that waits for a person cannot be called
    /// back; it ends with the process.
    ///
    /// To be called again only when the line has come.
    func read(_ take: @escaping @Sendable (Next) -> Void) {
        PosixThread.start(name: "tutti-chat-input") { take(self.next()) }
    }

    /// Reads the next line, on the calling thread.
    func next() -> Next {
        var isTooLong = false
        while true {
            if let line = takeLine() { return isTooLong ? .tooLong : .line(line) }
            if state.withLock({ $0.isAtEnd }) {
                let rest = state.withLock { state in
                    defer { state.bytes = [] }
                    return state.bytes
                }
                if isTooLong { return .tooLong }
                return rest.isEmpty ? .end : .line(Self.text(rest[...]))
            }
            let hasRoom = state.withLock { state in
                // A byte more than may be said, so that whoever says too much is told.
                guard state.bytes.count > ChatLimits.textMax + 1 else { return true }
                state.bytes = []
                return false
            }
            if !hasRoom { isTooLong = true }
            readMore()
        }
    }

    private func takeLine() -> String? {
        state.withLock { state in
            guard let end = state.bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            defer { state.bytes.removeFirst(end + 1) }
            return Self.text(state.bytes[..<end])
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
    }

    private func readMore() {
        var chunk = [UInt8](repeating: 0, count: Self.chunk)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count > 0 { return state.withLock { $0.bytes += chunk[..<count] } }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&waiting, 1, -1)
                continue
            }
            return state.withLock { $0.isAtEnd = true }
        }
    }
}
