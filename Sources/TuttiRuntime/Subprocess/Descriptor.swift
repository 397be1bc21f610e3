import CTuttiSystem
import Glibc

/// A file descriptor that is closed when nobody holds it any more.
final class Descriptor: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }
}

/// A pipe; both ends are close-on-exec.
struct Pipe: Sendable {
    let reading: Descriptor
    let writing: Descriptor

    init() throws(SubprocessError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe CTuttiSystem_pipe(&ends) == 0 else { throw .system("no pipe could be made", errno) }
        reading = Descriptor(owning: ends[0])
        writing = Descriptor(owning: ends[1])
    }
}
