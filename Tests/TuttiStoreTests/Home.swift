import CSQLite
import FoundationEssentials
import Glibc
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// Gives `body` a home of its own in a temporary folder, which is removed at the end.
func withHome<Output>(_ body: (HomeFolder) async throws -> Output) async throws -> Output {
    let path = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(HomeFolder(path: path))
}

/// A fresh folder by its real path.
func temporaryFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory.path + "/tutti-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard let real = unsafe realpath(folder, nil) else { return folder }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
}

/// The bytes of a file, or none when it is not there.
func contents(_ path: String) -> Data { (try? Data(contentsOf: URL(filePath: path))) ?? Data() }

func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
}

/// Runs SQL on a file behind the store's back.
func sql(_ path: String, _ script: String) throws {
    var handle: OpaquePointer?
    defer { unsafe sqlite3_close_v2(handle) }
    let opened = unsafe sqlite3_open(path, &handle)
    let status = unsafe opened == SQLITE_OK ? sqlite3_exec(handle, script, nil, nil, nil) : opened
    guard status == SQLITE_OK else { throw SQLFailure(status: status) }
}

struct SQLFailure: Error {
    let status: Int32
}

/// The name of a test's nth run.
func testRun(_ n: Int) -> RunID {
    var random = SeededGenerator(seed: UInt64(n))
    return RunID(at: Timestamp(milliseconds: Int64(n)), using: &random)
}

let testExecutor = ExecutorID(trusted: "exe_00000000000000000000000000")

extension JournalStore {
    /// Writes a run with steps in one batch each.
    func write(run n: Int, steps: Int) async throws(StoreError) {
        let (id, at) = (testRun(n), Timestamp(milliseconds: 1))
        _ = try await apply([
            .start(
                StartCommand(
                    id: id, tenant: "default", workflow: "w", input: Payload(Data("{}".utf8)), inputHash: "h",
                    executor: testExecutor, at: at))
        ])
        for step in 0..<steps { try await write(step: step, of: n) }
    }

    /// Writes one step of a run; with padding, its result takes that many bytes more.
    func write(step: Int, of n: Int, padding: Int = 0) async throws(StoreError) {
        let output = "\(step)" + String(repeating: " ", count: padding)
        let at = Timestamp(milliseconds: 1)
        let row = StepRow(
            key: "s#\(step + 1)", kind: .step, attempt: 1, result: .completed(Payload(Data(output.utf8))),
            started: at, ended: at)
        let owner = Owner(run: testRun(n), executor: testExecutor, fence: 1)
        _ = try await apply([
            .record(RecordCommand(owner: owner, rows: [row], events: [.stepCompleted(row.key, attempt: 1)], at: at))
        ])
    }
}
