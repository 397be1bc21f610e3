import TuttiConfiguration

/// `tutti agents ...`
package enum AgentsCommands {
    package static let group = CommandGroup("agents", summary: "Look at agents and check their files")

    package static let list = Command(
        "agents", "ls", summary: "Show the agents of the home",
        """
        Lists the agents in the folder 'agents' of the home, a file each, with their models and tools. A file that \
        cannot be read is shown with what is wrong.
        """,
        flags: [Flags.json], examples: ["tutti agents ls"])

    package static let show = Command(
        "agents", "show", summary: "Show one agent",
        "Shows what an agent is told and may do, and what somebody is asked before its tools are called.",
        words: [Words.agent], flags: [Flags.json], examples: ["tutti agents show mender"])

    package static let check = Command(
        "agents", "check", summary: "Check the files of agents",
        """
        Checks the file of an agent, or all of the home when none is named, and tells each mistake with its line and \
        column. Nothing is run.
        """,
        words: [AgentWords.file], flags: [Flags.json],
        examples: ["tutti agents check", "tutti agents check mender.yaml"])
}

/// The words of `tutti agents`.
package enum AgentWords {
    package static let file = Word<String?>(
        optional: "FILE", .path(), "The file of an agent, or its name; without it all of the home are checked.")
}
