import Synchronization
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// Shows a workflow file while it runs: one live block on a terminal, plain lines elsewhere; what people are asked
/// stands above the block and stays.
final class DefinitionDisplay: Sendable {
    private let state: Mutex<DefinitionState>
    private let block: LiveBlock?
    private let style: Style
    private let options: ShowOptions
    private let context: CommandContext
    private let nameWidth: Int
    private let clock = SystemTimekeeper()

    /// Longer lines are cut in columns; a line of a log is not a page.
    private static let columnsMax = 200
    /// Lines of what an approval shows.
    private static let shownMax = 12

    init(_ definition: WorkflowDefinition, _ options: ShowOptions, _ context: CommandContext) {
        let size = context.progress.terminalSize
        style = Style(environment: context.environment, isTerminal: size != nil, isDeclined: options.isColourDeclined)
        let clock = self.clock
        let canRedraw = size != nil && Style.obeysSequences(context.environment) && !options.isVerbose
        block = canRedraw ? LiveBlock(sink: context.progress, style: style, now: { clock.uptime() }) : nil
        state = Mutex(DefinitionState(definition))
        nameWidth = min(24, definition.steps.map(\.name.count).max() ?? 0)
        self.options = options
        self.context = context
    }

    /// What people have to tell the run, when nothing else could go on.
    var openQuestions: [DefinitionState.Question] {
        state.withLock { $0.waitsForPeople ? $0.questions : [] }
    }

    /// What is asked at the moment.
    var questions: [DefinitionState.Question] { state.withLock { $0.questions } }

    /// Follows the run until its last event.
    ///
    /// - Parameter afterEvent: called when an event has been shown.
    func watch(
        _ handle: RunHandle<JSONValue>, _ engine: Engine, afterEvent: () async throws -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await progress in engine.progress() {
                    guard case .stepStarted(handle.id, let key, let attempt) = progress else { continue }
                    self.take { $0.started(key, attempt: attempt, at: $1) }
                }
            }
            do {
                for try await event in handle.events {
                    let news = take { $0.apply(event, at: $1) }
                    if options.isVerbose { tellVerbosely(event) }
                    if case .asking(let question)? = news?.state { try await ask(question, handle.id, engine) }
                    try await afterEvent()
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

    func end() { block?.remove() }

    /// Gives the terminal back at once.
    func restore() { block?.restore() }

    // MARK: Steps

    @discardableResult
    private func take(
        _ change: (inout DefinitionState, Duration) -> DefinitionState.Step?
    ) -> DefinitionState.Step? {
        // Two sources tell us things at once; what one of them led to is shown before the other is heard.
        let news = state.withLock { state in
            let news = change(&state, clock.uptime())
            if let news, block == nil {
                print(news.line(nameWidth: nameWidth, at: nil).truncated(to: Self.columnsMax))
            }
            return news
        }
        if news != nil { redraw() }
        return news
    }

    private func redraw() {
        guard let block, let size = context.progress.terminalSize else { return }
        let state = state.withLock { $0 }
        let now = clock.uptime()
        let steps = state.steps.map { $0.line(nameWidth: nameWidth, at: now).truncated(to: size.columns - 1) }
        block.show([StyledLine(state.title, .strong)] + steps)
    }

    // MARK: Questions

    private func ask(_ question: DefinitionState.Question, _ run: RunID, _ engine: Engine) async throws {
        switch question {
        case .signal(let name):
            print(StyledLine("◆ waits for the signal '\(name)'; send it from another terminal:", .cue))
            print(StyledLine("    tutti runs signal \(run) \(name)"))
        case .approval(let name):
            // An answer may have come before the question is shown.
            let open = try await engine.pendingApprovals(of: run).first { $0.name == name }
            guard let open else { return }
            print(StyledLine("◆ \(name) asks; answer from another terminal:", .cue))
            var shown = JSONValue.stored(open.shown).lines
            while shown.last?.isEmpty == true { shown.removeLast() }
            for line in shown.prefix(Self.shownMax) { print(StyledLine("    ┃ ", .muted) + StyledLine(line)) }
            if shown.count > Self.shownMax {
                let rest = CountText.text(shown.count - Self.shownMax, "more line")
                print(StyledLine("    ┃ … \(rest)", .muted))
            }
            print(StyledLine("    tutti runs approve \(run) \(name)"))
            print(StyledLine("    tutti runs reject \(run) \(name)"))
        }
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

extension JSONValue {
    /// As people read it: the lines of a text, everything else as JSON with line breaks.
    var lines: [String] {
        readableText.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { String($0) }
    }

    /// A text as it is, everything else as JSON with line breaks.
    var readableText: String {
        if case .string(let text) = self { return text }
        let isEmpty = self == [] || self == [:]  // the encoder would put an empty line inside
        let bytes = isEmpty ? try? CanonicalJSON.encode(self) : try? CanonicalJSON.encodePretty(self)
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
