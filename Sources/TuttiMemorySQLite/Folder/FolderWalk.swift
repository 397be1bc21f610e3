import Glibc
import TuttiAgents
import TuttiStoreSQLite

/// Goes through a folder, always in the same order, and hands over each file that may be read.
///
/// Files are opened from the folder above them and never through a symbolic link, so that nothing outside of the folder
/// can be put in their place meanwhile.
struct FolderWalk {
    let root: String
    let limits: FolderLimits
    private(set) var report: FolderReport
    private var names = 0

    init(root: String, limits: FolderLimits) {
        self.root = root
        self.limits = limits
        report = FolderReport(folder: root)
    }

    /// Calls `body` for each file with its path from the root; it gives the reason not to take the file, or `nil`.
    mutating func forEachFile(
        _ body: (OpenFile) throws(RetrievalError) -> FolderReport.Reason?
    ) throws(RetrievalError) {
        let descriptor = unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FolderWalk.badFolder(root, errno) }
        try visit(descriptor, path: "", depth: 1, body)
        report.sortReasons()
    }

    /// What is said of a folder that cannot be searched.
    static func badFolder(_ path: String, _ number: Int32) -> RetrievalError {
        let why =
            switch number {
            case ENOENT: "is not there; check the path"
            case ENOTDIR: "is not a folder; name the folder that holds the file"
            case EACCES, EPERM: "may not be read; change its permissions, or choose another folder"
            default: "cannot be read: \(String(errno: number))"
            }
        return RetrievalError(.badFolder, "the context folder \(path) \(why)")
    }

    /// Takes over the descriptor.
    private mutating func visit(
        _ descriptor: Int32, path: String, depth: Int,
        _ body: (OpenFile) throws(RetrievalError) -> FolderReport.Reason?
    ) throws(RetrievalError) {
        defer { close(descriptor) }
        guard let names = list(descriptor, path: path) else { return }
        for name in names {
            if Task.isCancelled { throw RetrievalError(.cancelled, "reading \(root) was cancelled") }
            guard let text = String(validating: name, as: UTF8.self) else {
                report.skip(path + String(decoding: name, as: UTF8.self), .nameNotUTF8)
                continue
            }
            let place = path + text
            if name.first == UInt8(ascii: ".") {
                report.skip(place, .hidden)
                continue
            }
            var information = stat()
            guard unsafe fstatat(descriptor, text, &information, AT_SYMLINK_NOFOLLOW) == 0 else {
                report.skip(place, .unreadable)
                continue
            }
            switch information.st_mode & S_IFMT {
            case S_IFDIR: try enter(text, of: descriptor, path: place, depth: depth, body)
            case S_IFREG: try take(text, of: descriptor, path: place, body)
            case S_IFLNK: report.skip(place, leadsOut(place) ? .linkOut : .link)
            default: report.skip(place, .special)
            }
        }
    }

    private mutating func enter(
        _ name: String, of parent: Int32, path: String, depth: Int,
        _ body: (OpenFile) throws(RetrievalError) -> FolderReport.Reason?
    ) throws(RetrievalError) {
        guard !limits.builtFolders.contains(name) else { return report.skip(path, .built) }
        guard depth < limits.depthMax else { return report.skip(path, .depth) }
        let descriptor = unsafe openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return report.skip(path, .unreadable) }
        try visit(descriptor, path: path + "/", depth: depth + 1, body)
    }

    private mutating func take(
        _ name: String, of parent: Int32, path: String,
        _ body: (OpenFile) throws(RetrievalError) -> FolderReport.Reason?
    ) throws(RetrievalError) {
        guard report.files < limits.filesMax else { return report.skip(path, .files) }
        // Without waiting: a pipe may have taken the file's place.
        let descriptor = unsafe openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return report.skip(path, .unreadable) }
        defer { close(descriptor) }
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            return report.skip(path, .unreadable)
        }
        let file = OpenFile(path: path, descriptor: descriptor, information: information)
        guard file.size <= limits.fileBytesMax else { return report.skip(path, .fileBytes) }
        guard file.size <= limits.bytesMax - report.bytes else { return report.skip(path, .bytes) }
        if let reason = try body(file) { return report.skip(path, reason) }
        report.files += 1
        report.bytes += file.size
    }

    /// The names in a folder, in the order of their bytes; `nil` when they are too many or cannot be read.
    private mutating func list(_ descriptor: Int32, path: String) -> [[UInt8]]? {
        let shown = path.isEmpty ? "." : String(path.dropLast())
        let copy = dup(descriptor)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            report.skip(shown, .unreadable)
            return nil
        }
        defer { unsafe closedir(stream) }
        var found: [[UInt8]] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if name == [0x2E] || name == [0x2E, 0x2E] { continue }
            found.append(name)
            guard names + found.count <= limits.namesMax else {
                // The system lists in no order: taking some of them would not be the same the next time.
                report.skip(shown, .names)
                return nil
            }
        }
        names += found.count
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private func leadsOut(_ path: String) -> Bool {
        guard let real = unsafe realpath(root + "/" + path, nil) else { return true }
        defer { unsafe free(real) }
        let target = unsafe String(cString: real)
        return target != root && !target.hasPrefix(root == "/" ? root : root + "/")
    }
}
