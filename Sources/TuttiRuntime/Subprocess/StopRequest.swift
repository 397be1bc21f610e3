import Glibc
import Synchronization

/// A request to stop a program, which its thread finds among what it waits for.
final class StopRequest: Sendable {
    private let pipe: Mutex<Pipe?>
    /// Readable after the request.
    let descriptor: Int32

    init() throws(SubprocessError) {
        let pipe = try Pipe()
        descriptor = pipe.reading.number
        self.pipe = Mutex(pipe)
    }

    /// Asks; does nothing when the program has ended.
    func make() {
        pipe.withLock { pipe in
            guard let pipe else { return }
            var byte: UInt8 = 1
            _ = unsafe write(pipe.writing.number, &byte, 1)
        }
    }

    /// Closes the descriptor, which nobody waits for any more.
    func close() { pipe.withLock { $0 = nil } }
}
