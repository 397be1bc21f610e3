import Glibc

/// The user that programs in a sandbox are.
package struct SandboxIdentity: Sendable, Hashable {
    /// The user and group to become; `nil` for who we are.
    let user: UInt32?

    /// Nobody's number on every Linux, where we are the machine's administrator.
    package static var current: SandboxIdentity { SandboxIdentity(user: getuid() == 0 ? nobody : nil) }

    /// Who we are.
    package static let ours = SandboxIdentity(user: nil)

    private static let nobody: UInt32 = 65_534

    /// The user to become; `nil` for who we are.
    package var number: UInt32? { user }

    /// What comes before the words of a program, so that it becomes this user and ends when we do: one whose starter
    /// was killed would go on changing files that others have taken over.
    ///
    /// A process that has lost us before it could say that it wants to end with us finds that we are not its parent.
    func words(changer: String) -> [String] {
        var words = [changer, "--pdeathsig", "KILL"]
        if let user {
            words += ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "--inh-caps=-all"]
        }
        let script = "[ \"$PPID\" = \"$1\" ] || exit \(Self.orphaned); shift; exec \"$@\""
        return words + ["--", "/bin/sh", "-c", script, "sh", "\(getpid())"]
    }

    /// Exit code of a program that was never started, as nobody is there any more for whom.
    private static let orphaned = 125

    /// Gives an open file or folder to this user.
    package func own(descriptor: Int32) throws(SandboxError) {
        guard let user else { return }
        guard fchown(descriptor, user, user) == 0 else {
            throw SandboxError(.failed, "a file could not be given to the user \(user) of sandboxes")
        }
    }

    var told: String { user.map { "another one (\($0)), as we are the administrator" } ?? "ours, without any right" }

    /// Gives a folder to this user.
    package func own(_ path: String) throws(SandboxError) {
        guard let user else { return }
        guard unsafe chown(path, user, user) == 0 else {
            throw SandboxError(.failed, "the folder '\(path)' could not be given to the user \(user) of sandboxes")
        }
    }
}
