import FoundationEssentials
import TuttiCore
import TuttiGateway
import TuttiRouting
import TuttiStore
import TuttiStoreSQLite

/// The answers on one connection.
struct AnswerTables {
    let connection: SQLConnection

    private static let columns = "tenant, model, bytes, provider_model, time, tokens, cost, kind, vector"

    // MARK: Reading

    func answer(_ key: AnswerKey, notBefore time: Timestamp) throws(StoreError) -> CachedAnswer? {
        try connection.query(
            "select \(Self.columns) from answer where key = ?1 and time >= ?2",
            [.blob(Data(key.bytes)), .int(time.milliseconds)]
        ) { row throws(StoreError) in Self.answer(row) }.first
    }

    /// The key of the answer to the nearest question.
    func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, notBefore time: Timestamp
    ) throws(StoreError) -> (key: AnswerKey, similarity: Double)? {
        var best: (key: AnswerKey, similarity: Double)?
        let rows = try connection.statement(
            """
            select key, vector from answer where kind = ?1 and time >= ?2 order by time desc
            limit \(AnswerLimits.questionsMax)
            """)
        try rows.forEach([.blob(Data(question.kind.bytes)), .int(time.milliseconds)]) { row throws(StoreError) in
            guard let key = AnswerKey(stored: Array(row.blob(0))), let vector = Self.vector(row.blob(1)),
                let near = CachedAnswer.Question(kind: question.kind, vector: vector).similarity(to: question),
                near >= max(similarity, best?.similarity ?? -1)
            else { return true }
            best = (key, near)
            return true
        }
        return best
    }

    func size() throws(StoreError) -> AnswerCount {
        let sums = try connection.query("select count(*), coalesce(sum(size), 0) from answer") {
            row throws(StoreError) in AnswerCount(entries: row.int(0), bytes: row.int(1))
        }
        return sums.first ?? AnswerCount()
    }

    private static func answer(_ row: SQLStatement) -> CachedAnswer {
        var answer = CachedAnswer(
            tenant: row.text(0), model: row.text(1), bytes: Array(row.blob(2)), providerModel: row.text(3),
            time: Timestamp(milliseconds: row.int(4)))
        answer.tokens = row.int(5)
        answer.cost = USD(microdollars: row.int(6))
        if let kind = AnswerKey(stored: Array(row.blob(7))), let vector = vector(row.blob(8)) {
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
            values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, (select coalesce(max(used), 0) + 1 from answer))
            """,
            [
                .blob(Data(key.bytes)), .text(answer.tenant), .text(answer.model), .blob(Data(answer.bytes)),
                .text(answer.providerModel), .int(answer.time.milliseconds), .int(answer.tokens),
                .int(answer.cost.microdollars), question.map { .blob(Data($0.kind.bytes)) } ?? .null,
                question.map { .blob(Self.bytes(of: $0.vector)) } ?? .null, .int(Int64(answer.size)),
            ])
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
    func remove(before time: Timestamp) throws(StoreError) -> Int {
        try connection.run("delete from answer where time < ?1", [.int(time.milliseconds)])
    }

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
