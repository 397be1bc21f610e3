import FoundationEssentials
import Tutti
import TuttiStoreSQLite

extension CommandContext {
    /// The memory of the home that this command line means; `nil` when nothing was ever remembered there.
    ///
    /// - Throws: ``CommandFailure``, `ConfigurationError`, `MemoryError`.
    func memory(for arguments: Arguments) async throws -> SQLiteMemory? {
        let path = HomeMemory(try home(for: arguments).path).path
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try await SQLiteMemory.open(path)
    }
}
