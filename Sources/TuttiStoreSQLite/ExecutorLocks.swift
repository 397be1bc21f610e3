import FoundationEssentials
import Glibc
import Synchronization
import TuttiCore
import TuttiStore

/// The life of executors on one machine: each holds `flock` on its own file, and the kernel lets go of it at any death.
///
/// The descriptors are close-on-exec, so that no child process keeps a lock alive. A file is deleted only by who holds
/// its lock; an executor whose file is gone is dead.
final class ExecutorLocks: Sendable {
    private let folder: String
    private let held = Mutex<[ExecutorID: Int32]>([:])

    init(folder: String) { self.folder = folder }

    private func path(of id: ExecutorID) -> String { "\(folder)/\(id.text).lock" }

    /// Takes the lock of a new executor of this process.
    func acquire(_ id: ExecutorID) throws(StoreError) {
        let descriptor = unsafe open(path(of: id), O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
            let reason = String(errno: errno)
            if descriptor >= 0 { close(descriptor) }
            throw StoreError(.notWritable, "locking \(path(of: id)): \(reason); choose another home with --home")
        }
        held.withLock { $0[id] = descriptor }
    }

    /// Lets go of a lock of this process, and removes its file.
    func release(_ id: ExecutorID) {
        guard let descriptor = held.withLock({ $0.removeValue(forKey: id) }) else { return }
        _ = unsafe unlink(path(of: id))
        letGo(descriptor)
    }

    /// Unlocks before closing: a child process between its fork and its exec still has a copy of the descriptor.
    private func letGo(_ descriptor: Int32) {
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Lets go of a lock as the kernel does at the end of a process: its file and row stay behind.
    func abandon(_ id: ExecutorID) {
        if let descriptor = held.withLock({ $0.removeValue(forKey: id) }) { letGo(descriptor) }
    }

    /// Whether some process holds the lock.
    func isAlive(_ id: ExecutorID) -> Bool {
        let descriptor = unsafe open(path(of: id), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno != ENOENT }  // in doubt nobody is robbed of a run
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// Whether any executor of this home is alive.
    func isAnyoneAlive() -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.contains { name in
            name.hasSuffix(".lock") && isAlive(ExecutorID(trusted: String(name.dropLast(".lock".count))))
        }
    }

    /// Removes the files of an executor that is dead; does nothing when it is alive after all.
    func removeDead(_ id: ExecutorID) {
        let descriptor = unsafe open(path(of: id), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
        _ = unsafe unlink(HintSockets.path(of: id, in: folder))
        _ = unsafe unlink(path(of: id))
    }
}

extension String {
    /// What the system says of an error number.
    package init(errno number: Int32) {
        var buffer = [CChar](repeating: 0, count: 256)
        let status = unsafe strerror_r(number, &buffer, buffer.count)
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        self = status == 0 ? String(decoding: bytes, as: UTF8.self) : "error \(number)"
    }
}
