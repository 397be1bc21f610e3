package import TuttiConfiguration

/// Every flag of this release. A command lists those it takes; a handler reads them by these names.
package enum Flags {
    // MARK: Everywhere

    package static let home = Flag<String?>(
        "home", "DIR", .path(), environment: "TUTTI_HOME", in: .common, help: "Folder of the runs and the database",
        """
        The folder that holds the database, the runs' documents and tutti.yaml. Without it: $XDG_DATA_HOME/tutti, \
        else ~/.local/share/tutti.
        """)
    package static let help = Flag<Bool>(
        "help", short: "h", in: .common, help: "Show help and end",
        "Shows what the program or the command does and takes, and ends.")
    package static let version = Flag<Bool>(
        "version", in: .common, help: "Show the version and end", "Shows the version and ends.")
    package static let noColor = Flag<Bool>(
        "no-color", environment: "NO_COLOR", in: .common, help: "Print without colours",
        "Prints without colours. They are off anyway when the output is no terminal or TERM is dumb.")

    // MARK: Shared by several commands

    package static let json = Flag<Bool>(
        "json", in: .output, help: "Print JSON",
        "Prints JSON with documented fields on standard output instead of text for people.")
    package static let verbose = Flag<Bool>(
        "verbose", short: "v", in: .output, help: "Print what happens in more detail",
        "Prints every event of the run on standard error as it happens.")
    package static let output = Flag<String?>(
        "output", short: "o", "FILE", .path(), in: .output, help: "Write the document here",
        """
        Where the document goes; '-' is standard output. The input file is never changed. Without it the document \
        stays in the run's folder.
        """)

    // MARK: roundtable

    package static let input = Flag<String?>(
        "input", "FILE", .path(), in: .document, help: "The document, as a flag",
        "Another way to name the document, for scripts that like names.")
    package static let title = Flag<String?>(
        "title", "TEXT", .text, in: .document, help: "Title of the document",
        "The title that reports show. Without it: the first heading, else the file's name.")
    package static let kind = Flag<String?>(
        "kind", "KIND", .choice(["prd", "rfc", "architecture", "runbook", "readme", "document", kindByModel]),
        in: .document, help: "What kind of document it is",
        """
        What kind of document it is, which decides the sections it should have. Without it the text decides; with \
        'model' the first model of --model is asked.
        """)
    /// The kind that stands for asking a model.
    package static let kindByModel = "model"
    package static let critics = Flag<[String]?>(
        "critics", "NAMES", setting: ConfigurationKeys.critics, in: .loop, help: "Who reads the document",
        "The critics that read the document in each round, separated by commas.")
    package static let maxIterations = Flag<Int?>(
        "max-iterations", "N", setting: ConfigurationKeys.maxIterations, in: .loop, help: "Most rounds",
        "How many rounds there are at most. When they are used up the run ends as exhausted.")
    package static let offline = Flag<Bool>(
        "offline", in: .loop, help: "Use no model and no network",
        "Reviews by the built-in rulebook only. This is also what happens when no model is named.")
    package static let failOn = Flag<SeverityBar?>(
        "fail-on", "SEVERITY", setting: ConfigurationKeys.failOn, in: .loop, help: "How severe is too severe",
        """
        The bar: the loop converges when no open finding is this severe or worse, and the program ends with 3 when \
        one is left. With never the bar stays at high and an unconverged end is no failure.
        """)
    package static let report = Flag<[String]>(
        repeatable: "report", "FILE", .path(endings: [".json", ".md", ".html"]), in: .output,
        help: "Write a report here",
        "Writes the report; the ending decides whether as JSON, Markdown or HTML. May be given several times.")
    package static let all = Flag<Bool>(
        "all", in: .output, help: "Show every finding",
        "Shows every finding at the end. Without it only critical and high ones are shown and the rest counted.")

    // MARK: runs and db

    package static let states = Flag<[String]>(
        repeatable: "state", "STATE",
        .choice(["queued", "running", "waiting", "blocked", "completed", "failed", "cancelled"]), in: .selection,
        help: "Only runs in this state",
        "Lists only runs in this state. May be given several times; without it all are listed.")
    package static let limit = Flag<Int>(
        "limit", "N", .integer(1...1_000_000), default: 100, in: .selection, help: "How many runs at most",
        "How many runs are listed at most, the newest first. A last line says how many more there are.")
    package static let follow = Flag<Bool>(
        "follow", short: "f", in: .output, help: "Go on as events happen",
        "Goes on printing events as they happen, until the run ends.")
    package static let takeOver = Flag<Bool>(
        "take-over", in: .selection, help: "Also take runs that another process holds",
        """
        Takes a run from the process that holds it, even when that one seems alive. The other process loses its \
        right to write at that moment.
        """)
    package static let noWait = Flag<Bool>(
        "no-wait", in: .selection, help: "Do not wait for a person",
        "Parks the run as soon as nothing but a person's answer or a signal lets it go on, and ends with 4.")
    package static let exportFile = Flag<String?>(
        "output", short: "o", "FILE", .path(), in: .output, help: "Write the export here",
        "Where the export goes. Without it, and with '-', it goes to standard output.")
    package static let toVersion = Flag<Int?>(
        "to", "N", .integer(0...10_000), in: .selection, help: "Version of the schema",
        "The version of the schema to go down to. Without it: one below the present one.")
}

/// The flags of `tutti bench`.
package enum BenchFlags {
    package static let workflows = Flag<Int>(
        "workflows", "W", .integer(1...1_000_000), default: 256, in: .load, help: "How many runs",
        "How many runs are started.")
    package static let steps = Flag<Int>(
        "steps", "S", .integer(1...1_000_000), default: 20, in: .load, help: "Steps of each run",
        "How many steps each run takes, one after the other.")
    package static let concurrency = Flag<Int>(
        "concurrency", "C", .integer(1...100_000), default: 64, in: .load, help: "Runs at once",
        "How many runs are worked on at the same time.")
    package static let maxBatch = Flag<Int?>(
        "max-batch", "N", .integer(1...4096), in: .load, help: "Most results in one commit",
        "How many results one commit may take. Without it the engine decides; 1 gives each result its own commit.")
    package static let phase = Flag<BenchPhase>(
        required: "phase", "PHASE", BenchPhase.choice, in: .load, help: "Begin the work or finish it",
        "start begins the runs and works until it is killed or done; resume finishes whatever is left.")
    package static let shape = Flag<BenchShape>(
        "shape", "SHAPE", BenchShape.choice, default: .steps, in: .load, help: "What the runs are made of",
        """
        steps: nothing but steps, --steps of them. trips: something to undo, a wait for the signal 'go', a child, a \
        budget, and a step that must not happen twice; every second one fails and is undone.
        """)
    package static let log = Flag<String>(
        required: "log", "FILE", .path(), in: .load, help: "Where each step leaves its line",
        "Every execution of a step appends the line 'workflow step pid' to this file with one write.")
    package static let workMilliseconds = Flag<Int>(
        "work-ms", "MS", .integer(0...600_000), default: 5, in: .load, help: "Time a step takes",
        "How long each step waits after it has written its line, in milliseconds.")
    package static let seconds = Flag<Int>(
        "seconds", "S", .integer(1...3600), default: 3, in: .load, help: "How long it waits",
        "How long the engine is kept open, in seconds.")
    package static let subscribers = Flag<Int>(
        "subscribers", "N", .integer(0...100_000), default: 1000, in: .load, help: "How many subscribers",
        "How many subscribers read the events of the one run.")
    package static let rate = Flag<Int>(
        "rate", "R", .integer(1...10_000), default: 100, in: .load, help: "Events a second",
        "How many events a second the one run records.")
    package static let waitingRuns = Flag<Int>(
        "runs", "N", .integer(1...1_000_000), default: 100_000, in: .load, help: "How many runs wait",
        "How many runs wait for a signal at the same time.")
    package static let children = Flag<Int>(
        "children", "N", .integer(1...10_000), default: 10_000, in: .load, help: "How many children",
        "How many children the one run starts at once.")
    package static let scopes = Flag<Int>(
        "scopes", "N", .integer(1...100_000), default: 1000, in: .load, help: "How many closed scopes",
        "How many scopes the run has closed before it is taken up again.")
    package static let stepsPerScope = Flag<Int>(
        "steps", "S", .integer(1...10_000), default: 100, in: .load, help: "Steps of each scope",
        "How many steps stand in each scope.")
    package static let calls = Flag<Int>(
        "calls", "N", .integer(1...100_000), default: 1000, in: .load, help: "How many calls at once",
        "How many calls are begun at the same time.")
    package static let url = Flag<String>(
        required: "url", "URL", .text, in: .load, help: "Where the server is",
        "The server, as http://HOST:PORT; /v1 is added when there is no path.")
    package static let otherRuns = Flag<Int>(
        "runs", "N", .integer(1...10_000), default: 64, in: .load, help: "How many other runs at once",
        "How many other runs take steps at the same time, as fast as they can.")
    package static let phaseSeconds = Flag<Int>(
        "phase-seconds", "N", .integer(1...600), default: 5, in: .load, help: "How long each phase takes",
        "How long the steps are counted with subscribers, and as long without, in each round.")
    package static let rounds = Flag<Int>(
        "rounds", "N", .integer(1...100), default: 5, in: .load, help: "How often both phases are measured",
        "How often both phases are measured, in turns; the medians count.")
}

/// What the runs of `tutti bench crash` are made of.
package enum BenchShape: String, CaseIterable, PlainValueConvertible {
    case steps, trips
}

/// What `tutti bench crash` does.
package enum BenchPhase: String, CaseIterable, PlainValueConvertible {
    case start, resume
}
