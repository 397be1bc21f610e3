import FoundationEssentials
import TuttiCore
import TuttiGateway
import TuttiRouting
import TuttiStore
import TuttiStoreSQLite

/// The answers on one connection.
struct AnswerTables {
    let connection: SQLConnection

    private static let columns = "tenant, model, provider_model, time, tokens, cost, kind"

    // MARK: Reading

    func answer(_ key: AnswerKey, within times: ClosedRange<Timestamp>) throws(StoreError) -> CachedAnswer? {
        try connection.query(
            """
            select \(Self.columns), vector, bytes from answer join answer_content using (id)
            where key = ?1 and time between ?2 and ?3
            """, [.blob(Data(key.bytes)), .int(times.lowerBound.milliseconds), .int(times.upperBound.milliseconds)]
        ) { row throws(StoreError) in Self.answer(row) }.first
    }

    /// The key of the answer to the nearest question.
    func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, within times: ClosedRange<Timestamp>
    ) throws(StoreError) -> (key: AnswerKey, similarity: Double)? {
        var nearest = NearestQuestion(to: question, atLeast: similarity)
        let rows = try connection.statement(
            """
            select key, vector from answer join answer_content using (id)
            where kind = ?1 and time between ?2 and ?3 order by time desc limit \(AnswerLimits.questionsMax)
            """)
        let values: [SQLValue] = [
            .blob(Data(question.kind.bytes)), .int(times.lowerBound.milliseconds), .int(times.upperBound.milliseconds),
        ]
        try rows.forEach(values) { row throws(StoreError) in
            if let key = AnswerKey(stored: Array(row.blob(0))), let vector = Self.vector(row.blob(1)) {
                nearest.compare(CachedAnswer.Question(kind: question.kind, vector: vector), of: key)
            }
            return true
        }
        return nearest.found
    }

    func size() throws(StoreError) -> AnswerCount {
        let sums = try connection.query("select count(*), coalesce(sum(size), 0) from answer") {
            row throws(StoreError) in AnswerCount(entries: row.int(0), bytes: row.int(1))
        }
        return sums.first ?? AnswerCount()
    }

    private static func answer(_ row: SQLStatement) -> CachedAnswer {
        var answer = CachedAnswer(
            tenant: row.text(0), model: row.text(1), bytes: Array(row.blob(8)), providerModel: row.text(2),
            time: Timestamp(milliseconds: row.int(3)))
        answer.tokens = row.int(4)
        answer.cost = USD(microdollars: row.int(5))
        if let kind = AnswerKey(stored: Array(row.blob(6))), let vector = vector(row.blob(7)) {
            answer.question = CachedAnswer.Question(kind: kind, vector: vector)
        }
        return answer
    }

    // MARK: Writing

    /// Counts an answer as used.
    func use(_ key: AnswerKey) throws(StoreError) {
        try connection.run(
            "update answer set used = (select max(used) + 1 from answer) where key = ?1", [.blob(Data(key.bytes))])
    }

    /// - Returns: what it has counted; 0 when there was none.
    func remove(_ key: AnswerKey) throws(StoreError) -> Int64 {
        let value = SQLValue.blob(Data(key.bytes))
        let size = try connection.number("select size from answer where key = ?1", [value]) ?? 0
        if size > 0 { try connection.run("delete from answer where key = ?1", [value]) }
        return size
    }

    /// Keeps an answer.
    ///
    /// - Precondition: there is none of this key.
    func keep(_ answer: CachedAnswer, under key: AnswerKey) throws(StoreError) {
        let question = answer.question
        try connection.run(
            """
            insert into answer(key, \(Self.columns), size, used)
            values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, (select coalesce(max(used), 0) + 1 from answer))
            """,
            [
                .blob(Data(key.bytes)), .text(answer.tenant), .text(answer.model), .text(answer.providerModel),
                .int(answer.time.milliseconds), .int(answer.tokens), .int(answer.cost.microdollars),
                question.map { .blob(Data($0.kind.bytes)) } ?? .null, .int(Int64(answer.size)),
            ])
        try connection.run(
            "insert into answer_content(id, vector, bytes) values(last_insert_rowid(), ?1, ?2)",
            [question.map { .blob(Self.bytes(of: $0.vector)) } ?? .null, .blob(Data(answer.bytes))])
    }

    /// Removes those that were not used for the longest time.
    ///
    /// - Parameter bytes: what they count at least, together.
    /// - Returns: what they did count.
    func makeRoom(of bytes: Int64) throws(StoreError) -> Int64 {
        var (freed, last): (Int64, Int64) = (0, .min)
        let oldest = try connection.statement("select used, size from answer order by used")
        try oldest.forEach([]) { row throws(StoreError) in
            guard freed < bytes else { return false }
            last = row.int(0)
            freed += row.int(1)
            return true
        }
        try connection.run("delete from answer where used <= ?1", [.int(last)])
        return freed
    }

    func remove(of tenant: String, model: String?) throws(StoreError) {
        try connection.run(
            "delete from answer where tenant = ?1 and (?2 is null or model = ?2)", [.text(tenant), .text(model)])
    }

    /// - Returns: how many were removed.
    func remove(outside times: ClosedRange<Timestamp>) throws(StoreError) -> Int {
        try connection.run(
            "delete from answer where time < ?1 or time > ?2",
            [.int(times.lowerBound.milliseconds), .int(times.upperBound.milliseconds)])
    }

    /// Takes what was removed out of the log, too, where it was written before.
    func forget() throws(StoreError) { try connection.execute("pragma wal_checkpoint(truncate)") }

    // MARK: Vectors

    private static let shifts: [UInt32] = [0, 8, 16, 24]

    private static func bytes(of vector: UnitVector) -> Data {
        var bytes = Data(capacity: 4 * vector.dimensions)
        for value in vector.values {
            for shift in shifts { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift)) }
        }
        return bytes
    }

    /// `nil` for bytes that are no vector.
    private static func vector(_ stored: Data) -> UnitVector? {
        guard stored.count % 4 == 0 else { return nil }
        let bytes = Array(stored)
        var values: [Float] = []
        values.reserveCapacity(bytes.count / 4)
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var bits: UInt32 = 0
            for (place, shift) in shifts.enumerated() { bits |= UInt32(bytes[start + place]) << shift }
            values.append(Float(bitPattern: bits))
        }
        return UnitVector(values)
    }
}
