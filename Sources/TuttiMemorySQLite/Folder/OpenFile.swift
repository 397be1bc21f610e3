import Glibc

/// A file of a folder while it is open.
struct OpenFile {
    /// From the root of the folder.
    let path: String
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int64
    private let descriptor: Int32

    init(path: String, descriptor: Int32, information: stat) {
        self.path = path
        self.descriptor = descriptor
        size = Int(information.st_size)
        modified = Int64(information.st_mtim.tv_sec) * 1_000_000_000 + Int64(information.st_mtim.tv_nsec)
    }

    /// All bytes; `nil` when it cannot be read or no longer has the size it had.
    func read() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: size + 1)  // one more shows that it has grown
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            filled += count
        }
        guard filled == size else { return nil }
        bytes.removeLast()
        return bytes
    }
}
