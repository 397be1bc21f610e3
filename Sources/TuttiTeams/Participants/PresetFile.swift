import FoundationEssentials
import Glibc
import TuttiYAML

extension Presets {
    /// The built-in panels, and those in the folder `presets` of a home; a home without that folder has none.
    ///
    /// - Parameter home: the home.
    /// - Throws: ``PresetError`` `unreadable_preset` when the folder cannot be read, or has too many files.
    public init(home: String) throws(PresetError) {
        let folder = home.hasSuffix("/") ? home + "presets" : home + "/presets"
        guard FileManager.default.fileExists(atPath: folder) else {
            self.init()
            return
        }
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .unreadable(path: folder, reason: "cannot be read as a folder; check what it is and who may read it")
        }
        var own: [String: String] = [:]
        // Of two endings `.yaml` counts, which comes first.
        for entry in entries.sorted() where !entry.hasPrefix(".") {
            guard let ending = PresetFile.endings.first(where: { entry.hasSuffix($0) }) else { continue }
            let name = String(entry.dropLast(ending.count))
            if own[name] == nil { own[name] = folder + "/" + entry }
        }
        guard own.count <= Self.filesMax else {
            throw .unreadable(
                path: folder, reason: "has \(own.count) presets, the limit is \(Self.filesMax); remove some")
        }
        self.init(own: own)
    }
}

/// Reads the file of a panel.
enum PresetFile {
    static let endings = [".yaml", ".yml"]
    private static let sizeMax = YAMLDocument.sizeMax

    static func text(at path: String) throws(PresetError) -> String {
        // A pipe that nobody writes to must not hold us.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT
            throw .unreadable(
                path: path, reason: isMissing ? "is not there; check the path" : "cannot be read; check who may read it"
            )
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "is no file; name a file")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= sizeMax {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: "cannot be read to its end; check the disk") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= sizeMax else {
            throw .unreadable(path: path, reason: "has more than \(sizeMax) bytes; shorten it")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(path: path, reason: "is no UTF-8; save it as UTF-8")
        }
        return text
    }
}
