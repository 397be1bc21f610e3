import TuttiConfiguration

/// `tutti models ...`
package enum ModelsCommands {
    package static let group = CommandGroup("models", summary: "Look at models and try them")

    package static let list = Command(
        "models", "ls", summary: "List the models that can be asked",
        """
        Lists the models of every provider that is set up, and of the servers that are found on the usual ports of \
        this machine. A provider that cannot be reached says why. Nothing is asked that costs.
        """,
        flags: [Flags.json], examples: ["tutti models ls", "tutti models ls --json"])

    package static let test = Command(
        "models", "test", summary: "Ask a model something short",
        """
        Asks a model for one word, and shows how long it took, how many tokens, and what they cost. This is a real \
        call, which a provider may charge for.
        """,
        words: [ModelsWords.model], flags: [ModelsFlags.record, Flags.json],
        examples: ["tutti models test ollama/llama3.2", "tutti models test openai/NAME --record call.jsonl"])
}

/// The words of `tutti models`.
package enum ModelsWords {
    package static let model = Word<String?>(
        optional: "MODEL", .text,
        "The model, as PROVIDER/NAME; script/PATH is a cassette. Without it: models.default, or TUTTI_MODEL.")
}

/// The flags of `tutti models`.
package enum ModelsFlags {
    package static let record = Flag<String?>(
        "record", "FILE", .path(), in: .output, help: "Record the call in a cassette",
        "Adds the call to this cassette, without keys, so that script/FILE answers it without a model.")
}
