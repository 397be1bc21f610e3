import Glibc

/// A descriptor that is closed when nobody holds it any more.
final class OpenFile: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// All bytes up to the end, and never more than so many.
    ///
    /// - Throws: what `failure` makes of the system's error.
    func readAll(max: Int, failure: (Int32) -> any Error) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < max {
            let wanted = min(chunk.count, max - bytes.count)
            let count = unsafe read(number, &chunk, wanted)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// - Throws: what `failure` makes of the system's error.
    func writeAll(_ bytes: [UInt8], failure: (Int32) -> any Error) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in unsafe write(number, buffer.baseAddress, buffer.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            rest = rest.dropFirst(count)
        }
    }
}
