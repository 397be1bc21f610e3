import TuttiCore

/// What an audit log could not do, told so that a person knows the way out.
package struct AuditError: CodedError, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable {
        /// A draft or a request that breaks a rule; nothing was written.
        case invalid = "audit_invalid"
        /// The log cannot be read or written now. What was to be kept may or may not be there; the chain is whole.
        case unusable = "audit_unusable"
        /// What is to be removed stands in no exported file, or in one of another log.
        case notExported = "audit_not_exported"
        /// A file that is no export of an audit log that this release can read.
        case unreadable = "audit_unreadable"
        /// A file that an export cannot write.
        case unwritable = "audit_unwritable"
        /// No room is left; a log in memory only.
        case full = "audit_full"
    }

    package var kind: Kind
    /// What was being done, which rule was broken, and the way out. Never holds a text of an entry.
    package var message: String
    /// Whether the same may succeed later.
    package var isRetryable: Bool

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
