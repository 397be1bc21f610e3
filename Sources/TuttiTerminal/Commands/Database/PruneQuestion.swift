import Glibc
import TuttiRuntime

/// Asks a person whether ended runs may be removed.
enum PruneQuestion {
    /// Whether somebody sits at the terminal.
    static func canBeAsked(_ context: CommandContext) -> Bool {
        context.progress.terminalSize != nil && isatty(STDIN_FILENO) == 1
    }

    /// Everything but a yes is a no. Nothing has been done by now, so a signal ends the process at once.
    static func ask(_ context: CommandContext) throws -> Bool {
        try context.progress.write("Remove all of this? [y/N] ")
        let answer = Signals.delivering(RoundtableSitting.signals) { readLine() }
        return ["y", "yes"].contains(answer?.lowercased() ?? "")
    }
}
