import TuttiConfiguration

/// `tutti keys ...`
package enum KeysCommands {
    package static let group = CommandGroup("keys", summary: "Look after API keys")

    package static let list = Command(
        "keys", "ls", summary: "List API keys",
        "Lists API keys, the newest first: everything but the keys.",
        flags: [KeysFlags.listed, Flags.json], examples: ["tutti keys ls", "tutti keys ls --user ada --json"])

    package static let create = Command(
        "keys", "create", summary: "Make an API key",
        """
        Makes an API key of a person. It may do what the person may, within its scopes. The key is printed once, and \
        kept nowhere.
        """,
        words: [KeysWords.name],
        flags: [KeysFlags.user, KeysFlags.scopes, KeysFlags.project, KeysFlags.expires, Flags.json],
        examples: [
            "tutti keys create ci --user ada", "tutti keys create ci --user ada --scope runs.* --expires 90d",
        ])

    package static let revoke = Command(
        "keys", "revoke", summary: "End an API key",
        "Ends an API key at once, also at a server that runs.",
        words: [KeysWords.key], flags: [Flags.json], examples: ["tutti keys revoke key_01k9"])
}

/// The words of `tutti keys`.
package enum KeysWords {
    package static let name = Word<String>("NAME", .text, "What the key is for, such as ci.")
    package static let key = Word<String>("ID", .text, "The key, by any unique beginning of its identifier.")
}

/// The flags of `tutti keys`.
package enum KeysFlags {
    package static let listed = Flag<String?>(
        "user", "NAME", .text, in: .selection, help: "Only keys of this person",
        "Lists only keys of this person: a username, an address, or the beginning of an identifier.")
    package static let user = Flag<String>(
        required: "user", "NAME", .text, in: .answer, help: "Whose key it is",
        "The person whose key it is: a username, an address, or the beginning of an identifier.")
    package static let scopes = Flag<[String]>(
        repeatable: "scope", "PERMISSION", .text, in: .answer, help: "A permission that it is held to",
        """
        A permission such as runs.read, or an area such as runs.*, that the key is held to. May be given several \
        times; without it the key may do all that its person may.
        """)
    package static let project = Flag<String?>(
        "project", "ID", .text, in: .answer, help: "The one project that it is for",
        "The identifier of the one project that the key is for, such as prj_01k9z3wq4e5v6s7t8a9b0c1d2f.")
    package static let expires = Flag<String?>(
        "expires", "TIME", .text, in: .answer, help: "How long it is good",
        "How long the key is good, such as 90d; 3650d at most. Without it, it does not expire.")
}
