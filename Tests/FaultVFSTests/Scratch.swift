import CSQLite
import FaultVFS
import FoundationEssentials

/// A folder for one test, removed with it.
final class Scratch {
    let folder: String
    var database: String { folder + "/a.db" }

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/fault-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard FaultPlan.isRegistered else { throw Database.Failure(status: SQLITE_ERROR) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
