import TuttiConfiguration

/// `tutti memory ...`
package enum MemoryCommands {
    package static let group = CommandGroup("memory", summary: "Look at what critics remember")

    package static let list = Command(
        "memory", "ls", summary: "Show what critics remember",
        """
        Lists the names under which roundtables with --remember have kept findings, or with a NAME those findings: who \
        found what, and whether it was answered. Nothing is kept longer than 180 days after it was last found.
        """,
        words: [MemoryWords.shown], flags: [Flags.json],
        examples: ["tutti memory ls", "tutti memory ls payments --json"])

    package static let forget = Command(
        "memory", "forget", summary: "Forget what is kept under a name",
        """
        Forgets all findings that are kept under this name. The runs that found them stay.
        """,
        words: [MemoryWords.forgotten], flags: [Flags.json], examples: ["tutti memory forget payments"])
}

/// The words of `tutti memory`.
package enum MemoryWords {
    package static let shown = Word<String?>(optional: "NAME", .text, "A name that --remember was given.")
    package static let forgotten = Word<String>("NAME", .text, "A name that --remember was given.")
}
