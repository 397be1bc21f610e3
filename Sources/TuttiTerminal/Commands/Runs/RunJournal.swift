import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// The journal of a home, opened for reading only: looking at runs must not change anything, nor make a home.
enum RunJournal {
    /// Opens it, lets `body` read, and closes it; `nil` when there is no database yet.
    static func read<Output>(
        _ arguments: Arguments, _ context: CommandContext,
        _ body: (SQLiteJournalStore?, _ home: String) async throws -> Output
    ) async throws -> Output {
        let home = try context.home(for: arguments)
        let store = try await SQLiteJournalStore.openReadOnly(home)
        do {
            let output = try await body(store, home.path)
            await store?.close()
            return output
        } catch {
            await store?.close()
            throw error
        }
    }

    /// As ``read(_:_:_:)``, for one run.
    ///
    /// - Throws: ``InputError``, ``CommandFailure`` when the run cannot be told; `StoreError`.
    static func read<Output>(
        run typed: String, _ arguments: Arguments, _ context: CommandContext,
        _ body: (RunRecord, SQLiteJournalStore, _ home: String) async throws -> Output
    ) async throws -> Output {
        let reference = try RunReference(typed)
        return try await read(arguments, context) { store, home in
            let id = try await reference.find(in: store)
            guard let store, let record = try await store.run(id, tenant: RunReference.tenant) else {
                throw CommandFailure("there is no run '\(typed)'; 'tutti runs ls' lists what there is")
            }
            return try await body(record, store, home)
        }
    }
}
