public import TuttiCore
public import TuttiStore

extension Engine {
    /// Takes a run with its whole journal out of the store, to be kept or replayed. It stays where it is.
    ///
    /// - Throws: ``RunError`` `.notFound`; ``RunArchiveError`` `archive_too_large`; `StoreError`.
    public func archive(of id: RunID) async throws -> RunArchive {
        guard let record = try await store.run(id, tenant: options.tenant) else { throw RunError.notFound(id) }
        return try await RunArchive(record, from: store)
    }
}
