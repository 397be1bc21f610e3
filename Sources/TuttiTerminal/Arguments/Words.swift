import TuttiConfiguration

/// Every word of this release that stands without a dash.
package enum Words {
    package static let document = Word<String>(
        "FILE", .path(), alias: Flags.input, "The document to review, as Markdown or plain text; '-' is standard input."
    )
    package static let workflow = Word<String>(
        "FILE", .path(),
        """
        The file of a workflow or of an agent; or the name of one in the folder 'workflows' or 'agents' of the home, \
        with or without its ending.
        """)
    package static let task = Word<String?>(
        optional: "TASK", .text,
        "What an agent is to do, in words; '@FILE' is the text in a file, and '-' is standard input.")
    package static let agent = Word<String>(
        "NAME", .path(), "The agent: its name, or the path of its file.")
    package static let rule = Word<String?>(
        optional: "CODE", .text, "The code of one rule, to be explained. Without it all are listed.")
    package static let run = Word<String>("ID", .text, "The run, by any unique beginning of its identifier.")
    package static let runs = Word<[String]>(
        repeatable: "ID", .text, "The runs, each by any unique beginning of its identifier.")
    package static let approval = Word<String?>(
        optional: "NAME", .text, "The approval, by its name or id; not needed where only one is open.")
    package static let path = Word<String?>(
        optional: "PATH", .text, "A file of the run, from its workspace's folder on. Without it all changes are listed."
    )
    package static let signal = Word<String>("NAME", .text, "The name under which the workflow waits for it.")
    package static let content = Word<String?>(
        optional: "JSON", .text,
        "What the signal brings: JSON, @FILE for the JSON in a file, or '-' for standard input. Without it: null.")
    package static let result = Word<String?>(
        optional: "JSON", .text,
        "The result of the step, behind --done: JSON, or @FILE for the JSON in a file. Without it: {}.")
    package static let recording = Word<String>(
        "RECORDING", .path(),
        "A run, by any unique beginning of its identifier, or the file of an export: what has a '/' or a '.' is a file."
    )
    package static let shell = Word<Shell>("SHELL", Shell.choice, "The shell to complete in: bash, zsh or fish.")
}

/// The shells that completions are made for.
package enum Shell: String, CaseIterable, PlainValueConvertible {
    case bash, zsh, fish
}
