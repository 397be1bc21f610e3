import Glibc
package import TuttiCore
import TuttiSandbox
package import TuttiTools
package import TuttiWorkspaces

/// The workspaces of a home: a store of versions, and a folder for each run that is at work.
package actor HomeWorkspaces: AgentWorkspaces {
    /// What is known of the folder of a run.
    private enum Holding {
        /// It is being made to hold this version; others that want the same wait for it.
        case becoming(String?, Task<Workspace, any Error>)
        /// It holds this version.
        case version(String?, Workspace)
        /// Somebody may have changed it.
        case unknown(Workspace)
    }

    private let opening: @Sendable () async throws -> WorkspaceStore
    private var opened: Task<WorkspaceStore, any Error>?
    private var holdings: [RunID: Holding] = [:]

    /// The workspaces of a home, whose store is opened when it is first used.
    package init(home: String) {
        opening = {
            let folder = home + "/workspaces"
            guard let owner = FileOwner.sandboxes else { return try await WorkspaceStore.open(folder) }
            return try await WorkspaceStore.open(folder, working: try Self.shared(with: home), owner: owner)
        }
    }

    /// The workspaces of another store.
    package init(opening: @escaping @Sendable () async throws -> WorkspaceStore) { self.opening = opening }

    /// Where the administrator's runs work: nobody else gets through to a home, and programs in a sandbox are somebody
    /// else then.
    private static func shared(with home: String) throws -> String {
        let folder = "/var/lib/tutti"
        guard unsafe mkdir(folder, 0o711) == 0 || errno == EEXIST else {
            throw ToolError(
                .system, "the folder \(folder) for the files of agents could not be made; run as another user than root"
            )
        }
        return folder + "/" + Digest.sha256Hex(home).prefix(32)
    }

    /// The versions, for whoever reads them.
    package var store: WorkspaceStore {
        get async throws {
            let task = opened ?? Task { [opening] in try await opening() }
            opened = task
            do {
                return try await task.value
            } catch {
                if opened == task { opened = nil }
                throw error
            }
        }
    }

    /// - Throws: `WorkspaceError`; `CancellationError`.
    package func folder(
        of run: RunID, holding version: String?, mayChange: Bool
    ) async throws -> WorkspaceFolder {
        let workspace: Workspace
        switch holdings[run] {
        case .version(version, let known): workspace = known
        case .becoming(version, let task): workspace = try await task.value
        default: workspace = try await bring(run, to: version)
        }
        if mayChange { holdings[run] = .unknown(workspace) }
        return WorkspaceFolder(path: workspace.path)
    }

    private func bring(_ run: RunID, to version: String?) async throws -> Workspace {
        let store = try await store
        let task = Task { try await Self.bring(run, to: version, in: store) }
        holdings[run] = .becoming(version, task)
        do {
            let workspace = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            if case .becoming(version, task)? = holdings[run] { holdings[run] = .version(version, workspace) }
            return workspace
        } catch {
            if case .becoming(version, task)? = holdings[run] { holdings[run] = nil }
            throw error
        }
    }

    private static func bring(_ run: RunID, to version: String?, in store: WorkspaceStore) async throws -> Workspace {
        guard let version else {
            try await store.removeWorkspace(run.text)
            return try await store.makeWorkspace(run.text)
        }
        guard let snapshot = SnapshotID(version) else {
            throw WorkspaceVersionError(version: version)
        }
        let workspace: Workspace
        do {
            workspace = try await store.workspace(named: run.text)
        } catch let error as WorkspaceError where error.reason == .notFound {
            workspace = try await store.makeWorkspace(run.text)
        }
        try await store.restore(snapshot, into: workspace)
        return workspace
    }

    /// - Throws: `WorkspaceError`; `CancellationError`.
    package func record(_ run: RunID) async throws -> String {
        let store = try await store
        let workspace =
            if case .unknown(let known)? = holdings[run] { known } else { try await store.workspace(named: run.text) }
        let version = try await store.snapshot(of: workspace).id.description
        holdings[run] = .version(version, workspace)
        return version
    }

    package func release(_ run: RunID) async {
        guard holdings.removeValue(forKey: run) != nil, let store = try? await store else { return }
        // What cannot be removed now is in nobody's way.
        try? await store.removeWorkspace(run.text)
    }
}

/// A journal names a version of files in words that this release does not know.
struct WorkspaceVersionError: CodedError {
    let version: String

    var code: String { "workspace_version" }
    var message: String { "'\(CleanText.line(version, bytesMax: 80))' is no version of files that this release knows" }
    var isRetryable: Bool { false }
}

extension FileOwner {
    /// The user that programs in sandboxes are; `nil` where that is who we are.
    fileprivate static var sandboxes: FileOwner? {
        SandboxIdentity.current.number.map { FileOwner(user: $0, group: $0) }
    }
}
