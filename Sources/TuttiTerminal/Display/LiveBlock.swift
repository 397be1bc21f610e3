import Synchronization

/// A few lines at the bottom of a terminal that are redrawn in place, while other lines pass above them and stay.
///
/// The cursor is hidden from the first frame on; whoever makes a block calls ``finish()`` or ``restore()`` on every way
/// out. Output errors are ignored: the block is progress, not data.
package final class LiveBlock: Sendable {
    /// Faster is not seen, only sent: 30 frames a second.
    package static let frameInterval = Duration.milliseconds(33)
    /// Shows the cursor, turns wrapping on, ends the colour and goes to a fresh line: for a handler of fatal signals,
    /// which can do no more than one `write`.
    package static let emergencyText: StaticString = "\u{1B}[?2026l\u{1B}[?7h\u{1B}[0m\u{1B}[?25h\r\n"

    private struct State {
        var frame = LiveFrame()
        /// What is to be seen, and whether it is not yet.
        var lines: [StyledLine] = []
        var isPending = false
        var lastDrawn: Duration?
        var isCursorHidden = false
        var isEnded = false
    }

    private let sink: any TextSink
    private let style: Style
    private let now: @Sendable () -> Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - sink: a terminal that obeys escape sequences (see ``Style/obeysSequences(_:)``).
    ///   - now: a clock that never goes back.
    package init(sink: any TextSink, style: Style, now: @escaping @Sendable () -> Duration) {
        self.sink = sink
        self.style = style
        self.now = now
    }

    /// Shows these lines from now on. Within one frame's time of the last only the newest are kept; the next call of
    /// any method after it draws them.
    package func show(_ lines: [StyledLine]) {
        state.withLock { state in
            guard !state.isEnded else { return }
            (state.lines, state.isPending) = (lines, true)
            if isDue(state) { draw(&state) }
        }
    }

    /// Draws what was held back, if its time has come. To be called a few times a second.
    package func tick() {
        state.withLock { state in
            if !state.isEnded, isDue(state) { draw(&state) }
        }
    }

    /// Writes lines above the block at once.
    package func print(_ lines: [StyledLine]) {
        state.withLock { state in
            send(state.frame.print(lines.map { $0.rendered(style) }, style: style, size: size))
        }
    }

    /// Takes the block away and shows the cursor, before the process is stopped by `SIGTSTP`; ``resume()`` brings both
    /// back.
    package func suspend() {
        state.withLock { state in
            guard !state.isEnded else { return }
            send(state.frame.clear(size: size) + (state.isCursorHidden ? "\u{1B}[?25h" : ""))
            state.isCursorHidden = false
        }
    }

    /// Draws the block again, after `SIGCONT`.
    package func resume() {
        state.withLock { state in
            guard !state.isEnded, !state.lines.isEmpty else { return }
            state.isPending = true
            draw(&state)
        }
    }

    /// Draws the last state, leaves it there and gives the terminal back. Later calls do nothing.
    package func finish() {
        state.withLock { state in
            guard !state.isEnded else { return }
            draw(&state)
            end(&state)
        }
    }

    /// Gives the terminal back as it stands: for signals and errors. Later calls do nothing.
    package func restore() {
        state.withLock { state in
            if !state.isEnded { end(&state) }
        }
    }

    /// Takes the block away and gives the terminal back. Later calls do nothing.
    package func remove() {
        state.withLock { state in
            guard !state.isEnded else { return }
            send(state.frame.clear(size: size))
            end(&state)
        }
    }

    private var size: TerminalSize { sink.terminalSize ?? TerminalSize(columns: 80, rows: 24) }

    private func isDue(_ state: State) -> Bool {
        state.lastDrawn.map { now() - $0 >= Self.frameInterval } ?? true
    }

    private func draw(_ state: inout State) {
        guard state.isPending else { return }
        let text = state.frame.show(state.lines, style: style, size: size)
        state.isPending = false
        guard !text.isEmpty else { return }
        send(state.isCursorHidden ? text : "\u{1B}[?25l" + text)
        state.isCursorHidden = true
        state.lastDrawn = now()
    }

    private func end(_ state: inout State) {
        state.isEnded = true
        let line = state.frame.leave()
        send(state.isCursorHidden ? line + "\u{1B}[?25h" : line)
    }

    private func send(_ text: String) {
        if !text.isEmpty { try? sink.write(text) }
    }
}
