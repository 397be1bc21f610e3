import TuttiConfiguration

/// The flags of `tutti run`.
package enum RunFlags {
    package static let inputs = Flag<[String]>(
        repeatable: "input", "NAME=VALUE", .text, in: .document, help: "A value that the workflow is started with",
        """
        A value of the workflow's input; what is no text there is read as JSON. @FILE stands for the members of the \
        JSON object in a file; a value that is given by name goes before. May be given several times.
        """)
    package static let id = Flag<String?>(
        "id", "KEY", .text, in: .document, help: "Start it once under this name",
        """
        The same key with the same workflow and input names the same run: it is not started a second time, but goes \
        on if it was interrupted, and its output is shown again when it has ended.
        """)
    package static let budget = Flag<[String]?>(
        "budget", "LIMITS", .list, in: .loop, help: "What the run may spend",
        """
        What the run and its children may spend: dollars such as 2.50, or limits by name, separated by commas: \
        usd=2,tokens=100000,steps=50,time=10m. A run whose budget does not suffice is parked, and the program ends \
        with 5.
        """)
    package static let dryRun = Flag<Bool>(
        "dry-run", in: .selection, help: "Check everything, start nothing",
        "Checks the file, and the input if any is given, shows the steps in their order, and starts nothing.")
    package static let model = Flag<String?>(
        "model", "PROVIDER/NAME", setting: ConfigurationKeys.modelsDefault, in: .agent,
        help: "The model that an agent asks",
        """
        The model that an agent asks when its file names none, such as ollama/qwen3:8b; 'tutti models ls' shows what \
        is there.
        """)
    package static let folder = Flag<String?>(
        "folder", "DIR", .path(), in: .agent, help: "The files that an agent begins with",
        """
        The files that an agent begins with. It works on a copy: the folder itself is changed by --apply only, or \
        when you copy the files that 'tutti runs files' shows.
        """)
    package static let unsafeNoSandbox = Flag<Bool>(
        "unsafe-no-sandbox", in: .agent, help: "Run programs of agents without a sandbox",
        """
        Runs the programs of agents with all your rights, where no sandbox can be made: what a model writes may then \
        read, change and send whatever you may. It is said at each program. Network and files are not limited.
        """)
    package static let apply = Flag<Bool>(
        "apply", in: .agent, help: "Put what an agent has changed back into --folder",
        """
        Puts the changes of an agent that has come to its end back into --folder. Files that somebody else has changed \
        meanwhile keep the program from putting back any.
        """)
    package static let output = Flag<String?>(
        "output", short: "o", "FILE", .path(), in: .output, help: "Write the output here",
        """
        Where the output goes; '-' is standard output. A text is written as it is, unless the file's name ends in \
        .json; everything else is JSON.
        """)
}
