import CTuttiSystem
import FoundationEssentials
import Glibc
import Synchronization
import TuttiCore
import TuttiRuntime

/// How the processes of one home tell each other that something has changed: a datagram to each executor's socket.
///
/// A hint carries nothing and may be lost; who misses it finds the change at its next poll. Where sockets cannot be
/// made (a home with a very long path, a file system without them) there are no hints.
final class HintSockets: Sendable {
    private let folder: String
    private let open = Mutex<[ExecutorID: Int32]>([:])

    init(folder: String) { self.folder = folder }

    private static let suffix = ".sock"

    static func path(of id: ExecutorID, in folder: String) -> String { "\(folder)/\(id.text)\(suffix)" }

    /// The hints for an executor of this process, until ``close(_:)``.
    func listen(_ id: ExecutorID) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let descriptor = unsafe CTuttiSystem_bindDatagramSocket(Self.path(of: id, in: folder))
        guard descriptor >= 0 else {
            continuation.finish()
            return stream
        }
        open.withLock { $0[id] = descriptor }
        PosixThread.start(name: "tutti-hints") {
            var byte: UInt8 = 0
            while true {
                let count = unsafe recv(descriptor, &byte, 1, 0)
                if count < 0 && errno == EINTR { continue }
                // A shut-down socket reads as empty, and leaves the last errno as it was.
                guard count > 0 else { break }
                continuation.yield()
            }
            continuation.finish()
            Glibc.close(descriptor)
        }
        return stream
    }

    /// Ends the hints for an executor of this process.
    func close(_ id: ExecutorID) {
        guard let descriptor = open.withLock({ $0.removeValue(forKey: id) }) else { return }
        _ = unsafe unlink(Self.path(of: id, in: folder))
        shutdown(descriptor, Int32(SHUT_RDWR))  // wakes the thread, which closes the descriptor
    }

    /// Tells all executors of the home, those of this process included.
    func send() {
        guard let descriptor = open.withLock({ $0.values.first }) else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasSuffix(Self.suffix) {
            unsafe CTuttiSystem_sendHint(descriptor, "\(folder)/\(name)")
        }
    }
}
