/// Every command of this release as data. Its handler joins it in a ``Program``.
package enum Commands {
    package static let roundtable = Command(
        "roundtable", summary: "Review and refine a document with a team of critics",
        """
        Gives a document to a team of critics and refines it, round by round, until no severe finding is left, until \
        the rounds change too little, or until they are used up. Every step is kept: an interrupted review goes on \
        with 'tutti runs resume'. The input file is never changed.
        """,
        words: [Words.document],
        flags: [
            Flags.input, Flags.title, Flags.kind, Flags.critics, Flags.maxIterations, Flags.offline, Flags.failOn,
            Flags.output, Flags.report, Flags.all, Flags.json, Flags.verbose,
        ] + TableFlags.all,
        examples: [
            "tutti roundtable plan.md", "tutti roundtable plan.md -o better.md --report report.html",
            "tutti roundtable - --kind rfc --json < proposal.md",
            "tutti roundtable plan.md --model ollama/qwen3:8b --context docs --budget 0.50",
            "tutti roundtable plan.md --model openai/NAME --generate 4 --edit",
        ])

    package static let run = Command(
        "run", summary: "Run a workflow file, or have an agent do something",
        """
        Runs the steps of a workflow file: roundtables, commands of your own, waits and approvals. Or lets an agent do \
        a task with its tools, whose programs run in a sandbox. Every step is kept: an interrupted run goes on with \
        'tutti runs resume', by the file as it was at the start.
        """,
        words: [Words.workflow, Words.task],
        flags: [
            RunFlags.inputs, RunFlags.id, RunFlags.budget, RunFlags.model, RunFlags.folder, RunFlags.apply,
            RunFlags.unsafeNoSandbox, RunFlags.dryRun, Flags.noWait, RunFlags.output, Flags.json, Flags.verbose,
        ],
        examples: [
            "tutti run release.yaml --input version=1.2", "tutti run release.yaml --dry-run",
            "tutti run release-notes --input @release.json --id release-1.2 --no-wait",
            "tutti run mender @task.md --folder ./project --apply",
        ])

    package static let serve = Command(
        "serve", summary: "Start the server: dashboard, API, live events",
        """
        Serves the dashboard and the API, and carries out the runs that are started there. Unless told otherwise it \
        listens on this machine only, and asks for no login until somebody makes an account; everything that other \
        commands do works beside it.
        """,
        flags: [
            ServeFlags.listen, ServeFlags.configurationFile, ServeFlags.insecureHTTP, ServeFlags.webFolder,
            ServeFlags.check, Flags.json,
        ],
        examples: ["tutti serve", "tutti serve --listen 127.0.0.1:9000", "tutti serve --check"])

    package static let rules = Command(
        "rules", summary: "List the rules of the offline review, or explain one",
        "Lists the rules by code with severity and reason. With a code it explains that rule and shows an example.",
        words: [Words.rule], flags: [Flags.json], examples: ["tutti rules", "tutti rules --json"])

    package static let configuration = Command(
        "config", summary: "Show the effective configuration and where each value comes from",
        "Shows every key with its value and its source: flag, environment, file or default. Secrets are not shown.",
        flags: [Flags.json], examples: ["tutti config"])

    package static let doctor = Command(
        "doctor", summary: "Check that everything tutti needs is there",
        "Checks the home, the database and the system, and says for each problem what to do about it.",
        flags: [Flags.json], examples: ["tutti doctor"])

    package static let completions = Command(
        "completions", summary: "Print the completions for a shell",
        "Prints a script that teaches a shell to complete the commands and flags of tutti.", words: [Words.shell],
        examples: ["source <(tutti completions bash)", "tutti completions fish | source"])

    package static let version = Command(
        "version", summary: "Show the version", "Shows the version of the program.", flags: [Flags.json],
        examples: ["tutti version --json"])
}

/// `tutti runs ...`
package enum RunsCommands {
    package static let group = CommandGroup("runs", summary: "Look at runs and decide what becomes of them")

    package static let list = Command(
        "runs", "ls", summary: "List runs, the newest first",
        """
        Lists the runs of this home with state, title and age, the newest first. Runs that others have started as \
        their children are only counted.
        """,
        flags: [
            Flags.states, RunsFlags.workflow, RunsFlags.newerThan, RunsFlags.olderThan, RunsFlags.costAbove,
            RunsFlags.children, Flags.limit, Flags.json,
        ],
        examples: ["tutti runs ls", "tutti runs ls --state running --state waiting", "tutti runs ls --newer-than 2d"])

    package static let show = Command(
        "runs", "show", summary: "Show one run with its steps",
        "Shows a run: state, outcome, costs, budget, steps and documents.",
        words: [Words.run], flags: [RunsFlags.approval, Flags.json],
        contradictions: [Contradiction(RunsFlags.approval, Flags.json, reason: "give one of them")],
        examples: ["tutti runs show run_01k9"])

    package static let logs = Command(
        "runs", "logs", summary: "Print the events of a run", "Prints the events of a run in their order.",
        words: [Words.run], flags: [Flags.follow, Flags.json], examples: ["tutti runs logs -f run_01k9"])

    package static let resume = Command(
        "runs", "resume", summary: "Go on with interrupted runs",
        "Goes on where a run was interrupted. Finished steps are read from the journal, not done again.",
        words: [Words.runs],
        flags: [Flags.takeOver, RunsFlags.acceptRecorded, RunsFlags.budget, Flags.noWait, Flags.json],
        examples: ["tutti runs resume run_01k9", "tutti runs resume run_01k9 --budget +2"])

    package static let cancel = Command(
        "runs", "cancel", summary: "Cancel a run", "Cancels a run. Steps in flight are told to stop.",
        words: [Words.run], flags: [Flags.json], examples: ["tutti runs cancel run_01k9"])

    package static let export = Command(
        "runs", "export", summary: "Write a run with its whole journal as JSON",
        "Writes everything that is stored of a run as one JSON document, to standard output or a file.",
        words: [Words.run], flags: [Flags.exportFile], examples: ["tutti runs export run_01k9 -o run.json"])

    package static let replay = Command(
        "runs", "replay", summary: "Check whether this program still does what is recorded",
        """
        Goes through a run, or an export of one, with the workflow of this program: nothing is carried out and nothing \
        written. The first contradiction is shown with both sides, and the program then ends with 1.
        """,
        words: [Words.recording], flags: [Flags.json],
        examples: ["tutti runs replay run_01k9", "tutti runs replay old/run.json --json"])
}

/// `tutti db ...`
package enum DatabaseCommands {
    package static let group = CommandGroup("db", summary: "Look after the database")

    package static let status = Command(
        "db", "status", summary: "Show the version and size of the database",
        "Shows the version of the schema, the one this program wants, and the size.", flags: [Flags.json],
        examples: ["tutti db status"])

    package static let upgrade = Command(
        "db", "upgrade", summary: "Bring the database to this program's version",
        "Runs the migrations that are missing, each in one transaction.", flags: [Flags.json],
        examples: ["tutti db upgrade"])

    package static let downgrade = Command(
        "db", "downgrade", summary: "Bring the database back to an older version",
        "Takes migrations back, each in one transaction, so that an older program can open the database.",
        flags: [Flags.toVersion, Flags.json], examples: ["tutti db downgrade --to 1"])

    package static let prune = Command(
        "db", "prune", summary: "Remove ended runs by age and count",
        """
        Removes ended runs with their children, journals, events and files; a run goes when it is too old or one too \
        many. What lives or is blocked stays. The database shrinks when no other process works with it.
        """,
        flags: [
            DatabaseFlags.olderThan, DatabaseFlags.keep, DatabaseFlags.eventsOlderThan, DatabaseFlags.workflow,
            DatabaseFlags.dryRun, DatabaseFlags.yes, Flags.json,
        ],
        examples: ["tutti db prune --older-than 90d --dry-run", "tutti db prune --keep 100 --yes"])
}

/// `tutti bench ...`
package enum BenchCommands {
    package static let group = CommandGroup("bench", summary: "Measure the engine on this machine")

    package static let durable = Command(
        "bench", "durable", summary: "Measure durable steps per second",
        "Each step returns 200 bytes and counts when its result is on disk. The last line is JSON.",
        flags: [BenchFlags.workflows, BenchFlags.steps, BenchFlags.concurrency, BenchFlags.maxBatch],
        examples: ["tutti bench durable --workflows 256 --steps 20 --concurrency 64"])

    package static let crash = Command(
        "bench", "crash", summary: "Work that may be killed at any moment, and its resumption",
        "Each step appends a line to the log, waits, then its result is journaled. The last line is JSON.",
        flags: [
            BenchFlags.phase, BenchFlags.shape, BenchFlags.workflows, BenchFlags.steps, BenchFlags.concurrency,
            BenchFlags.log, BenchFlags.workMilliseconds,
        ],
        examples: ["tutti bench crash --phase start --log steps.log --work-ms 20"])

    package static let idle = Command(
        "bench", "idle", summary: "Keep an engine that has nothing to do",
        "Opens the home and waits, so that memory and processor time can be measured. The last line is JSON.",
        flags: [BenchFlags.seconds], examples: ["tutti bench idle --seconds 3"])

    package static let streams = Command(
        "bench", "streams", summary: "Measure what subscribers to a run cost other runs",
        """
        Takes steps in many runs beside one run of events, in turns with and without subscribers to that one. The \
        last line is JSON; its ratio is the step rate with subscribers over the one without.
        """,
        flags: [
            BenchFlags.subscribers, BenchFlags.rate, BenchFlags.otherRuns, BenchFlags.phaseSeconds, BenchFlags.rounds,
        ],
        examples: ["tutti bench streams --subscribers 1000 --rate 100"])

    package static let waits = Command(
        "bench", "waits", summary: "Measure runs that wait, and answers to signals",
        """
        Starts runs that wait for a signal, then sends signals to random ones at a rate. An answer counts when its \
        run has ended. The last line is JSON.
        """,
        flags: [BenchFlags.waitingRuns, BenchFlags.rate, BenchFlags.phaseSeconds],
        examples: ["tutti bench waits --runs 100000 --rate 1000"])

    package static let children = Command(
        "bench", "children", summary: "Measure a run with many children",
        "Each child has one step; three commands are counted of it: start, step, end. The last line is JSON.",
        flags: [BenchFlags.children], examples: ["tutti bench children --children 10000"])

    package static let replay = Command(
        "bench", "replay", summary: "Measure how soon a long run goes on",
        "Takes up and forks a run that has closed many scopes. The last line is JSON.",
        flags: [BenchFlags.scopes, BenchFlags.stepsPerScope],
        examples: ["tutti bench replay --scopes 1000 --steps 100"])

    package static let fanout = Command(
        "bench", "fanout", summary: "Measure many calls of a model at one time",
        "Asks the model 'mock-model' of a server so many times at once. The last line is JSON.",
        flags: [BenchFlags.calls, BenchFlags.url],
        examples: ["tutti bench fanout --calls 10000 --url http://127.0.0.1:4000"])
}

extension CommandTable {
    /// The table of this release.
    package static let release = CommandTable(
        program: "tutti", summary: "Teams of AI agents on a durable engine",
        groups: [
            RunsCommands.group, AgentsCommands.group, ModelsCommands.group, MemoryCommands.group,
            DatabaseCommands.group,
            UsersCommands.group, KeysCommands.group, SecretsCommands.group, AuditCommands.group, PolicyCommands.group,
            BenchCommands.group,
        ],
        commands: [
            Commands.roundtable, Commands.run, ChatCommands.chat, Commands.serve, Commands.rules,
            RunsCommands.list, RunsCommands.show, RunsCommands.logs, RunsCommands.approve, RunsCommands.reject,
            RunsCommands.signal, RunsCommands.finish, RunsCommands.resume, RunsCommands.retry, RunsCommands.resolve,
            RunsCommands.fork, RunsCommands.continuation, RunsCommands.cancel, RunsCommands.export,
            RunsCommands.replay, RunsCommands.files,
            AgentsCommands.list, AgentsCommands.show, AgentsCommands.check,
            ModelsCommands.list, ModelsCommands.test, ModelsCommands.prices, MemoryCommands.list, MemoryCommands.forget,
            DatabaseCommands.status, DatabaseCommands.upgrade, DatabaseCommands.downgrade,
            DatabaseCommands.prune,
            UsersCommands.list, UsersCommands.add, UsersCommands.show, UsersCommands.change, UsersCommands.remove,
            UsersCommands.reset, UsersCommands.invite, UsersCommands.invitations, UsersCommands.withdraw,
            UsersCommands.logout,
            KeysCommands.list, KeysCommands.create, KeysCommands.limit, KeysCommands.revoke,
            SecretsCommands.list, SecretsCommands.set, SecretsCommands.remove, SecretsCommands.rotate,
            AuditCommands.list, AuditCommands.verify, AuditCommands.export, AuditCommands.prune,
            PolicyCommands.test, PolicyCommands.show,
            Commands.configuration, Commands.doctor, BenchCommands.durable, BenchCommands.crash,
            BenchCommands.idle, BenchCommands.streams, BenchCommands.waits, BenchCommands.children,
            BenchCommands.replay, BenchCommands.fanout,
            Commands.completions, Commands.version,
        ],
        commonFlags: [Flags.home, Flags.help, Flags.version, Flags.noColor])
}
