/// Doing again what a run has done, or what it could not do.
extension RunsCommands {
    package static let retry = Command(
        "runs", "retry", summary: "Let a failed run go on",
        """
        Carries out again what failed, and goes on from there. Everything else stays as it is recorded. The run is \
        followed as by 'tutti runs resume'.
        """,
        words: [Words.run], flags: [Flags.noWait, Flags.json], examples: ["tutti runs retry run_01k9"])

    package static let resolve = Command(
        "runs", "resolve", summary: "Say what became of a step that must not happen twice",
        """
        For a run that failed since nobody knows whether a step happened: says so, and lets the run go on. --again may \
        make it happen twice when the process that began it was only stopped; make sure that it is gone.
        """,
        words: [Words.run, Words.result],
        flags: [RunsFlags.done, RunsFlags.again, RunsFlags.yes, Flags.noWait, Flags.json],
        contradictions: [Contradiction(RunsFlags.done, RunsFlags.again, reason: "it happened or it did not")],
        examples: ["tutti runs resolve run_01k9 --done {\"id\":7}", "tutti runs resolve run_01k9 --again"])

    package static let fork = Command(
        "runs", "fork", summary: "Make a new run of what another has recorded",
        """
        Shows what a new run would take over and what it would carry out and pay again; when that is agreed to, starts \
        it and follows it as 'tutti runs resume' does. The old run stays as it is.
        """,
        words: [Words.run],
        flags: [RunsFlags.at, RunsFlags.replacement, RunsFlags.yes, Flags.noWait, Flags.json],
        examples: [
            "tutti runs fork run_01k9 --at judge#2", "tutti runs fork run_01k9 --at draft#1 --edit @draft.json --yes",
        ])

    package static let files = Command(
        "runs", "files", summary: "Show or take out the files that an agent has worked on",
        """
        Lists what an agent has added, changed and removed, up to its latest call. With a PATH it prints that file; \
        with --into it writes all files to a new folder.
        """,
        words: [Words.run, Words.path], flags: [RunsFlags.into, Flags.json],
        examples: [
            "tutti runs files run_01k9", "tutti runs files run_01k9 src/main.py",
            "tutti runs files run_01k9 --into ./out",
        ])

    package static let continuation = Command(
        "runs", "continue", summary: "Give a roundtable that has ended more rounds",
        """
        Goes on with a roundtable whose rounds were used up, or that somebody has ended: as a new run that takes over \
        all its rounds, so that no review is done again and one report tells of them all.
        """,
        words: [Words.run], flags: [RunsFlags.rounds, Flags.noWait, Flags.json],
        examples: ["tutti runs continue run_01k9 --max-iterations 5"])
}
