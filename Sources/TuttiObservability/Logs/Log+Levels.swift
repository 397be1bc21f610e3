extension Log {
    /// Every detail of one piece of work; for libraries.
    package func trace(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        write(.trace, message, metadata())
    }

    /// What helps to find a fault; for libraries.
    package func debug(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        write(.debug, message, metadata())
    }

    /// What happens all day, and trouble of libraries that cannot be thrown.
    package func info(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        write(.info, message, metadata())
    }

    /// What the operator should know, such as a start; from here on for the program alone.
    package func notice(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        write(.notice, message, metadata())
    }

    /// What will be trouble when it goes on, and safety that has been relaxed.
    package func warning(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        write(.warning, message, metadata())
    }

    /// Work that failed.
    package func error(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        write(.error, message, metadata())
    }

    /// The program cannot do its work.
    package func critical(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        write(.critical, message, metadata())
    }
}
