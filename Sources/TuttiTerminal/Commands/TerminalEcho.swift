import Glibc
import TuttiRuntime

/// A terminal that does not show what is typed (termios(3)).
enum TerminalEcho {
    /// How often it is looked whether a signal has come, in milliseconds: only while somebody types.
    private static let patience: Int32 = 100

    /// Keeps what is typed from being shown while `body` runs, and puts the terminal back as it was on every way out. A
    /// signal that asks the program to end does so behind that.
    ///
    /// What is no terminal is left as it is.
    static func off<Output>(_ descriptor: Int32, _ body: () -> Output) -> Output {
        Signals.block(Signals.ending)  // of this thread, which was made for the question
        var before = termios()
        guard unsafe tcgetattr(descriptor, &before) == 0 else { return body() }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO)
        hidden.c_lflag |= tcflag_t(ECHONL)  // but the end of the line
        // Ctrl-\ and Ctrl-Z end or stop a program with the terminal as it is.
        hidden.c_cc.1 = cc_t(0)  // VQUIT; 0 is _POSIX_VDISABLE
        hidden.c_cc.10 = cc_t(0)  // VSUSP
        _ = unsafe tcsetattr(descriptor, TCSAFLUSH, &hidden)
        let output = body()
        _ = unsafe tcsetattr(descriptor, TCSAFLUSH, &before)
        if hasSignal { Signals.delivering(Signals.ending) {} }
        return output
    }

    /// Waits until there is something to read; `false` when a signal asks the program to end.
    static func waitForInput(_ descriptor: Int32) -> Bool {
        while !hasSignal {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&wanted, 1, patience) > 0 { return true }
        }
        return false
    }

    /// Whether a signal that ends programs waits to be delivered.
    private static var hasSignal: Bool {
        var waiting = sigset_t()
        guard unsafe sigpending(&waiting) == 0 else { return false }
        return Signals.ending.contains { unsafe sigismember(&waiting, $0) == 1 }
    }
}
