import CFaultVFS
import CSQLite
import FaultVFS
import Testing

/// A fault, and the code that SQLite gives its caller for it.
struct Kind: Sendable, CustomTestStringConvertible {
    let fault: CFaultVFS_Fault
    let codes: Set<Int32>
    let testDescription: String

    // SQLite has these as shifted macros, which Swift does not import.
    private static let write: Int32 = SQLITE_IOERR | (3 << 8)
    private static let sync: Int32 = SQLITE_IOERR | (4 << 8)
    private static let truncate: Int32 = SQLITE_IOERR | (6 << 8)

    static let all = [
        Kind(fault: .diskFull, codes: [SQLITE_FULL], testDescription: "disk full"),
        Kind(fault: .writeError, codes: [write], testDescription: "write error"),
        Kind(fault: .tornWrite, codes: [write], testDescription: "torn write"),
        Kind(fault: .syncError, codes: [sync], testDescription: "sync error"),
        Kind(fault: .anyError, codes: [write, sync, truncate], testDescription: "any error"),
    ]
}

struct FaultVFSTests {
    @Test(
        "Whichever operation fails, the data are as before or as after, and what was confirmed is there",
        arguments: Kind.all, ["wal", "delete"])
    func nthOperationFails(kind: Kind, journal: String) throws {
        for persistent in [false, true] {
            var nth: UInt32 = 1
            while try failOnce(kind, nth: nth, persistent: persistent, journal: journal) { nth += 1 }
            #expect(nth > 1, "no operation of this kind happened at all")
            #expect(nth < 200, "the body never ran through")
        }
    }

    /// One transaction with the nth operation failing; returns whether it came to that.
    private func failOnce(_ kind: Kind, nth: UInt32, persistent: Bool, journal: String) throws -> Bool {
        let scratch = try Scratch()
        try Database(path: scratch.database, journal: journal).fill()
        let (isConfirmed, failures) = try addOne(to: scratch.database, kind, nth, persistent, journal)
        let sum = try Database(path: scratch.database, journal: journal).sum()
        #expect(isConfirmed ? sum == 10 : sum == 0 || sum == 10, "sum \(sum) at \(nth)")
        #expect(failures <= 1 || persistent)
        return failures > 0
    }

    private func addOne(
        to path: String, _ kind: Kind, _ nth: UInt32, _ persistent: Bool, _ journal: String
    ) throws -> (isConfirmed: Bool, failures: UInt32) {
        let plan = try #require(FaultPlan(prefix: path, kind.fault, nth: nth, persistent: persistent))
        do {
            try Database(path: path, vfs: FaultPlan.vfs, journal: journal).addOne()
            return (true, plan.failures)
        } catch let failure as Database.Failure {
            #expect(kind.codes.contains(failure.status), "\(failure) at \(nth)")
            return (false, plan.failures)
        }
    }

    @Test(arguments: [false, true])
    func aSingleFaultPassesAndAPersistentOneStays(persistent: Bool) throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.database, vfs: FaultPlan.vfs)
        try database.fill()
        let plan = try #require(FaultPlan(prefix: scratch.database, .diskFull, nth: 1, persistent: persistent))
        #expect(throws: Database.Failure(status: SQLITE_FULL)) { try database.addOne() }
        if persistent {
            #expect(throws: Database.Failure(status: SQLITE_FULL)) { try database.addOne() }
        } else {
            try database.addOne()
        }
        #expect(try database.sum() == (persistent ? 0 : 10))
        #expect(plan.failures > 0)
    }

    @Test func otherDatabasesAreUntouched() throws {
        let (armed, other) = (try Scratch(), try Scratch())
        let plan = try #require(FaultPlan(prefix: armed.database, .anyError, nth: 1, persistent: true))
        let database = try Database(path: other.database, vfs: FaultPlan.vfs)
        try database.fill()
        try database.addOne()
        #expect(try database.sum() == 10)
        #expect(plan.operations == 0)
    }

    @Test func countsWithoutFailing() throws {
        let scratch = try Scratch()
        let database = try Database(path: scratch.database, vfs: FaultPlan.vfs)
        try database.fill()
        let everything = try #require(FaultPlan(counting: scratch.database))
        let syncs = try #require(FaultPlan(prefix: scratch.database, .syncError, nth: 1_000, persistent: false))
        try database.addOne()
        #expect(syncs.operations == 1, "a commit to a WAL is one sync")
        #expect(everything.operations > syncs.operations)
        #expect(everything.failures == 0)
    }

    @Test func aPlanThatEndedDoesNothing() throws {
        let scratch = try Scratch()
        do {
            let plan = try #require(FaultPlan(prefix: scratch.database, .anyError, nth: 1, persistent: true))
            #expect(plan.operations == 0)
        }
        try Database(path: scratch.database, vfs: FaultPlan.vfs).fill()
        #expect(try Database(path: scratch.database).sum() == 0)
    }

    @Test func refusesWhatCannotBeArmed() {
        let tooLong = String(repeating: "a", count: CFaultVFS_maximumPrefix + 1)
        #expect(FaultPlan(prefix: "", .anyError, nth: 1, persistent: false) == nil)
        #expect(FaultPlan(prefix: "/a", .anyError, nth: 0, persistent: false) == nil)
        #expect(FaultPlan(prefix: tooLong, .anyError, nth: 1, persistent: false) == nil)
        for number in [-1, 1_000_000] as [Int32] {
            CFaultVFS_disarm(number)
            #expect(CFaultVFS_operations(number) == 0)
        }
    }

    @Test func databasesSideBySideFailEachAtItsOwnTime() async throws {
        let confirmed = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for nth in 1...8 {
                group.addTask { (nth, try commitsUntilSyncFails(nth: nth)) }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
        }
        #expect(confirmed == Dictionary(uniqueKeysWithValues: (1...8).map { ($0, $0 - 1) }))
    }
}

private func commitsUntilSyncFails(nth: Int) throws -> Int {
    let scratch = try Scratch()
    let database = try Database(path: scratch.database, vfs: FaultPlan.vfs)
    try database.fill()
    let plan = try #require(FaultPlan(prefix: scratch.database, .syncError, nth: UInt32(nth), persistent: true))
    return withExtendedLifetime(plan) {
        var commits = 0
        while commits < 20, (try? database.addOne()) != nil { commits += 1 }
        return commits
    }
}
