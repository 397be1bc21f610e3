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
        "models", "test", summary: "Ask models something short",
        """
        Asks for a few words and then for the call of a tool, and shows whether key, name, stream, tool call and \
        counting of tokens work, how long it took, and what it cost. These are real calls, which a provider may charge \
        for. Without a name everything is tried out that is set up: each deployment of the routes with each of its \
        keys, the usual model, and of the other providers their lists. It ends with 1 when one does not answer.
        """,
        words: [ModelsWords.tested], flags: [ModelsFlags.record, Flags.json],
        examples: [
            "tutti models test", "tutti models test ollama/llama3.2 gpt-eu --json",
            "tutti models test openai/NAME --record call.jsonl",
        ])

    package static let prices = Command(
        "models", "prices", summary: "Compare the list of prices with another one",
        """
        Compares the list of prices that models.prices names with another one, such as a newer one: which models are \
        new, gone, dearer or cheaper, and by how much. Either may be OpenRouter's list of models as it was fetched. \
        It changes nothing, and ends with 1 when they differ.
        """,
        words: [ModelsWords.prices], flags: [ModelsFlags.base, Flags.json],
        examples: ["tutti models prices newer.json", "tutti models prices newer.json --base older.json --json"])
}

/// The words of `tutti models`.
package enum ModelsWords {
    package static let tested = Word<[String]>(
        optionalRepeatable: "NAME", .text,
        """
        A model as PROVIDER/NAME (script/PATH is a cassette), a deployment, a route for all of its deployments, or a \
        provider for its list of models. Without one: all that is set up.
        """)
    package static let prices = Word<String>(
        "FILE", .path(endings: [".json"]), "The list of prices to compare with.")
}

/// The flags of `tutti models`.
package enum ModelsFlags {
    package static let record = Flag<String?>(
        "record", "FILE", .path(), in: .output, help: "Record the call in a cassette",
        "Adds the call to this cassette, without keys, so that script/FILE answers it without a model.")
    package static let base = Flag<String?>(
        "base", "FILE", .path(endings: [".json"]), in: .selection, help: "Compare this list, not that of models.prices",
        "The list that the other one is compared with, in place of that of models.prices.")
}
