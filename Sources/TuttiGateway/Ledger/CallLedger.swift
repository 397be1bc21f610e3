package import TuttiCore

/// One line for each call to a model, and what the lines add up to. Everything belongs to a tenant, and nothing of one
/// is shown to another.
///
/// The seam to a database, cut by what a gateway needs done.
package protocol CallLedger: Sendable {
    /// How much it takes and gives at once.
    var limits: CallLedgerLimits { get }

    /// Keeps a line, and counts it in all sums; returns when both are on the disk. Whoever comes at once shares a
    /// commit. A line that is there already, by its id, changes nothing: after a failure the same may be sent again.
    ///
    /// - Returns: whether it was new.
    /// - Throws: ``CallLedgerError``: `invalid` for an id that is none, `tooOld` for a time whose lines were pruned,
    ///   `unusable` when it could not be kept, `full` when a ledger in memory has no room.
    func append(_ line: CallLine) async throws(CallLedgerError) -> Bool

    /// Returns when everything that was appended before is kept or has failed.
    func flush() async

    /// What calls add up to.
    ///
    /// - Throws: ``CallLedgerError``: `invalid` for a question that ``CallSumsQuery/checked(_:)`` does not take,
    ///   `tooLarge` for more groups than ``CallLedgerLimits/groupsMax``, `unusable` when the ledger cannot be read.
    func sums(_ query: CallSumsQuery) async throws(CallLedgerError) -> CallSums

    /// Lines behind one of them, in the order of the filter.
    ///
    /// - Throws: ``CallLedgerError``: `invalid` for a filter that ``CallFilter/checked(limit:_:)`` does not take,
    ///   `unusable` when the ledger cannot be read.
    func page(_ filter: CallFilter, behind id: CallID?, limit: Int) async throws(CallLedgerError) -> CallPage

    /// Removes some of the lines from before a moment, at most ``CallLedgerLimits/pruneMax``; sums stay as they are.
    /// Later lines of such times are refused.
    ///
    /// - Returns: how many; 0 when none is left.
    /// - Throws: ``CallLedgerError`` `unusable` when it cannot be written.
    func pruneSome(before time: Timestamp) async throws(CallLedgerError) -> Int
}

extension CallLedger {
    /// Removes all lines from before a moment, some at a time, so that others have their turn; sums stay as they are.
    ///
    /// - Returns: how many. Fewer than there are when the task is cancelled; the next one goes on.
    /// - Throws: ``CallLedgerError`` `unusable` when it cannot be written.
    package func prune(before time: Timestamp) async throws(CallLedgerError) -> Int {
        var removed = 0
        while !Task.isCancelled {
            let some = try await pruneSome(before: time)
            removed += some
            if some == 0 { break }
            await Task.yield()
        }
        return removed
    }
}
