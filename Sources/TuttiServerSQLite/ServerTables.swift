import FoundationEssentials
import TuttiCore
import TuttiServer
import TuttiStore
import TuttiStoreSQLite

/// The statements of a server's file.
struct ServerTables {
    let connection: SQLConnection

    // MARK: Topics

    /// - Returns: `nil` when there is no room for another topic.
    func append(_ draft: TopicDraft, to topic: String, tenant: String) throws(StoreError) -> Int64? {
        try connection.transaction { () throws(StoreError) in
            let known = try connection.number(
                "select last from topic where tenant = ?1 and name = ?2", [.text(tenant), .text(topic)])
            if known == nil {
                let count = try connection.number("select count(*) from topic where tenant = ?1", [.text(tenant)]) ?? 0
                guard count < ServerStoreLimits.topicsMax else { return nil }
            }
            let number = (known ?? 0) + 1
            try connection.run(
                "insert into topic values(?1, ?2, ?3) on conflict(tenant, name) do update set last = ?3",
                [.text(tenant), .text(topic), .int(number)])
            try connection.run(
                """
                insert into topic_event(tenant, topic, n, type, source, data, at, expires)
                values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """,
                [
                    .text(tenant), .text(topic), .int(number), .text(draft.type), .text(draft.source),
                    .text(String(decoding: draft.data.bytes, as: UTF8.self)), .int(draft.time.milliseconds),
                    .int(draft.expires.milliseconds),
                ])
            try connection.run(
                "delete from topic_event where tenant = ?1 and topic = ?2 and n <= ?3",
                [.text(tenant), .text(topic), .int(number - Int64(ServerStoreLimits.topicEventsMax))])
            return number
        }
    }

    func events(
        of topic: String, after n: Int64, tenant: String, at now: Timestamp, limit: Int
    ) throws(StoreError) -> [TopicEvent] {
        try connection.query(
            """
            select n, type, source, data, at, expires from topic_event
            where tenant = ?1 and topic = ?2 and n > ?3 and expires > ?4 order by n limit ?5
            """,
            [.text(tenant), .text(topic), .int(n), .int(now.milliseconds), .int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in
            TopicEvent(
                n: row.int(0),
                draft: TopicDraft(
                    type: row.text(1), source: row.text(2), data: .stored(Data(row.text(3).utf8)),
                    time: Timestamp(milliseconds: row.int(4)), expires: Timestamp(milliseconds: row.int(5))))
        }
    }

    func lastEvent(of topic: String, tenant: String) throws(StoreError) -> Int64 {
        try connection.number(
            "select last from topic where tenant = ?1 and name = ?2", [.text(tenant), .text(topic)]) ?? 0
    }

    func topics(tenant: String, at now: Timestamp, limit: Int) throws(StoreError) -> [TopicSummary] {
        try connection.query(
            """
            select name, last, (
                select count(*) from topic_event as event
                where event.tenant = topic.tenant and event.topic = topic.name and event.expires > ?2
            ) from topic where tenant = ?1 order by name limit ?3
            """, [.text(tenant), .int(now.milliseconds), .int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in
            TopicSummary(name: row.text(0), events: Int(row.int(2)), last: row.int(1))
        }
    }

    // MARK: Requests

    func answer(to key: RequestKey, at now: Timestamp) throws(StoreError) -> KeptAnswer? {
        try connection.query(
            """
            select body_hash, status, fields, body, expires from answer
            where tenant = ?1 and target = ?2 and key = ?3 and expires > ?4
            """, [.text(key.tenant), .text(key.target), .text(key.key), .int(now.milliseconds)]
        ) { row throws(StoreError) in
            let fields = try? CanonicalJSON.decode([KeptAnswer.Field].self, from: Data(row.text(2).utf8))
            return KeptAnswer(
                bodyHash: row.text(0), status: Int(row.int(1)), fields: fields ?? [], body: Array(row.blob(3)),
                expires: Timestamp(milliseconds: row.int(4)))
        }.first
    }

    func keep(_ answer: KeptAnswer, to key: RequestKey) throws(StoreError) {
        let fields = (try? CanonicalJSON.encode(answer.fields)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
        try connection.run(
            "insert or replace into answer values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            [
                .text(key.tenant), .text(key.target), .text(key.key), .text(answer.bodyHash),
                .int(Int64(answer.status)), .text(fields), .blob(Data(answer.body)),
                .int(answer.expires.milliseconds),
            ])
        // Rows are numbered as they come.
        try connection.run(
            "delete from answer where rowid <= (select max(rowid) from answer) - ?1",
            [.int(Int64(ServerStoreLimits.answersMax))])
    }

    func clearExpired(at now: Timestamp) throws(StoreError) -> Int {
        let limit: SQLValue = .int(Int64(ServerStoreLimits.clearedMax))
        let answers = try connection.run(
            "delete from answer where rowid in (select rowid from answer where expires <= ?1 limit ?2)",
            [.int(now.milliseconds), limit])
        let events = try connection.run(
            "delete from topic_event where id in (select id from topic_event where expires <= ?1 limit ?2)",
            [.int(now.milliseconds), limit])
        return answers + events
    }
}
