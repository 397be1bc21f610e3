import TuttiConfiguration
package import TuttiCore

/// The flags of `tutti runs` that no other command takes.
package enum RunsFlags {
    // MARK: Which runs

    package static let workflow = Flag<String?>(
        "workflow", "NAME", .text, in: .selection, help: "Only runs of this workflow",
        "Lists only runs of the workflow of this name.")
    package static let newerThan = Flag<Duration?>(
        "newer-than", "AGE", .duration, in: .selection, help: "Only runs started since",
        "Lists only runs that were started within this time, such as 2d.")
    package static let olderThan = Flag<Duration?>(
        "older-than", "AGE", .duration, in: .selection, help: "Only runs started before",
        "Lists only runs that were started longer ago than this, such as 2d.")
    package static let costAbove = Flag<USD?>(
        "cost-above", "USD", .dollars, in: .selection, help: "Only runs that have cost more",
        "Lists only runs that have cost more than this, with all that they have started, such as 0.50.")
    package static let children = Flag<Bool>(
        "children", in: .selection, help: "Also runs that others have started",
        "Also lists runs that other runs have started as their children.")
    package static let approval = Flag<String?>(
        "approval", "NAME", .text, in: .output, help: "Print only what this approval shows",
        "Prints only what an open approval shows, whole: a text as it is, everything else as JSON.")

    // MARK: What is told

    package static let shown = Flag<String?>(
        "shown", "HASH", .text, in: .answer, help: "What the answer is for",
        """
        The hash of what was seen, or its first 8 characters or more. The answer counts only while the run shows just \
        that; nobody is asked again.
        """)
    package static let edited = Flag<String?>(
        "edit", "FILE", .path(), in: .answer, help: "Agree to this instead",
        """
        What is agreed to in the place of what is shown: the JSON in a file, or the file as it is where a text is \
        shown; '-' is standard input.
        """)
    package static let reason = Flag<String?>(
        "reason", "TEXT", .text, in: .answer, help: "Why", "Why, in a few words; it is recorded and shown.")
    package static let by = Flag<String?>(
        "by", "NAME", .text, in: .answer, help: "Who answers", "Who it is. Without it: the login name.")
    package static let id = Flag<String?>(
        "id", "ID", .text, in: .answer, help: "Names the signal",
        "The same id is the same signal, however often it is sent. Without it each signal is a new one.")
    package static let resume = Flag<Bool>(
        "resume", in: .answer, help: "Go on with the run at once",
        "Goes on with the run as 'tutti runs resume' does, if nobody works on it.")

    // MARK: Again

    package static let acceptRecorded = Flag<Bool>(
        "accept-recorded", in: .selection, help: "Keep results of changed inputs",
        """
        For a run that is blocked since its workflow asks for a recorded step with another input: goes on with the \
        recorded result, and remembers that it was accepted.
        """)
    package static let budget = Flag<[String]?>(
        "budget", "LIMITS", .list, in: .selection, help: "Raise what the run may spend",
        """
        Raises limits that one run was started with, for it and its children, before it goes on: +2 adds two dollars, \
        2 makes two dollars the new limit. Limits by name, separated by commas: \
        usd=+2,tokens=+100000,steps=50,time=+10m. No limit can be lowered. Said again before the run was taken up, as \
        after a crash, it counts once.
        """)
    package static let done = Flag<Bool>(
        "done", in: .answer, help: "It happened",
        "The step happened. Its result stands behind the run; without one it is an empty object.")
    package static let again = Flag<Bool>(
        "again", in: .answer, help: "Carry it out again",
        "The step did not happen, or may happen twice: it is carried out again.")
    package static let yes = Flag<Bool>(
        "yes", in: .answer, help: "Agree without being asked", "Agrees to what would else be asked.")
    package static let into = Flag<String?>(
        "into", "DIR", .path(), in: .output, help: "Write all files to a new folder",
        "A folder that is not there yet; the files as they are behind the latest call are written to it.")
    package static let at = Flag<String?>(
        "at", "KEY", .text, in: .selection, help: "First key that is done again",
        "The first key that is not taken over, as 'tutti runs show' lists them. Without it all that is recorded is.")
    package static let replacement = Flag<String?>(
        "edit", "VALUE", .text, in: .answer, help: "The result under --at",
        """
        The result of the key in the new run, instead of carrying it out again: JSON, the name of a file that holds \
        JSON, or '-' for standard input.
        """)
    package static let rounds = Flag<Int>(
        required: "max-iterations", "N", .integer(1...10), in: .selection, help: "The new limit of rounds",
        "How many rounds there are at most, those that are done included.")
}
