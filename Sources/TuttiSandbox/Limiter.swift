/// prlimit(1), which sets the limits of a program within its sandbox and becomes it.
enum Limiter {
    /// Whether what it says means that there is no such program.
    static func isWithoutProgram(_ code: Int32, _ told: String) -> Bool {
        (code == 126 || code == 127) && told.hasPrefix("prlimit: failed to execute ")
    }
}
