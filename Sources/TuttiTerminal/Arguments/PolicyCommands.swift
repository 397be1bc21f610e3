package import TuttiConfiguration

/// `tutti policy ...`
package enum PolicyCommands {
    package static let group = CommandGroup("policy", summary: "Try out who may do what")

    package static let test = Command(
        "policy", "test", summary: "Ask the policy questions",
        """
        Asks the policy of the configuration, without doing anything. With a FILE of cases it runs them all, and ends \
        with 1 when one does not come out as expected. With flags it asks one question and shows what decided.
        """,
        words: [PolicyWords.cases],
        flags: [
            PolicyFlags.roles, PolicyFlags.permission, PolicyFlags.environment, PolicyFlags.category,
            PolicyFlags.project, PolicyFlags.scopes, PolicyFlags.policy, Flags.json,
        ],
        examples: [
            "tutti policy test policies/cases.yaml", "tutti policy test --role developer --permission runs.start",
            "tutti policy test --role user --permission runs.read --environment dev",
        ])

    package static let show = Command(
        "policy", "show", summary: "Print the policy",
        """
        Prints the policy of the configuration as JSON, with all that it extends. That is YAML as well: saved to a \
        file that ends in .yaml, it can be a policy of its own.
        """,
        flags: [PolicyFlags.policy, Flags.json], examples: ["tutti policy show", "tutti policy show --policy own.yaml"])
}

/// The words of `tutti policy`.
package enum PolicyWords {
    package static let cases = Word<String?>(
        optional: "FILE", .path(), "A file of cases, as policies/cases.yaml shows them; '-' is standard input.")
}

/// The flags of `tutti policy`.
package enum PolicyFlags {
    package static let roles = Flag<[String]>(
        repeatable: "role", "ROLE", .text, in: .selection, help: "A role of who asks",
        "A role of whoever asks. May be given several times; without it somebody without a role asks.")
    package static let permission = Flag<String?>(
        "permission", "PERMISSION", .text, in: .selection, help: "What is asked for",
        "The permission that is asked for, such as runs.start.")
    package static let environment = Flag<DeployEnvironment?>(
        "environment", "NAME", DeployEnvironment.choice, in: .selection, help: "What kind of server it is",
        "What kind of server is asked. Without it: server.environment of the configuration.")
    package static let category = Flag<String?>(
        "category", "NAME", .text, in: .selection, help: "The category of the agent",
        "The category of the agent that the question is about.")
    package static let project = Flag<String?>(
        "project", "ID", .text, in: .selection, help: "The project that it is about",
        "The project that the question is about.")
    package static let scopes = Flag<[String]>(
        repeatable: "scope", "PERMISSION", .text, in: .selection, help: "A scope of the API key",
        "A permission that the API key of whoever asks is held to. May be given several times.")
    package static let policy = Flag<String?>(
        "policy", "FILE", .path(endings: [".yaml", ".yml"]), in: .selection, help: "Another policy",
        "The file with roles and rules to ask, in the place of the configuration's.")
}
