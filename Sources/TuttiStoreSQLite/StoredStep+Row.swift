import FoundationEssentials
import TuttiCore
import TuttiStore

extension StoredStep {
    /// The columns that ``init(row:)`` reads, in their order.
    static let select =
        "select key, kind, attempt, fp, out, blob, err, due, started, ended, cost, tokens, undo from step"

    /// Reads the current row of a ``select``.
    ///
    /// - Throws: `.corrupt` when a column holds what no release has written.
    init(row: SQLStatement) throws(StoreError) {
        let key = row.text(0)
        guard let kind = StepKind(rawValue: row.text(1)) else {
            throw StoreError(.corrupt, "the step \(key) has the unknown kind '\(row.text(1))'")
        }
        let ended = row.optionalInt(9).map(Timestamp.init(milliseconds:))
        let error = try row.optionalText(6).map { text throws(StoreError) in try StepError(stored: text, of: key) }
        let result: Result
        switch (error, ended) {
        case (let error?, nil): result = .open(error, due: Timestamp(milliseconds: row.int(7)))
        case (let error?, _?): result = .failed(error)
        case (nil, nil): result = .waiting(due: row.optionalInt(7).map(Timestamp.init(milliseconds:)))
        case (nil, _) where !row.isNull(5): result = .completed(.blob(hash: row.text(5)))
        case (nil, _) where !row.isNull(4): result = .completed(.inline(row.blob(4)))
        default: result = .cancelled
        }
        self.init(
            key: key, kind: kind, attempt: Int(row.int(2)), fingerprint: row.optionalText(3), result: result,
            started: Timestamp(milliseconds: row.int(8)), ended: ended,
            cost: row.isNull(10) ? nil : StepCost(microdollars: row.int(10), tokens: row.int(11)),
            undo: try row.optionalText(12).map { text throws(StoreError) in try UndoRecord(stored: text, of: key) })
    }
}

extension StepError {
    /// Reads the JSON of an error column.
    ///
    /// - Throws: `.corrupt` when it is not an error of ours.
    init(stored text: String, of key: String) throws(StoreError) {
        do {
            self = try CanonicalJSON.decode(StepError.self, from: Data(text.utf8))
        } catch {
            throw StoreError(.corrupt, "the stored error of \(key) cannot be read: \(error)")
        }
    }
}

extension UndoRecord {
    /// Reads the JSON of an undo column.
    ///
    /// - Throws: `.corrupt` when it is not one of ours.
    init(stored text: String, of key: String) throws(StoreError) {
        do {
            self = try CanonicalJSON.decode(UndoRecord.self, from: Data(text.utf8))
        } catch {
            throw StoreError(.corrupt, "the stored undo of \(key) cannot be read: \(error)")
        }
    }
}
