import TuttiConfiguration

/// `tutti secrets ...`
package enum SecretsCommands {
    package static let group = CommandGroup("secrets", summary: "Keep secrets, such as keys of providers")

    package static let list = Command(
        "secrets", "ls", summary: "List secrets, without their values",
        "Lists what is kept, in one scope or in all of them. No command prints a value.",
        flags: [SecretsFlags.listed, Flags.json],
        examples: ["tutti secrets ls", "tutti secrets ls --scope person:ada --json"])

    package static let set = Command(
        "secrets", "set", summary: "Keep a secret",
        """
        Keeps a secret, in the place of the one of the same name and scope. Its value is asked for at a terminal \
        without being shown, and else all of standard input, without the line end behind it.
        """,
        words: [SecretsWords.name],
        flags: [SecretsFlags.scope, SecretsFlags.provider, SecretsFlags.label, Flags.json],
        examples: [
            "tutti secrets set openai --provider openai", "tutti secrets set github --scope person:ada < token.txt",
        ])

    package static let remove = Command(
        "secrets", "rm", summary: "Remove a secret", "Removes a secret. Runs that refer to it fail from then on.",
        words: [SecretsWords.name], flags: [SecretsFlags.scope, Flags.json],
        examples: ["tutti secrets rm openai"])

    package static let rotate = Command(
        "secrets", "rotate", summary: "Seal all secrets with a new key",
        """
        Adds a new key to the home's file of keys and seals every secret with it. The old ones stay in the file until \
        --drop-old. With keys in TUTTI_SECRET_KEY it seals with the first of them.
        """,
        flags: [SecretsFlags.dropOld, Flags.json],
        examples: ["tutti secrets rotate", "tutti secrets rotate --drop-old"])
}

/// The words of `tutti secrets`.
package enum SecretsWords {
    package static let name = Word<String>(
        "NAME", .text, "The secret's name: lower-case letters, digits, dots, hyphens and underscores.")
}

/// The flags of `tutti secrets`.
package enum SecretsFlags {
    package static let scope = Flag<String>(
        "scope", "SCOPE", .text, default: "tenant", in: .selection, help: "Whose secret it is",
        "Whose secret it is: tenant for everybody, project:ID, or person:NAME.")
    package static let listed = Flag<String?>(
        "scope", "SCOPE", .text, in: .selection, help: "Only secrets of this scope",
        "Lists only secrets of this scope: tenant, project:ID, or person:NAME.")
    package static let provider = Flag<String?>(
        "provider", "NAME", .text, in: .answer, help: "The provider whose key it is",
        "The provider whose key it is, such as openai.")
    package static let label = Flag<String?>(
        "label", "TEXT", .text, in: .answer, help: "A note for people", "A note for people, shown beside the name.")
    package static let dropOld = Flag<Bool>(
        "drop-old", in: .selection, help: "Drop the old keys at the end",
        """
        Drops all keys but the new one when nothing is sealed with them any more. No server may run meanwhile. Backups \
        of the home from before need the old keys: keep those apart.
        """)
}
