package import TuttiCore

/// Why a ledger did not do what it was asked.
package struct CallLedgerError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Kind: String, Sendable, Hashable {
        /// A line or a question that breaks a rule.
        case invalid = "ledger_invalid"
        /// A line of a time whose lines were pruned: nobody can tell any more whether it was counted.
        case tooOld = "ledger_too_old"
        /// The question has more groups than one answer may count.
        case tooLarge = "ledger_too_large"
        /// The ledger cannot be read or written now. A line may or may not be there: it may be appended again.
        case unusable = "ledger_unusable"
        /// No room is left; a ledger in memory only.
        case full = "ledger_full"
    }

    /// What kind of failure it is; programs decide by it.
    package var kind: Kind
    /// What went wrong, and the way out.
    package var message: String
    /// Whether the same may succeed later.
    package var isRetryable: Bool

    /// An error from its parts.
    package init(_ kind: Kind, _ message: String, isRetryable: Bool = false) {
        self.kind = kind
        self.message = message
        self.isRetryable = isRetryable
    }

    /// The stable word of ``kind``.
    package var code: String { kind.rawValue }
    /// `code: message`
    package var description: String { "\(code): \(message)" }
}

extension CallLedgerError {
    /// What somebody is told whose line is of a time that was pruned.
    package static func tooOld(_ time: Timestamp, _ prunedBefore: Timestamp) -> CallLedgerError {
        CallLedgerError(
            .tooOld, "a call of \(time) comes too late: lines from before \(prunedBefore) have been pruned")
    }

    /// What somebody is told whose question has too many groups.
    package static func tooLarge(_ limits: CallLedgerLimits) -> CallLedgerError {
        CallLedgerError(
            .tooLarge, "there are more than \(limits.groupsMax) groups; ask for a shorter range or fewer dimensions")
    }
}
