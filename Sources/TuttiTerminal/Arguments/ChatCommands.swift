import TuttiConfiguration
import TuttiTeams

/// `tutti chat`
package enum ChatCommands {
    package static let chat = Command(
        "chat", summary: "Talk with a model",
        """
        Reads messages line by line and shows what the model answers, as it comes. The conversation is a run: it \
        survives crashes, and 'tutti chat --resume' goes on with it. Ctrl-C cuts an answer short; at the prompt, or \
        said twice, it parks the conversation. The end of the input (Ctrl-D) ends it.
        """,
        flags: [
            ChatFlags.model, ChatFlags.system, ChatFlags.resume, ChatFlags.contextTokens, ChatFlags.budget, Flags.json,
        ],
        contradictions: [
            Contradiction(
                ChatFlags.system, ChatFlags.resume,
                reason: "a conversation keeps the system text that it was begun with; begin a new one"),
            Contradiction(
                ChatFlags.contextTokens, ChatFlags.resume,
                reason: "a conversation keeps the limit that it was begun with; begin a new one"),
        ],
        examples: [
            "tutti chat --model ollama/qwen3:8b", "tutti chat --resume run_01k9",
            "tutti chat --model script/calls.jsonl < questions.txt",
        ])
}

/// The flags of `tutti chat`.
package enum ChatFlags {
    package static let model = Flag<String?>(
        "model", "PROVIDER/NAME", setting: ConfigurationKeys.modelsDefault, in: .chat, help: "The model that answers",
        """
        The model that answers, such as ollama/qwen3:8b; 'tutti models ls' shows what is there. With --resume it \
        answers from now on; without it the model that has answered so far does.
        """)
    package static let system = Flag<String?>(
        "system", "TEXT", .text, in: .chat, help: "What holds for the whole conversation",
        """
        What the model is told before the conversation, such as who it is and how it should answer; @FILE is the text \
        in a file.
        """)
    package static let resume = Flag<String?>(
        "resume", "RUN", .text, in: .chat, help: "Go on with a conversation",
        """
        Goes on with a conversation that was parked or broke off, by any unique beginning of its run's identifier, and \
        shows what was said. What is answered is not asked again.
        """)
    package static let contextTokens = Flag<Int?>(
        "context-tokens", "N", .integer(ChatLimits.contextTokens), in: .chat,
        help: "Tokens that a model is sent at once",
        """
        The most tokens that the model is sent with a message, by an estimate of three bytes each; the oldest \
        exchanges are left out when there are more. Without it 100000, and fewer when the model takes no more.
        """)
    package static let budget = Flag<[String]?>(
        "budget", "LIMITS", .list, in: .chat, help: "What the conversation may spend",
        """
        What the conversation may spend: dollars such as 2.50, or limits by name, separated by commas: \
        usd=2,tokens=100000,steps=50,time=10m. Where it does not suffice the conversation is parked, and the program \
        ends with 5. With --resume it raises the limits: +2 adds two dollars.
        """)
}
