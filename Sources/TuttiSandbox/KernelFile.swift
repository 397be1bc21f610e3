import Glibc

/// The small files by which the kernel tells and is told (proc(5), cgroups(7)).
enum KernelFile {
    /// What of a file is read; none that we read is longer.
    private static let readMax = 64 << 10

    /// What it says; `nil` when it is not there or not for us.
    static func text(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        while bytes.count < readMax {
            var count = 0
            bytes += unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, initialized in
                count = unsafe read(file, buffer.baseAddress, buffer.count)
                initialized = max(0, count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Tells the kernel, and says whether it has taken it.
    static func write(_ text: String, to path: String) -> Bool {
        let file = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        var text = text
        return text.withUTF8 { bytes in
            unsafe Glibc.write(file, bytes.baseAddress, bytes.count) == bytes.count
        }
    }

    /// The number behind a word at the beginning of a line, as in `oom_kill 3`.
    static func number(_ word: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ":" })
            if words.count > 1, words[0] == word { return Int(words[1]) }
        }
        return nil
    }
}
