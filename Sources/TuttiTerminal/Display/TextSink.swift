/// Where text goes: standard output, standard error, or a test.
package protocol TextSink: Sendable {
    /// Writes all of it.
    ///
    /// - Throws: ``OutputError`` when the other end is gone or the disk is full.
    func write(_ text: String) throws(OutputError)
    /// Whether a person looks at it, and through how large a window; `nil` when it is no terminal.
    var terminalSize: TerminalSize? { get }
}

/// Columns and rows.
package struct TerminalSize: Sendable, Hashable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// The output could not be written.
package struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system's number, such as `ENOSPC`.
    package let errorNumber: Int32
    package let description: String

    /// Whether the reader has closed its end, as `head` does; then there is nothing to complain about.
    package let isClosedPipe: Bool
}
