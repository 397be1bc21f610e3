import FoundationEssentials
import Glibc
import TestProcess

@testable import TuttiWorkspaces

/// A store and a workspace of one test.
struct WorkspaceWorld {
    let folder: TestFolder
    let store: WorkspaceStore
    let workspace: Workspace

    init(disk: Disk = Disk()) async throws {
        folder = try TestFolder()
        store = try await WorkspaceStore.open(folder.path + "/store", disk: disk)
        workspace = try await store.makeWorkspace("work")
    }

    func path(_ name: String) -> String { workspace.path + "/" + name }
    func core() throws -> StoreCore { try StoreCore(path: folder.path + "/store", owner: nil, disk: Disk()) }

    func write(_ name: String, _ text: String, executable: Bool = false) throws {
        let above = URL(filePath: path(name)).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        _ = unsafe chmod(path(name), executable ? 0o755 : 0o644)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }
    func text(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }
    func snapshot() async throws -> SnapshotID { try await store.snapshot(of: workspace).id }

    func text(_ snapshot: SnapshotID, _ path: String) async throws -> String {
        String(decoding: try await store.read(snapshot, try EntryPath(path)), as: UTF8.self)
    }

    /// Every file and link of a snapshot with what it holds; folders end with `/`.
    func contents(_ snapshot: SnapshotID, _ path: EntryPath = .root) async throws -> [String: String] {
        try await Self.contents(store, snapshot, path)
    }

    static func contents(
        _ store: WorkspaceStore, _ snapshot: SnapshotID, _ path: EntryPath = .root
    ) async throws -> [String: String] {
        var found: [String: String] = [:]
        for entry in try await store.list(snapshot, path) {
            switch entry.kind {
            case .folder:
                found[entry.path.description + "/"] = ""
                found.merge(try await contents(store, snapshot, entry.path)) { $1 }
            case .file(_, let isExecutable, _):
                let text = String(decoding: try await store.read(snapshot, entry.path), as: UTF8.self)
                found[entry.path.description] = (isExecutable ? "x:" : "") + text
            case .link(let target): found[entry.path.description] = "-> " + ShownName.text(of: target)
            }
        }
        return found
    }

    /// Where an object of the store is.
    func objectPath(_ snapshot: SnapshotID, _ path: String) async throws -> String {
        guard case .file(_, _, let hash) = try await store.entry(snapshot, try EntryPath(path)).kind else { return "" }
        return objectPath("objects", hash.hex)
    }

    func objectPath(_ kind: String, _ hex: String) -> String {
        "\(folder.path)/store/\(kind)/\(hex.prefix(2))/\(hex)"
    }

    /// Names in a folder of the store.
    func names(_ name: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/store/" + name)) ?? []
    }

    /// Lets some milliseconds pass on the clock of files, so that what was written shows its next change.
    func waitForMoment() {
        let now = FileMoment.now
        while FileMoment.now <= now { sched_yield() }
    }

    /// Makes every object look as old as this.
    func age(by duration: Duration) throws {
        let moment = FileMoment.now.before(duration).nanoseconds
        let time = timespec(tv_sec: Int(moment / 1_000_000_000), tv_nsec: Int(moment % 1_000_000_000))
        for kind in ["objects", "trees", "recent"] {
            let base = folder.path + "/store/" + kind
            for name in try FileManager.default.subpathsOfDirectory(atPath: base) {
                _ = unsafe utimensat(AT_FDCWD, base + "/" + name, [time, time], 0)
            }
        }
    }
}

extension WorkspaceError {
    static func isReason(_ reason: Reason) -> (any Error) -> Bool { { ($0 as? WorkspaceError)?.reason == reason } }
}
