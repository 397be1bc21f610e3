import FoundationEssentials
import TuttiAgents
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// What is asked of the tables of an index, on its thread.
struct IndexTables {
    let connection: SQLConnection

    /// A file as the index knows it.
    struct Known {
        let id: Int64
        let size: Int
        let modified: Int64
        let indexed: Int64
        let digest: Data
    }

    /// Whose index it is; `nil` before its first use.
    func root() throws(StoreError) -> String? {
        try connection.query("select root from folder") { row throws(StoreError) in row.text(0) }.first
    }

    func setRoot(_ root: String) throws(StoreError) {
        try connection.run("insert into folder values(1, ?1) on conflict do nothing", [.text(root)])
    }

    func files() throws(StoreError) -> [String: Known] {
        let rows = try connection.query("select path, id, size, modified, indexed, digest from file") {
            row throws(StoreError) in
            let known = Known(
                id: row.int(1), size: Int(row.int(2)), modified: row.int(3), indexed: row.int(4), digest: row.blob(5))
            return (row.text(0), known)
        }
        return Dictionary(rows) { first, _ in first }
    }

    func passageCount() throws(StoreError) -> Int { Int(try connection.number("select count(*) from passage") ?? 0) }

    /// Notes that a file is as it was, though it looks newer.
    func touch(_ file: OpenFile, at now: Int64) throws(StoreError) {
        try connection.run(
            "update file set modified = ?2, indexed = ?3 where path = ?1",
            [.text(file.path), .int(file.modified), .int(now)])
    }

    /// Puts a file's passages in place of those that it had.
    func replace(
        _ file: OpenFile, _ pieces: [PassageCutter.Piece], digest: Data, at now: Int64
    ) throws(StoreError) {
        try remove(file.path)
        try connection.run(
            "insert into file(path, size, modified, indexed, digest) values(?1, ?2, ?3, ?4, ?5)",
            [.text(file.path), .int(Int64(file.size)), .int(file.modified), .int(now), .blob(digest)])
        let id = try connection.number("select last_insert_rowid()") ?? 0
        for piece in pieces {
            try connection.run(
                "insert into passage(file, first, last) values(?1, ?2, ?3)",
                [.int(id), .int(Int64(piece.firstLine)), .int(Int64(piece.lastLine))])
            let hidden = SearchTerms.hidden(in: file.path + " " + piece.heading + " " + piece.text)
            try connection.run(
                """
                insert into words(rowid, path, heading, text, hidden)
                values(last_insert_rowid(), ?1, ?2, ?3, ?4)
                """, [.text(file.path), .text(piece.heading), .text(piece.text), .text(hidden)])
        }
    }

    func remove(_ path: String) throws(StoreError) {
        guard let id = try connection.number("select id from file where path = ?1", [.text(path)]) else { return }
        try connection.run(
            "delete from words where rowid in (select id from passage where file = ?1)", [.int(id)])
        try connection.run("delete from passage where file = ?1", [.int(id)])
        try connection.run("delete from file where id = ?1", [.int(id)])
    }

    /// How much a word counts in the path, the headings, the text, and as a part of a name.
    private static let weights = "3.0, 2.0, 1.0, 0.5"

    /// The passages in which some of the words occur, the best first; of equals the first by path and line.
    func passages(_ terms: [String], limit: Int) throws(StoreError) -> [Passage] {
        guard !terms.isEmpty else { return [] }
        // Letters and digits in quotes: nothing is left that FTS5 could take for its own.
        let match = terms.map { "\"\($0)\"" }.joined(separator: " OR ")
        // Texts are read for the best ones only. A file's passages are written together, so their ids are in order.
        return try connection.query(
            """
            with best(id, path, first, last, rank) as materialized (
                select passage.id, file.path, passage.first, passage.last, bm25(words, \(Self.weights)) as rank
                from words join passage on passage.id = words.rowid join file on file.id = passage.file
                where words match ?1 order by rank, file.path, passage.id limit ?2)
            select best.path, best.first, best.last, words.text, best.rank
            from best join words on words.rowid = best.id order by best.rank, best.path, best.id
            """, [.text(match), .int(Int64(limit))]
        ) { row throws(StoreError) in
            Passage(
                file: row.text(0), firstLine: Int(row.int(1)), lastLine: Int(row.int(2)), text: row.text(3),
                score: -row.double(4))
        }
    }
}
