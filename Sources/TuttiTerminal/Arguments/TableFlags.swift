import TuttiConfiguration

/// The flags of `tutti roundtable` that seat models and people at the table.
package enum TableFlags {
    package static let model = Flag<[String]?>(
        "model", "PROVIDER/NAME", .list, in: .table, help: "The model of the critics and the moderator",
        """
        The model that speaks for participants and moderator, such as ollama/qwen3:8b; 'tutti models ls' shows what \
        is there. Several, separated by commas, take turns. Without it, and without models.default, the offline \
        rulebook reviews.
        """)
    package static let strategy = Flag<String?>(
        "models", "STRATEGY", .choice(["uniform", "per-critic", "diverse"]), in: .table,
        help: "How models are given to critics",
        """
        uniform: the first model speaks for all; per-critic: each has the model that the preset names, else the \
        first; diverse: the models of --model in turn. Without it: per-critic for one model, diverse for several.
        """)
    package static let preset = Flag<String?>(
        "preset", "NAME", .text, in: .table, help: "Who sits at the table",
        """
        A panel of participants by its name (prd, code-review, architecture, business-strategy, or a file of your own \
        in HOME/presets), or the path of a YAML file. Without it the kind of document decides. Needs a model.
        """)
    package static let generate = Flag<Int?>(
        "generate", "N", .integer(2...6), in: .table, help: "Have a model make up N participants",
        """
        Has the model make up so many participants for this document, each told what the others cover. They are shown \
        before the start and kept as a file in HOME/presets, to be used again.
        """)
    package static let edit = Flag<Bool>(
        "edit", in: .table, help: "Edit the participants before the start",
        "Opens the participants in $VISUAL or $EDITOR before the start; a mistake in the file starts nothing.")
    package static let style = Flag<String?>(
        "style", "STYLE", .choice(["critical", "creative", "conservative", "academic"]), in: .table,
        help: "How participants argue", "How participants argue that have no style of their own.")
    package static let goal = Flag<String?>(
        "goal", "TEXT", .text, in: .table, help: "What the document is to achieve",
        "What the document is to achieve; participants weigh their findings by it.")
    package static let comment = Flag<[String]>(
        repeatable: "comment", "TEXT", .text, in: .table, help: "What you have to say yourself",
        """
        A finding of your own, such as 'medium: name an owner'; without a severity it is high. It is open until the \
        critics call it fixed. May be given several times, and later: tutti runs signal RUN comment '"TEXT"'.
        """)
    package static let context = Flag<String?>(
        "context", "DIR", .path(), in: .table, help: "A folder to hold the document against",
        "Passages of the texts and code in this folder are quoted to the participants, with file and line.")
    package static let remember = Flag<String?>(
        "remember", "NAME", .text, in: .table, help: "Remember findings from one roundtable to the next",
        """
        Participants are told what they have found in earlier roundtables under this name, such as the project's, and \
        what became of it; what they find now is kept for the next. 'tutti memory ls' shows it. Needs a model.
        """)
    package static let partTokens = Flag<Int?>(
        "part-tokens", "N", .integer(500...1_000_000), in: .table, help: "Tokens that a model reads at once",
        """
        A document with more tokens than this, by an estimate of three bytes each, is read and mended by section. \
        Choose less for models with a small context; without it 24000.
        """)
    package static let record = Flag<String?>(
        "record", "FILE", .path(), in: .table, help: "Record the calls of models in a cassette",
        """
        Adds the calls of this sitting to a cassette, without keys. --model script/FILE#NAME plays it later, without a \
        network, for the same document and the same flags.
        """)
    package static let forceMaxIterations = Flag<Bool>(
        "force-max-iterations", in: .loop, help: "Hold all rounds",
        "Holds all rounds, also when the goal is reached or nothing changes any more.")

    /// All of them, in the order of the help.
    package static let all: [any DeclaredFlag] = [
        model, strategy, preset, generate, edit, style, goal, comment, context, remember, partTokens, record,
        forceMaxIterations,
        RunFlags.budget,
    ]
}
