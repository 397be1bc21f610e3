import TuttiConfiguration

/// `tutti audit ...`
package enum AuditCommands {
    package static let group = CommandGroup("audit", summary: "Read and verify the log of who did what")

    package static let list = Command(
        "audit", "ls", summary: "Show what was done by whom", "Lists entries of the audit log, the newest first.",
        flags: [AuditFlags.actor, AuditFlags.action, AuditFlags.limit, Flags.json],
        examples: ["tutti audit ls", "tutti audit ls --action login --limit 20", "tutti audit ls --actor ada --json"])

    package static let verify = Command(
        "audit", "verify", summary: "Check that no entry was changed",
        """
        Follows the chain of the log, or of an exported file, and prints its head: keep that elsewhere, and nobody can \
        write the log anew unnoticed. The first place that does not fit is shown, and the program then ends with 1.
        """,
        flags: [AuditFlags.file, AuditFlags.head, Flags.json],
        examples: ["tutti audit verify", "tutti audit verify --file audit.jsonl"])

    package static let export = Command(
        "audit", "export", summary: "Write the log to a file",
        "Writes entries as JSON Lines into a new file, which 'tutti audit verify --file' checks.",
        words: [AuditWords.target], flags: [AuditFlags.from, AuditFlags.through, Flags.json],
        examples: ["tutti audit export audit.jsonl", "tutti audit export part.jsonl --from 1001 --through 2000"])

    package static let prune = Command(
        "audit", "prune", summary: "Remove entries that stand in a file",
        """
        Removes the beginning of the log, as far as it is old enough and stands in an exported file, which is verified \
        first. Bring that file to a safe place before.
        """,
        flags: [AuditFlags.before, AuditFlags.exported, Flags.json],
        examples: ["tutti audit prune --before 365d --exported audit.jsonl"])
}

/// The words of `tutti audit`.
package enum AuditWords {
    package static let target = Word<String>("FILE", .path(), "The file to make. One that is there is not touched.")
}

/// The flags of `tutti audit`.
package enum AuditFlags {
    package static let actor = Flag<String?>(
        "actor", "NAME", .text, in: .selection, help: "Only what this person has done",
        "Lists only what this person has done: a username, an address, or the beginning of an identifier.")
    package static let action = Flag<String?>(
        "action", "ACTION", .text, in: .selection, help: "Only this action",
        "Lists only this action, such as login.failed, or all whose name begins so, such as login.")
    package static let limit = Flag<Int>(
        "limit", "N", .integer(1...1000), default: 100, in: .selection, help: "How many entries at most",
        "How many entries are listed at most, the newest first.")
    package static let file = Flag<String?>(
        "file", "FILE", .path(), in: .selection, help: "Check this exported file",
        "An exported file to check in the place of the log.")
    package static let head = Flag<String?>(
        "head", "N:HASH", .text, in: .selection, help: "A head that was noted before",
        "A head that was noted before: the chain has to go through it.")
    package static let from = Flag<Int?>(
        "from", "N", .integer(1...Int.max), in: .selection, help: "The first entry",
        "The number of the first entry. Without it: where the log begins.")
    package static let through = Flag<Int?>(
        "through", "N", .integer(1...Int.max), in: .selection, help: "The last entry",
        "The number of the last entry. Without it: the newest.")
    package static let before = Flag<Duration>(
        required: "before", "AGE", .duration, in: .selection, help: "Remove what is older",
        "Removes entries that are older than this, such as 365d.")
    package static let exported = Flag<String>(
        required: "exported", "FILE", .path(), in: .selection, help: "The file that has them",
        "The exported file in which what is removed stands.")
}
