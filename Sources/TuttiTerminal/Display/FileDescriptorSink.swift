import CTuttiSystem
import Glibc

/// Standard output or standard error.
package struct FileDescriptorSink: TextSink {
    package static let standardOutput = FileDescriptorSink(descriptor: STDOUT_FILENO, name: "standard output")
    package static let standardError = FileDescriptorSink(descriptor: STDERR_FILENO, name: "standard error")

    private let descriptor: Int32
    private let name: String

    /// - Parameters:
    ///   - descriptor: stays open as long as the sink is used; the sink does not close it.
    ///   - name: for errors.
    package init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    package func write(_ text: String) throws(OutputError) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody made the terminal non-blocking; wait until it takes more.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&waiting, 1, -1)
            } else if errno != EINTR {
                throw OutputError(errorNumber: errno, name: name)
            }
        }
    }

    package var terminalSize: TerminalSize? {
        var (rows, columns): (Int32, Int32) = (0, 0)
        guard unsafe CTuttiSystem_terminalSize(descriptor, &rows, &columns) == 0 else { return nil }
        // A terminal that does not know its size, as on a serial line, is taken for the classic one.
        return TerminalSize(columns: columns > 0 ? Int(columns) : 80, rows: rows > 0 ? Int(rows) : 24)
    }
}

extension OutputError {
    init(errorNumber: Int32, name: String) {
        let reason = unsafe String(cString: strerror(errorNumber))
        self.init(
            errorNumber: errorNumber, description: "cannot write to \(name): \(reason)",
            isClosedPipe: errorNumber == EPIPE)
    }
}
