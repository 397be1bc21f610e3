import FoundationEssentials
import Glibc
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// Reads a text that a person names, and refuses what nobody could read.
enum DocumentReader {
    /// How large a text may be, and what to do with a larger one.
    struct Limit {
        var bytes: Int
        var name: String
        var advice: String

        static let document = Limit(
            bytes: RoundtableInput.documentSizeMax, name: "a document", advice: "review it in parts")
        /// What a run can be told.
        static let message = Limit(bytes: InboxLimits.payloadSizeMax, name: "a message", advice: "shorten it")
    }

    /// The text of a file, or of standard input for `-`.
    ///
    /// A pipe and a terminal may let us wait; until then nothing has begun, so a signal ends the process at once.
    ///
    /// - Parameters:
    ///   - standardInput: read for `-`.
    ///   - limit: what is larger is refused.
    ///   - whileReading: called between the parts; tests change the file in it.
    /// - Throws: ``InputError``, which names the file, the rule and the way out.
    static func read(
        _ path: String, standardInput: Int32 = STDIN_FILENO, limit: Limit = .document, whileReading: () -> Void = {}
    ) throws(InputError) -> String {
        let name = path == "-" ? "standard input" : path
        let bytes = try Signals.delivering(RoundtableSitting.signals) { () throws(InputError) in
            path == "-"
                ? try readAll(standardInput, named: name, limit, whileReading) : try readFile(path, limit, whileReading)
        }
        return try text(of: bytes, named: name)
    }

    private static func readFile(
        _ path: String, _ limit: Limit, _ whileReading: () -> Void
    ) throws(InputError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            let number = errno
            let wayOut = number == ENOENT ? "check the path" : "check its permissions"
            throw InputError("\(path): \(reason(number)); \(wayOut)")
        }
        defer { close(descriptor) }
        let before = try status(of: descriptor, path)
        guard before.st_mode & S_IFMT != S_IFDIR else { throw InputError("\(path) is a folder; name a file in it") }
        if before.st_size > limit.bytes { throw tooLarge(path, Int(before.st_size), limit) }
        let bytes = try readAll(descriptor, named: path, limit, whileReading)
        guard before.st_mode & S_IFMT == S_IFREG else { return bytes }  // a pipe changes whenever it is written to
        let after = try status(of: descriptor, path)
        guard before.st_mtim.tv_sec == after.st_mtim.tv_sec, before.st_mtim.tv_nsec == after.st_mtim.tv_nsec,
            Int(after.st_size) == bytes.count
        else { throw InputError("\(path) was changed while it was read; save it and try again") }
        return bytes
    }

    private static func status(of descriptor: Int32, _ path: String) throws(InputError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw InputError("\(path): \(reason(errno))") }
        return status
    }

    private static func readAll(
        _ descriptor: Int32, named name: String, _ limit: Limit, _ whileReading: () -> Void
    ) throws(InputError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw InputError("\(name): \(reason(errno))") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            whileReading()
            if bytes.count > limit.bytes { throw tooLarge(name, bytes.count, limit) }
        }
    }

    private static func text(of bytes: [UInt8], named name: String) throws(InputError) -> String {
        if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) {
            throw InputError("\(name) is empty; write at least a sentence into it")
        }
        guard !bytes.contains(0) else {
            throw InputError("\(name) is not a text but a binary file; give Markdown or plain text")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InputError(
                "\(name) is not UTF-8; convert it, for example with `iconv -f latin1 -t utf-8`")
        }
        return text
    }

    private static func tooLarge(_ name: String, _ size: Int, _ limit: Limit) -> InputError {
        InputError("\(name) has \(size) bytes or more, the limit for \(limit.name) is \(limit.bytes); \(limit.advice)")
    }

    private static func reason(_ number: Int32) -> String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}
