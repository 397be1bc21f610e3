import Synchronization

/// Keeps what is written, for tests.
package final class RecordingSink: TextSink {
    private let state: Mutex<(text: String, size: TerminalSize?)>

    /// A sink that says it is a terminal of this size, or none.
    package init(terminalSize: TerminalSize? = nil) { state = Mutex(("", terminalSize)) }

    package func write(_ text: String) { state.withLock { $0.text += text } }

    package var terminalSize: TerminalSize? { state.withLock { $0.size } }

    /// As when the window changes.
    package func resize(to size: TerminalSize?) { state.withLock { $0.size = size } }

    /// All that was written.
    package var text: String { state.withLock { $0.text } }

    /// All that was written since the last call.
    package func take() -> String {
        state.withLock { state in
            defer { state.text = "" }
            return state.text
        }
    }
}
