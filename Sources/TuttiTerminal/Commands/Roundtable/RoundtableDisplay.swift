import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// Shows a roundtable while it runs: one live block on a terminal, plain lines elsewhere.
final class RoundtableDisplay: Sendable {
    private struct State {
        var table: RoundtableState
        var translator: ProgressTranslator
    }

    private let state: Mutex<State>
    private let block: LiveBlock?
    private let style: Style
    private let options: ShowOptions
    private let context: CommandContext
    private let clock = SystemTimekeeper()

    init(input: RoundtableInput, options: ShowOptions, context: CommandContext) {
        let size = context.progress.terminalSize
        style = Style(
            environment: context.environment, isTerminal: size != nil, isDeclined: options.isColourDeclined)
        let clock = self.clock
        let canRedraw = size != nil && Style.obeysSequences(context.environment) && !options.isVerbose
        block = canRedraw ? LiveBlock(sink: context.progress, style: style, now: { clock.uptime() }) : nil
        state = Mutex(
            State(
                table: RoundtableState(title: input.title),
                translator: ProgressTranslator(maximum: input.maxIterations)))
        self.options = options
        self.context = context
    }

    /// Follows the run until its last event.
    func watch(_ handle: RunHandle<RoundtableResult>, _ engine: Engine) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await progress in engine.progress() {
                    switch progress {
                    case .stepStarted(handle.id, let key, _): self.take { $0.started(key, at: $1) }
                    case .stepRetrying(handle.id, let key, _, let error):
                        self.take { translator, _ in translator.retrying(key, error) }
                    default: break
                    }
                }
            }
            do {
                for try await event in handle.events {
                    take { $0.translate(event, at: $1) }
                    if options.isVerbose { tellVerbosely(event) }
                }
            } catch {
                // The end of the run tells what is wrong with the journal.
            }
            group.cancelAll()
        }
    }

    /// Keeps the times in the block going.
    func animate() async {
        guard let block else { return }
        while !Task.isCancelled {
            redraw()
            block.tick()
            try? await clock.sleep(for: LiveBlock.frameInterval * 3)
        }
    }

    func note(_ text: String) { print(StyledLine(text, .muted)) }

    func end(as ending: RoundtableEnding) {
        state.withLock { show(.finished(ending), in: &$0) }
        redraw()
        block?.remove()
    }

    /// Gives the terminal back at once.
    func restore() { block?.restore() }

    private func take(_ translate: (inout ProgressTranslator, Duration) -> [RoundtableProgress]) {
        // Two sources tell us things at once; what one of them led to is shown before the other is heard.
        let hasNews = state.withLock { state in
            let now = clock.uptime()
            let news = translate(&state.translator, now)
            for event in news { show(event, in: &state) }
            return !news.isEmpty
        }
        if hasNews { redraw() }
    }

    private func show(_ event: RoundtableProgress, in state: inout State) {
        state.table.apply(event, at: clock.uptime())
        // A block shows what is; that something was tried in vain stays above it.
        if case .triedAgain = event { return print(RoundtableLog.line(for: event)) }
        if block == nil { print(RoundtableLog.line(for: event)) }
    }

    private func redraw() {
        guard let block, let size = context.progress.terminalSize else { return }
        let table = state.withLock { $0.table }
        block.show(RoundtableView(table, columns: size.columns, now: clock.uptime()).lines)
    }

    private func print(_ line: StyledLine) {
        if let block {
            block.print([line])
        } else {
            try? context.progress.write(line.rendered(style) + "\n")  // progress that nobody reads is no failure
        }
    }

    private func tellVerbosely(_ event: RunEvent) {
        let key = event.key.map { " " + $0 } ?? ""
        print(StyledLine("  \(event.n) \(event.type)\(key) \(String(decoding: event.data, as: UTF8.self))", .muted))
    }
}
