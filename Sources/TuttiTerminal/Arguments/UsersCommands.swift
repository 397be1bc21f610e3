import TuttiConfiguration

/// `tutti users ...`
package enum UsersCommands {
    package static let group = CommandGroup("users", summary: "Look after the people who have accounts")

    package static let list = Command(
        "users", "ls", summary: "List the people", "Lists everybody who has an account, by username.",
        flags: [Flags.json], examples: ["tutti users ls", "tutti users ls --json"])

    package static let add = Command(
        "users", "add", summary: "Make an account",
        """
        Makes an account. The password is asked for twice at a terminal, and else read from standard input. The first \
        account is the owner's; from then on everybody has to log in.
        """,
        words: [UsersWords.username],
        flags: [
            UsersFlags.email, UsersFlags.name, UsersFlags.roles, UsersFlags.hashFile, Flags.json,
        ],
        examples: [
            "tutti users add ada --email ada@example.org",
            "tutti users add bob --email bob@example.org --hash-file bob.hash",
            "tutti users add eve --email eve@example.org < password.txt",
        ])

    package static let show = Command(
        "users", "show", summary: "Show a person with sessions and keys",
        "Shows what is known of a person: roles, sessions that have not ended, and API keys.",
        words: [UsersWords.user], flags: [Flags.json], examples: ["tutti users show ada"])

    package static let change = Command(
        "users", "change", summary: "Change what is said of a person",
        """
        Changes roles, address or name of a person, or whether the person may log in; what is left out stays. It \
        counts at once, also at a server that runs. Who is disabled loses all sessions.
        """,
        words: [UsersWords.user],
        flags: [
            UsersFlags.newRoles, UsersFlags.newEmail, UsersFlags.name, UsersFlags.disable, UsersFlags.enable,
            Flags.json,
        ],
        contradictions: [Contradiction(UsersFlags.disable, UsersFlags.enable, reason: "give one of them")],
        examples: ["tutti users change bob --role admin", "tutti users change bob --disable"])

    package static let remove = Command(
        "users", "rm", summary: "Remove an account",
        """
        Removes an account with its sessions and API keys. What the person has done stays, under the same identifier. \
        The last owner cannot go.
        """,
        words: [UsersWords.user], flags: [Flags.json], examples: ["tutti users rm bob"])

    package static let reset = Command(
        "users", "reset", summary: "Let a person choose a new password",
        """
        Makes a code by which a person chooses a new password, once, at the dashboard's login. It is printed, and sent \
        to nobody; a code that was made before is good no more.
        """,
        words: [UsersWords.user], flags: [Flags.json], examples: ["tutti users reset bob"])

    package static let invite = Command(
        "users", "invite", summary: "Let somebody make an account",
        "Makes a code by which somebody makes an account with these roles. It is printed, and sent to nobody.",
        flags: [UsersFlags.roles, UsersFlags.invited, Flags.json],
        examples: ["tutti users invite", "tutti users invite --role developer --email bob@example.org"])

    package static let invitations = Command(
        "users", "invitations", summary: "List the open invitations",
        "Lists the invitations that nobody has used yet, the newest first: everything but the codes.",
        flags: [Flags.json], examples: ["tutti users invitations"])

    package static let withdraw = Command(
        "users", "withdraw", summary: "Withdraw an invitation",
        "Withdraws an invitation: its code is good no more.",
        words: [UsersWords.hint], flags: [Flags.json], examples: ["tutti users withdraw tti_4fGh"])

    package static let logout = Command(
        "users", "logout", summary: "End all sessions of a person",
        "Ends all sessions of a person at once. API keys stay.",
        words: [UsersWords.user], flags: [Flags.json], examples: ["tutti users logout bob"])
}

/// The words of `tutti users`.
package enum UsersWords {
    package static let username = Word<String>(
        "USERNAME", .text, "What the person logs in with: letters, digits, dots, hyphens and underscores.")
    package static let user = Word<String>(
        "NAME", .text, "The person: a username, an address, or the beginning of an identifier such as usr_01k9.")
}

extension UsersWords {
    package static let hint = Word<String>(
        "HINT", .text, "How the code begins, as 'tutti users invitations' shows it.")
}

/// The flags of `tutti users`.
package enum UsersFlags {
    package static let email = Flag<String>(
        required: "email", "ADDRESS", .text, in: .answer, help: "The address of mail",
        "The person's address of mail, with which one can log in, too. No mail is sent to it.")
    package static let newEmail = Flag<String?>(
        "email", "ADDRESS", .text, in: .answer, help: "Another address of mail", "The person's new address of mail.")
    package static let invited = Flag<String?>(
        "email", "ADDRESS", .text, in: .answer, help: "For this address only",
        "The one address of mail that an account can be made with. No mail is sent to it.")
    package static let name = Flag<String?>(
        "name", "TEXT", .text, in: .answer, help: "What people call the person",
        "What people call the person. A new account without it shows its username.")
    package static let roles = Flag<[String]>(
        repeatable: "role", "ROLE", .text, in: .answer, help: "A role of the person",
        "A role of the policy, such as user, developer, operator or admin. May be given several times; else it is user."
    )
    package static let newRoles = Flag<[String]>(
        repeatable: "role", "ROLE", .text, in: .answer, help: "A role of the person from now on",
        "A role of the policy. May be given several times; all of them take the place of those before.")
    package static let hashFile = Flag<String?>(
        "hash-file", "FILE", .path(), in: .answer, help: "Take over a hash of another system",
        """
        A file with the hash of the person's password in another system, on one line: bcrypt, PBKDF2 (passlib, Django, \
        Werkzeug) or Argon2id. The first login replaces it. '-' is standard input.
        """)
    package static let disable = Flag<Bool>(
        "disable", in: .answer, help: "Let the person log in no more",
        "Closes the account: the person cannot log in, and sessions and keys are good no more.")
    package static let enable = Flag<Bool>(
        "enable", in: .answer, help: "Let the person log in again", "Opens an account that was closed.")
}
