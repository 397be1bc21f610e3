import Glibc
import TuttiAgents
import TuttiCore
import TuttiReadings
import TuttiStore
import TuttiStoreSQLite
import TuttiWorkspaces

/// Removes the versions of files that no run names any more, and the folders of runs that have ended.
///
/// What a run records meanwhile is not lost: a version is kept for an hour, whoever names it.
struct WorkspacePruning {
    let home: HomeFolder

    /// Runs that are read at one time.
    private static let pageSize = 500

    /// - Returns: what was removed; `nil` in a home without workspaces.
    /// - Throws: `StoreError`; `WorkspaceError`; `DecodingError` for a run that cannot be read, and then nothing was
    ///   removed.
    func prune() async throws -> CollectionReport? {
        guard unsafe access(home.path + "/workspaces", F_OK) == 0,
            let journal = try await SQLiteJournalStore.openReadOnly(home)
        else { return nil }
        let (versions, atWork): (Set<SnapshotID>, Set<String>)
        do {
            (versions, atWork) = try await named(in: journal)
        } catch {
            await journal.close()
            throw error
        }
        await journal.close()
        let store = try await HomeWorkspaces(home: home.path).store
        for name in try await store.workspaceNames() where !atWork.contains(name) {
            try await store.removeWorkspace(name)
        }
        return try await store.collect(keeping: versions)
    }

    /// All versions that runs name, and the runs that have no end yet.
    private func named(in journal: SQLiteJournalStore) async throws -> (Set<SnapshotID>, Set<String>) {
        var (versions, atWork) = (Set<SnapshotID>(), Set<String>())
        var filter = RunFilter(limit: Self.pageSize)
        filter.workflow = Agent.name
        while true {
            let page = try await journal.runs(filter, tenant: RunReference.tenant)
            for run in page {
                if !run.status.isFinal { atWork.insert(run.id.text) }
                guard let record = try await journal.run(run.id, tenant: RunReference.tenant) else { continue }
                let known = try await AgentVersions(record, in: journal)
                versions.formUnion(
                    ([known.first] + known.all.map(\.version)).compactMap { $0 }.compactMap(SnapshotID.init))
            }
            guard page.count == Self.pageSize, let last = page.last else { return (versions, atWork) }
            filter.behind = RunFilter.Place(of: last)
        }
    }
}
