/// What a person tells a run.
extension RunsCommands {
    package static let approve = Command(
        "runs", "approve", summary: "Agree to what a run shows",
        """
        Shows what a run asks a person to agree to, and agrees. A terminal is asked first; elsewhere the answer is for \
        what is open at that moment, or for what --shown quotes. A run that nobody works on goes on with 'tutti runs \
        resume'.
        """,
        words: [Words.run, Words.approval],
        flags: [
            RunsFlags.shown, RunsFlags.edited, RunsFlags.reason, RunsFlags.by, RunsFlags.resume, Flags.json,
        ],
        examples: [
            "tutti runs approve run_01k9", "tutti runs approve run_01k9 publish --shown 0123456789ab --by ada",
            "tutti runs approve run_01k9 publish --edit better.md --resume",
        ])

    package static let reject = Command(
        "runs", "reject", summary: "Refuse what a run shows",
        """
        Shows what a run asks a person to agree to, and refuses. What becomes of the run is up to its workflow; one \
        that fails asks again when it is retried.
        """,
        words: [Words.run, Words.approval],
        flags: [RunsFlags.shown, RunsFlags.reason, RunsFlags.by, RunsFlags.resume, Flags.json],
        examples: ["tutti runs reject run_01k9 publish --reason early"])

    package static let signal = Command(
        "runs", "signal", summary: "Send a signal to a run",
        """
        Sends a signal, which the run keeps until its workflow looks or waits for one of this name. A text is JSON, \
        too, and stands in quotes.
        """,
        words: [Words.run, Words.signal, Words.content], flags: [RunsFlags.id, RunsFlags.resume, Flags.json],
        examples: [
            "tutti runs signal run_01k9 go", "tutti runs signal run_01k9 paid {\"amount\":12} --id invoice-7",
            "tutti runs signal run_01k9 draft @draft.json",
        ])

    package static let finish = Command(
        "runs", "finish", summary: "End a roundtable after its present round",
        """
        Asks a roundtable to end after the round it is in, with the best version that its critics have read. Its \
        outcome is custom, or converged when that round reaches the goal.
        """,
        words: [Words.run], flags: [RunsFlags.reason, RunsFlags.by, RunsFlags.resume, Flags.json],
        examples: ["tutti runs finish run_01k9"])
}
