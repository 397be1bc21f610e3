import CTuttiSystem
import FoundationEssentials
import Glibc
import TuttiRuntime

/// A named pipe through which a program says that it has come to some point.
final class NamedPipe: Sendable {
    let path: String
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tutti-pipe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "pipe").path
        guard unsafe mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Waits until somebody has written and closed it, and gives what was written.
    func text() async -> String {
        let path = self.path
        return await withCheckedContinuation { continuation in
            PosixThread.start(name: "test-pipe") {
                continuation.resume(returning: Self.text(at: path))
            }
        }
    }
}

extension NamedPipe {
    /// `Data(contentsOf:)` takes ordinary files only.
    fileprivate static func text(at path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var text = ""
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(descriptor, &bytes, bytes.count)
            guard count > 0 else { return text }
            text += String(decoding: bytes[..<count], as: UTF8.self)
        }
    }
}

/// What our children are called, the dead that nobody has reaped among them; but for that of a sanitizer.
func childNames() -> [String] {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.filter { Int32($0) != nil }.compactMap { process in
        // PID (NAME) STATE PARENT …; files of /proc have no size, which Data takes for none at all.
        let text = NamedPipe.text(at: "/proc/\(process)/stat")
        guard let opening = text.firstIndex(of: "("), let closing = text.lastIndex(of: ")") else { return nil }
        let rest = text[closing...].split(separator: " ")
        let name = String(text[text.index(after: opening)..<closing])
        return rest.count > 2 && Int32(rest[2]) == getpid() && !name.hasPrefix("llvm-symbol") ? name : nil
    }
}

/// Waits until a process has ended, whoever its parent is; gives false when it lives on for long.
func hasEnded(_ process: Int32) async -> Bool {
    await withCheckedContinuation { continuation in
        PosixThread.start(name: "test-end") {
            let descriptor = CTuttiSystem_watchProcess(process)
            guard descriptor >= 0 else { return continuation.resume(returning: errno == ESRCH) }
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = unsafe poll(&polled, 1, 20_000)
            close(descriptor)
            continuation.resume(returning: count == 1)
        }
    }
}
