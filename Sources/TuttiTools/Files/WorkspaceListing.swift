import Glibc

/// What there is in a workspace, in the order of the names.
struct WorkspaceListing {
    struct Entry: Sendable, Hashable {
        enum Sort: Sendable, Hashable { case file(size: Int), folder, link, other }

        let path: WorkspacePath
        let sort: Sort
    }

    private let files: WorkspaceFiles
    private let pattern: GlobPattern?
    private(set) var entries: [Entry] = []
    /// Whether a limit has ended the list.
    private(set) var isCut = false
    private var visited = 0

    /// Folders whose inside nobody wants listed: they are named all the same.
    private static let closed: Set<String> = [".git", "node_modules", "__pycache__", ".build", "target", ".venv"]

    /// Lists a folder with all that is in it.
    ///
    /// - Parameter pattern: what a path has to fit to be told; `nil` for all.
    /// - Throws: as ``WorkspaceFiles``.
    init(_ files: WorkspaceFiles, at path: WorkspacePath, pattern: GlobPattern?) throws {
        self.files = files
        self.pattern = pattern
        try visit(try files.open(folderAt: path), path, depth: 0)
    }

    private mutating func visit(_ folder: OpenFile, _ path: WorkspacePath, depth: Int) throws {
        for name in try names(in: folder) {
            visited += 1
            guard entries.count < ToolLimits.entriesMax, visited <= ToolLimits.visitedMax else {
                isCut = true
                return
            }
            var status = stat()
            guard unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            let place = WorkspacePath(components: path.components + [name])
            let sort = Self.sort(of: status)
            if pattern?.fits(place.text) ?? true { entries.append(Entry(path: place, sort: sort)) }
            guard sort == .folder, !Self.closed.contains(name) else { continue }
            guard depth + 1 < ToolLimits.depthMax else {
                isCut = true
                continue
            }
            // What has become a link meanwhile is passed over.
            guard let inside = try? files.open(name, in: folder, place, O_RDONLY | O_DIRECTORY) else { continue }
            try visit(inside, place, depth: depth + 1)
        }
    }

    private static func sort(of status: stat) -> Entry.Sort {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file(size: Int(status.st_size))
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
    }

    /// The names in a folder, sorted; names that are no UTF-8 are passed over, as no path could name them.
    private func names(in folder: OpenFile) throws -> [String] {
        let copy = fcntl(folder.number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            throw ToolError(.system, "a folder of the workspace cannot be listed")
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while names.count < ToolLimits.visitedMax, let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
