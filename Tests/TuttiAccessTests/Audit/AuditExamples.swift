import CSQLite
import FoundationEssentials
import TestProcess
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore

/// Entries of tests, all alike but for their number.
func auditDraft(_ number: Int, tenant: String = "default", at milliseconds: Int64? = nil) -> AuditDraft {
    AuditDraft(
        time: Timestamp(milliseconds: milliseconds ?? 1_700_000_000_000 + Int64(number)), tenant: tenant,
        actor: AuditActor(
            id: "usr_a", name: "Ada", credential: .key(APIKeyID(trusted: "key_1")), address: "192.0.2.1"),
        action: .secretWritten, target: AuditTarget(kind: "secret", id: "s\(number)"), outcome: .done,
        request: "req-\(number)", details: ["place": "tenant", "kind": "provider"])
}

extension SQLiteAccessStore {
    /// Adds entries, each by a call of its own.
    func fill(_ count: Int) async throws {
        for number in 1...count { try await append(auditDraft(number)) }
    }
}

/// Runs SQL on the file of a home behind the store's back, with the triggers out of the way.
func tamper(_ home: TestFolder, _ script: String, dropsTriggers: Bool = true) throws {
    var handle: OpaquePointer?
    defer { unsafe sqlite3_close_v2(handle) }
    let triggers = ["follows", "stays", "goes", "anchor_moves", "anchor_stays", "anchor_is_one"]
    let drops = dropsTriggers ? triggers.map { "drop trigger if exists audit_\($0);" }.joined() : ""
    let opened = unsafe sqlite3_open(home.path + "/access.db", &handle)
    let status = unsafe opened == SQLITE_OK ? sqlite3_exec(handle, drops + script, nil, nil, nil) : opened
    guard status == SQLITE_OK else { throw TamperFailure(status: status) }
}

struct TamperFailure: Error {
    let status: Int32
}

/// The break of a verification, or `nil` when all is whole.
func place(_ verification: AuditVerification) -> AuditBreak? {
    if case .broken(let place) = verification { place } else { nil }
}

/// All lines of an export.
func exported(_ log: some AuditLog, from first: Int64? = nil, through last: Int64? = nil) async throws -> [Data] {
    let lines = LineCollector()
    _ = try await log.export(from: first, through: last, release: "0.1.0", at: Timestamp(milliseconds: 0)) {
        line throws(AuditError) in await lines.add(line)
    }
    return await lines.lines
}

actor LineCollector {
    private(set) var lines: [Data] = []
    func add(_ line: [UInt8]) { lines.append(Data(line)) }
}
