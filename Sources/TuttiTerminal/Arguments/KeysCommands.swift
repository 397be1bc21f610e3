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
        flags: [
            KeysFlags.user, KeysFlags.scopes, KeysFlags.project, KeysFlags.limits, KeysFlags.models, KeysFlags.expires,
            Flags.json,
        ],
        examples: [
            "tutti keys create ci --user ada", "tutti keys create ci --user ada --scope runs.* --expires 90d",
            "tutti keys create bot --user ada --limits usd_a_day=5,requests_a_minute=60",
        ])

    package static let limit = Command(
        "keys", "limit", summary: "Change what an API key may spend",
        """
        Puts other limits of calls of models in the place of an API key's own, at once, also at a server that runs. \
        What it has used so far stays counted.
        """,
        words: [KeysWords.key], flags: [KeysFlags.limits, KeysFlags.models, Flags.json],
        examples: [
            "tutti keys limit key_01k9 --limits usd_a_month=50 --model fast",
            "tutti keys limit key_01k9 --limits none",
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
    package static let limits = Flag<String?>(
        "limits", "LIST", .text, in: .answer, help: "What its calls of models are held to",
        """
        What calls of models with the key are held to, such as usd_a_day=5,requests_a_minute=60: dollars by usd_a_day, \
        usd_a_month and usd (in all), tokens by tokens_a_minute, tokens_a_day, tokens_a_month and tokens, calls by \
        requests_a_minute; none for no limit.
        """)
    package static let models = Flag<[String]>(
        repeatable: "model", "NAME", .text, in: .answer, help: "A model or route that it may ask",
        """
        A model or route that the key may ask, such as fast or anthropic/*. May be given several times; without it \
        the key may ask all.
        """)
    package static let expires = Flag<String?>(
        "expires", "TIME", .text, in: .answer, help: "How long it is good",
        "How long the key is good, such as 90d; 3650d at most. Without it, it does not expire.")
}
