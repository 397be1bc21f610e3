import FoundationEssentials
import Glibc
import TuttiCore
import TuttiModels
import TuttiRuntime

/// A cassette that grows on disk, call by call. Each call is one line, which is on the disk when ``append`` returns.
actor CassetteFile {
    private nonisolated let thread = ThreadExecutor(name: "tutti-cassette")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let path: String
    private let secrets: [SecretText]
    private let file: CassetteDescriptor
    private var cassette: Cassette
    private var size: Int
    private var failure: CassetteError?

    /// Opens a cassette to go on with it, or makes it. A last line that a crash has cut is taken away.
    ///
    /// - Throws: `CassetteError` that names the file, the rule and the way out.
    init(path: String, hiding secrets: [SecretText]) throws(CassetteError) {
        self.path = path
        self.secrets = secrets
        file = try CassetteDescriptor(path: path)
        var bytes = try file.contents()
        let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        if end < bytes.count {
            bytes = bytes[..<end]
            try file.cut(to: end)
        }
        if bytes.isEmpty {
            cassette = Cassette()
            bytes = try cassette.bytes()
            try file.append(bytes)
            try file.syncFolder()
        } else {
            do throws(CassetteError) {
                cassette = try Cassette(bytes)
            } catch {
                throw CassetteError("\(path): \(error.message); name another file to record to")
            }
        }
        size = bytes.count
    }

    /// Adds a call; two that come at the same time stand one behind the other.
    ///
    /// - Throws: `CassetteError`; after a failed write no other one is tried, since the file may end anywhere.
    func append(_ request: ModelRequest, _ answer: ModelResponse) throws(CassetteError) {
        if let failure { throw failure }
        let line = try cassette.line(recording: request, answer, hiding: secrets)
        guard size + line.count <= Cassette.bytesMax else {
            throw CassetteError("\(path) would have more than \(Cassette.bytesMax) bytes; record to another file")
        }
        do throws(CassetteError) {
            try file.append(line)
            size += line.count
        } catch {
            failure = error
            throw error
        }
    }
}

/// The file itself.
private final class CassetteDescriptor: Sendable {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(CassetteError) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CassetteError("\(path) cannot be written: \(Self.reason); name another file")
        }
        var status = stat()
        let isFile = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        guard isFile, status.st_size <= Cassette.bytesMax else {
            close(descriptor)
            throw CassetteError(
                "\(path) is no file, or has more than \(Cassette.bytesMax) bytes; name another file to record to")
        }
    }

    deinit { close(descriptor) }

    private static var reason: String { unsafe String(cString: strerror(errno)) }

    func contents() throws(CassetteError) -> Data {
        var whole = [UInt8]()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe pread(descriptor, &buffer, buffer.count, off_t(whole.count))
            guard count >= 0 else { throw CassetteError("\(path) cannot be read: \(Self.reason); name another file") }
            guard count > 0, whole.count <= Cassette.bytesMax else { return Data(whole) }
            whole += buffer[..<count]
        }
    }

    func cut(to size: Int) throws(CassetteError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw CassetteError("\(path) cannot be mended: \(Self.reason); name another file")
        }
    }

    /// Returns when the bytes are on the disk.
    func append(_ bytes: Data) throws(CassetteError) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw CassetteError("the call could not be written to \(path): \(Self.reason); make room on the disk")
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else {
            throw CassetteError("the call could not be written to \(path): \(Self.reason); check the disk")
        }
    }

    /// Has the name of a new file on the disk, too.
    func syncFolder() throws(CassetteError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let opened = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return }  // a folder that may be written and not read
        defer { close(opened) }
        guard fsync(opened) == 0 else { throw CassetteError("\(folder) could not be written: \(Self.reason)") }
    }
}
