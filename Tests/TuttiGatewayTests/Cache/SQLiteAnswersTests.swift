import CFaultVFS
import FaultVFS
import FoundationEssentials
import Glibc
import TestProcess
import Testing
import TuttiCore
import TuttiRouting
import TuttiStore

@testable import TuttiGateway
@testable import TuttiGatewaySQLite
@testable import TuttiStoreSQLite

/// Answers in a file.
struct SQLiteAnswersTests {
    private typealias Samples = AnswerSamples

    private static let size = Int64(Samples.answer(0).size)
    private static let much: Int64 = 1 << 30

    private static func with(_ body: (SQLiteAnswers, TestFolder) async throws -> Void) async throws {
        let home = try TestFolder()
        let answers = SQLiteAnswers(home: home.path)
        try await body(answers, home)
        await answers.close()
    }

    private func numbers(_ answers: SQLiteAnswers, _ range: Range<Int> = 0..<10) async throws -> [Int] {
        var found: [Int] = []
        for number in range where try await answers.answer(Samples.key(number), within: Samples.ever) != nil {
            found.append(number)
        }
        return found
    }

    @Test func givesBackWhatIsKept() async throws {
        try await Self.with { answers, home in
            #expect(try await answers.size() == AnswerCount())
            #expect(unsafe access(home.path + "/answers.db", F_OK) != 0, "who only asks makes no file")
            #expect(try await answers.answer(Samples.key(1), within: Samples.ever) == nil)
            try await answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: Self.much)
            #expect(try await answers.answer(Samples.key(1), within: Samples.ever) == Samples.answer(1))
            try await answers.keep(Samples.answer(2, bytes: 0), under: Samples.key(1), bytesMax: Self.much)
            #expect(try await answers.answer(Samples.key(1), within: Samples.ever) == Samples.answer(2, bytes: 0))
            #expect(try await answers.size() == AnswerCount(entries: 1, bytes: Self.size - 100))
            let late = Samples.answer(2).time + .milliseconds(1)
            #expect(try await answers.answer(Samples.key(1), within: Samples.since(late)) == nil)
            try await answers.remove(outside: Samples.since(late))
            #expect(try await answers.size() == AnswerCount())
        }
    }

    @Test func onlyItsOwnerMayReadIt() async throws {
        try await Self.with { answers, home in
            try await answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: Self.much)
            for end in ["", "-wal"] {
                var information = stat()
                #expect(unsafe stat(home.path + "/answers.db" + end, &information) == 0)
                #expect(information.st_mode & 0o777 == 0o600)
            }
        }
    }

    @Test func thoseNotUsedForTheLongestTimeGoFirst() async throws {
        try await Self.with { answers, home in
            let room = Self.size * 3
            for number in 0..<3 {
                try await answers.keep(Samples.answer(number), under: Samples.key(number), bytesMax: room)
            }
            try await answers.touch(Samples.key(0))
            try await answers.keep(Samples.answer(3), under: Samples.key(3), bytesMax: room)
            #expect(try await answers.size() == AnswerCount(entries: 3, bytes: room))
            #expect(try await numbers(answers) == [0, 2, 3])
            // The file is told apart by nothing when it is opened again.
            await answers.close()
            _ = try await answers.answer(Samples.key(0), within: Samples.ever)
            try await answers.keep(Samples.answer(4, bytes: 700), under: Samples.key(4), bytesMax: room)
            #expect(try await numbers(answers) == [0, 4])
            try await answers.keep(Samples.answer(5, bytes: 5_000), under: Samples.key(5), bytesMax: room)
            #expect(try await numbers(answers) == [0, 4])
            try await answers.keep(Samples.answer(6), under: Samples.key(6), bytesMax: Self.size)
            #expect(try await numbers(answers) == [6])
        }
    }

    @Test func removesOfATenantAndAModel() async throws {
        try await Self.with { answers, home in
            for (number, of) in [("a", "x"), ("a", "y"), ("b", "x")].enumerated() {
                let answer = Samples.answer(number, tenant: of.0, model: of.1)
                try await answers.keep(answer, under: Samples.key(number), bytesMax: Self.much)
            }
            try await answers.remove(of: "a", model: "x")
            #expect(try await numbers(answers) == [1, 2])
            try await answers.remove(of: "a", model: nil)
            #expect(try await numbers(answers) == [2])
            #expect(try await answers.size() == AnswerCount(entries: 1, bytes: Self.size))
            try await answers.discard()
            #expect(unsafe access(home.path + "/answers.db", F_OK) != 0)
            #expect(try await numbers(answers) == [])
        }
    }

    @Test func findsTheNearestQuestionOfItsKind() async throws {
        try await Self.with { answers, home in
            for (number, side) in [Float(0.5), 0.1, 0.3].enumerated() {
                let answer = Samples.answer(number, question: Samples.question(side))
                try await answers.keep(answer, under: Samples.key(number), bytesMax: Self.much)
            }
            for (number, question) in [Samples.question(0, kind: 1), Samples.question(0, dimensions: 4)].enumerated() {
                let answer = Samples.answer(3 + number, question: question)
                try await answers.keep(answer, under: Samples.key(3 + number), bytesMax: Self.much)
            }
            await answers.close()
            let asked = try #require(Samples.question(0))
            let near = try #require(try await answers.nearest(asked, atLeast: 0.9, within: Samples.ever))
            #expect(near.key == Samples.key(1) && near.answer.tokens == 1)
            #expect(abs(near.similarity - 1 / (1.01 as Double).squareRoot()) < 1e-6)
            #expect(try await answers.nearest(asked, atLeast: 0.999, within: Samples.ever) == nil)
            let late = Samples.answer(2).time
            #expect(try await answers.nearest(asked, atLeast: 0.9, within: Samples.since(late))?.key == Samples.key(2))
        }
    }

    /// What was removed is not in the file any more, nor in the log that it was written to first.
    @Test(arguments: [true, false])
    func whatIsRemovedIsOverwritten(isTooOld: Bool) async throws {
        try await Self.with { answers, home in
            var answer = Samples.answer(1)
            let word = Array("a secret word".utf8)
            answer.bytes = Array(repeating: word, count: 2_000).flatMap { $0 }
            try await answers.keep(answer, under: Samples.key(1), bytesMax: Self.much)
            func files() throws -> [Bool] {
                try ["", "-wal"].map { end in
                    try Data(contentsOf: URL(filePath: home.path + "/answers.db" + end)).firstRange(of: Data(word))
                        != nil
                }
            }
            let before = try files()
            #expect(before.contains(true))
            if isTooOld {
                try await answers.remove(outside: Samples.since(answer.time + .milliseconds(1)))
            } else {
                try await answers.remove(of: answer.tenant, model: nil)
            }
            let after = try files()
            #expect(after == [false, false])
        }
    }

    /// Whoever counts, compares or says that an answer is used reads and writes no answer: they are a hundred times
    /// as large as all that is said of them.
    @Test func onlyWhoWantsAnAnswerReadsIt() async throws {
        try await Self.with { answers, home in
            let question = try #require(Samples.question(0))
            for number in 0..<20 {
                let answer = Samples.answer(number, bytes: 400 << 10, question: question)
                try await answers.keep(answer, under: Samples.key(number), bytesMax: Self.much)
            }
            await answers.close()
            let connection = try SQLConnection(path: home.path + "/answers.db", access: .readWrite, role: .answers)
            let tables = AnswerTables(connection: connection)
            func pages(_ body: () throws -> Void) throws -> Int {
                try connection.execute("pragma shrink_memory")
                let before = connection.pagesMoved
                try body()
                return connection.pagesMoved.read - before.read + connection.pagesMoved.written - before.written
            }
            // An answer is more than 100 pages.
            let counted = try pages { _ = try tables.size() }
            let compared = try pages { _ = try tables.nearest(question, atLeast: 1, within: Samples.ever) }
            let used = try pages { try tables.use(Samples.key(3)) }
            #expect(counted < 50 && compared < 100 && used < 50, "\(counted) \(compared) \(used)")
            let near = try tables.nearest(question, atLeast: 1, within: Samples.ever)
            #expect(near?.key == Samples.key(19))
        }
    }

    /// A removal that has begun before the disk's turn has come.
    @Test func whatIsNotWantedAnyMoreIsNotKept() async throws {
        try await Self.with { answers, home in
            try await answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: Self.much) { false }
            #expect(try await answers.size() == AnswerCount())
        }
    }

    /// An answer from a time that is still to come was kept before the clock went back.
    @Test func whatIsFromTheFutureIsGone() async throws {
        try await Self.with { answers, home in
            try await answers.keep(Samples.answer(5), under: Samples.key(5), bytesMax: Self.much)
            let times = Samples.ever.lowerBound...Samples.answer(4).time
            #expect(try await answers.answer(Samples.key(5), within: times) == nil)
            try await answers.remove(outside: times)
            #expect(try await answers.size() == AnswerCount())
        }
    }

    /// What a process leaves that is killed: the file, and a log that nobody has written back.
    @Test func isThereAfterAKill() async throws {
        try await Self.with { answers, home in
            for number in 0..<5 {
                try await answers.keep(Samples.answer(number), under: Samples.key(number), bytesMax: Self.much)
            }
            let copy = try TestFolder()
            for end in ["", "-wal"] {
                try FileManager.default.copyItem(
                    atPath: home.path + "/answers.db" + end, toPath: copy.path + "/answers.db" + end)
            }
            let other = SQLiteAnswers(home: copy.path)
            #expect(try await numbers(other) == [0, 1, 2, 3, 4])
            await other.close()
        }
    }

    @Test func theSchemaGoesUpAndDown() throws {
        let home = try TestFolder()
        let connection = try SQLConnection(path: home.path + "/answers.db", access: .readWrite, role: .answers)
        let migrator = Migrator(connection: connection, migrations: Migration.answers)
        try migrator.migrate(to: Migration.answers.count)
        try migrator.migrate(to: 0)
        #expect(try connection.number("select count(*) from sqlite_schema") == 0)
    }

    @Test(arguments: ["not a database, but long enough to be looked at", "SQLite format 3\u{0}"])
    func aDamagedFileIsAnError(content: String) async throws {
        try await Self.with { answers, home in
            let bytes = Data(String(repeating: content, count: 200).utf8)
            try bytes.write(to: URL(filePath: home.path + "/answers.db"))
            await #expect(throws: AnswerShelfError.self) {
                try await answers.answer(Samples.key(1), within: Samples.ever)
            }
            try await answers.discard()
            try await answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: Self.much)
            #expect(try await numbers(answers) == [1])
        }
    }

    @Test func leavesFilesOfOthersAlone() async throws {
        try await Self.with { answers, home in
            let other = try SQLConnection(path: home.path + "/answers.db", access: .readWrite, role: .journal)
            let migration = Migration(name: "a", up: "create table a(b)", down: "drop table a")
            try Migrator(connection: other, migrations: [migration]).migrate(to: 1)
            await #expect(throws: AnswerShelfError.self) {
                try await answers.keep(Samples.answer(1), under: Samples.key(1), bytesMax: Self.much)
            }
            #expect(try other.number("select count(*) from a") == 0)
        }
    }

    /// The nth operation on the disk fails, for every n until none is left to fail: what is given is never wrong, and
    /// what counts is what is there.
    @Test(arguments: [.diskFull, .writeError, .tornWrite, .anyError] as [CFaultVFS_Fault])
    func givesNothingWrongWhateverFails(fault: CFaultVFS_Fault) async throws {
        #expect(FaultPlan.isRegistered)
        for nth in 1..<UInt32(400) {
            let home = try TestFolder()
            let answers = SQLiteAnswers(home: home.path, vfs: FaultPlan.vfs)
            try await answers.keep(Samples.answer(0), under: Samples.key(0), bytesMax: Self.size * 3)
            var plan = FaultPlan(prefix: home.realPath, fault, nth: nth, persistent: false)
            try #require(plan != nil)
            for number in 1..<6 {
                // An answer that could not be kept is only one that is not there.
                try? await answers.keep(Samples.answer(number), under: Samples.key(number), bytesMax: Self.size * 3)
            }
            let failed = (plan?.failures ?? 0) > 0
            plan = nil
            var count: Int64 = 0
            for number in 0..<6 {
                guard let found = try await answers.answer(Samples.key(number), within: Samples.ever) else {
                    continue
                }
                #expect(found == Samples.answer(number))
                count += 1
            }
            #expect(try await answers.size() == AnswerCount(entries: count, bytes: Self.size * count))
            try await answers.keep(Samples.answer(7), under: Samples.key(7), bytesMax: Self.size * 3)
            #expect(try await numbers(answers, 7..<8) == [7])
            await answers.close()
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }
}

extension SQLiteAnswers {
    fileprivate func keep(_ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64) throws {
        try keep(answer, under: key, bytesMax: bytesMax) { true }
    }
}
