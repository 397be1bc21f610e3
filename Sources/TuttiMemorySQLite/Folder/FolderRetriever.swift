import Glibc
public import TuttiAgents
import TuttiCore
public import TuttiRuntime
import TuttiStoreSQLite

/// Finds passages in the files of a folder: texts, documents, code.
///
/// ```swift
/// let context = try await FolderRetriever.open("docs")
/// for passage in try await context.passages(for: "how long are runs kept?", limit: 5) {
///     print("\(passage.file):\(passage.firstLine)-\(passage.lastLine)")
/// }
/// ```
///
/// The folder is read when it is opened, and again by ``refresh()``; a question is answered from what was read. Hidden
/// files and folders, folders of built things, binary files, files that are not UTF-8, files with private keys and
/// symbolic links are left out, and what is beyond ``FolderLimits``; ``report`` tells what was and why.
///
/// A passage ranks by bm25 over its text, its headings and its path. Words are compared by their English stems, without
/// accents, and names also by their parts (`maxRetryCount` by `retry`). Equal files give equal answers.
public final class FolderRetriever: Retriever {
    /// Where the index of a folder is kept.
    public struct IndexPlace: Sendable, Hashable {
        enum Kind: Hashable {
            case memory
            case file(String)
            case home(String)
        }

        let kind: Kind

        /// In memory: made anew each time the folder is opened.
        public static let memory = IndexPlace(kind: .memory)
        /// In a file, which several processes may share; only what has changed is read again.
        public static func file(_ path: String) -> IndexPlace { IndexPlace(kind: .file(path)) }
        /// In a file of Tutti's home, one for each folder.
        public static func home(_ path: String) -> IndexPlace { IndexPlace(kind: .home(path)) }
    }

    /// The folder by its real path.
    public let folder: String
    /// What could be found when the folder was opened, and what was left out.
    public let report: FolderReport
    private let index: FolderIndex

    private init(folder: String, report: FolderReport, index: FolderIndex) {
        self.folder = folder
        self.report = report
        self.index = index
    }

    /// Reads a folder.
    ///
    /// - Parameters:
    ///   - folder: its path; it may be a symbolic link.
    ///   - index: where what was read is kept.
    ///   - limits: how much is read.
    ///   - clock: by which is told whether a file may have changed; tests pass one that is advanced by hand.
    /// - Throws: `.badFolder` for what is not there, no folder, or not readable; `.badIndex`, `.indexFailure`;
    ///   `.cancelled` when the task is.
    public static func open(
        _ folder: String, index: IndexPlace = .memory, limits: FolderLimits = FolderLimits(),
        clock: any Timekeeper = SystemTimekeeper()
    ) async throws(RetrievalError) -> FolderRetriever {
        try await open(folder, index: index, limits: limits, clock: clock, vfs: nil)
    }

    /// - Parameter vfs: another file layer of SQLite than the system's own; tests pass one that fails.
    package static func open(
        _ folder: String, index: IndexPlace, limits: FolderLimits = FolderLimits(),
        clock: any Timekeeper = SystemTimekeeper(), vfs: String?
    ) async throws(RetrievalError) -> FolderRetriever {
        let root = try realPath(of: folder)
        let path = try path(of: index, root: root)
        let index = FolderIndex(root: root, path: path, vfs: vfs, limits: limits, clock: clock)
        let report = try await index.refresh()
        return FolderRetriever(folder: root, report: report, index: index)
    }

    private static func realPath(of folder: String) throws(RetrievalError) -> String {
        guard !folder.isEmpty, !folder.utf8.contains(0) else {
            throw RetrievalError(.badFolder, "a context folder needs a path, and \"\(folder)\" is none")
        }
        guard let real = unsafe realpath(folder, nil) else { throw FolderWalk.badFolder(folder, errno) }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private static func path(of place: IndexPlace, root: String) throws(RetrievalError) -> String? {
        switch place.kind {
        case .memory: return nil
        case .file(let path): return path
        case .home(let home):
            let folder = home + "/context"
            for made in [home, folder] {
                guard unsafe mkdir(made, 0o700) == 0 || errno == EEXIST else {
                    throw RetrievalError(
                        .indexFailure,
                        "\(made) cannot be made: \(String(errno: errno)); choose another home, or keep the index in "
                            + "memory")
                }
            }
            return "\(folder)/\(Digest.sha256Hex(root).prefix(32)).db"
        }
    }

    /// Passages that one question may ask for.
    public static let passagesMax = 100
    /// Different words of a question that are looked for; the ones after them say little more.
    public static let wordsMax = 64

    /// The passages in which words of the question occur, the best first.
    ///
    /// - Throws: `.invalidLimit` for a limit outside of 1 to ``passagesMax``; `.indexFailure`, `.closed`.
    public func passages(for query: String, limit: Int) async throws(RetrievalError) -> [Passage] {
        guard (1...Self.passagesMax).contains(limit) else {
            throw RetrievalError(
                .invalidLimit, "\(limit) passages were asked for; ask for 1 to \(Self.passagesMax)")
        }
        return try await index.passages(SearchTerms.ofQuery(query, max: Self.wordsMax), limit: limit)
    }

    /// Reads again what has changed in the folder.
    ///
    /// - Returns: what can be found now, and what was left out.
    /// - Throws: as ``open(_:index:limits:clock:)``; what was read before can still be found then.
    @discardableResult
    public func refresh() async throws(RetrievalError) -> FolderReport { try await index.refresh() }

    /// Closes the index; every later call is an error.
    public func close() async { await index.close() }
}
