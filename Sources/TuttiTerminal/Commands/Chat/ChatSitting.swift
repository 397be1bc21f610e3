import Glibc
import Tutti
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// A conversation that is at work in this process: hands messages to the run, shows answers, heeds signals.
struct ChatSitting: Sendable {
    let run: RunID
    let tutti: Tutti
    let cuts: AnswerCuts
    /// Who answers from the next message on; `nil` for who has answered so far.
    let model: String?
    let options: ShowOptions
    let context: CommandContext

    /// Something that the sitting has to see to.
    enum Happening: Sendable {
        case typed(ChatLines.Next)
        case signal(Int32)
        /// The journal has changed.
        case journal
        /// Nobody reads what is shown.
        case unread(OutputError)
        case ended(Result<Chat.Output, any Error>)
    }

    /// Talks until the conversation has its end or is parked.
    ///
    /// - Parameter isNew: whether nothing was said before.
    /// - Throws: `RunError` when the run ends otherwise; `StoreError`; `OutputError`.
    func follow(isNew: Bool) async throws -> ExitCode {
        let screen = ChatScreen(run, options, context)
        let lines = ChatLines(context.input)
        let store = tutti.engine.store
        let last = isNew ? 0 : try await store.lastEvent(of: run)
        // Signals and lines of people, and changes of one run: few at any time.
        let (stream, happenings) = AsyncStream.makeStream(of: Happening.self)
        var talk = ChatTalk(sitting: self, screen: screen, lines: lines, happenings: happenings)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watchEvents(after: last, happenings) }
            group.addTask { await watchFrames(screen, happenings) }
            group.addTask { await watchEnd(happenings) }
            group.addTask {
                for await signal in Signals.stream(RoundtableSitting.signals) { happenings.yield(.signal(signal)) }
            }
            defer { group.cancelAll() }
            do {
                if !isNew { try await talk.showHistory() }
                try await talk.catchUp()
                for await happening in stream {
                    if let code = try await talk.take(happening) { return code }
                }
            } catch {
                tutti.engine.park(run)
                throw error
            }
            throw CancellationError()
        }
    }

    private func watchEvents(after n: Int64, _ happenings: AsyncStream<Happening>.Continuation) async {
        do {
            for try await event in tutti.engine.handle(of: run, as: Chat.Output.self).events.after(n)
            where event.type.hasPrefix("wait.") { happenings.yield(.journal) }
        } catch {
            // The end of the run tells what is wrong with the journal.
        }
    }

    private func watchFrames(_ screen: ChatScreen, _ happenings: AsyncStream<Happening>.Continuation) async {
        while !Task.isCancelled {
            do {
                for try await frame in tutti.engine.frames(of: run) { try screen.take(frame) }
                return
            } catch let error as OutputError {
                happenings.yield(.unread(error))
                return
            } catch let error as RunError where error.reason == .lagged {
                continue  // what was streamed so far is told again, and is known to the screen
            } catch {
                return
            }
        }
    }

    private func watchEnd(_ happenings: AsyncStream<Happening>.Continuation) async {
        do {
            let output = try await tutti.engine.handle(of: run, as: Chat.Output.self).output
            happenings.yield(.ended(.success(output)))
        } catch {
            happenings.yield(.ended(.failure(error)))
        }
    }
}

/// Where a sitting is: what was shown, whether somebody types or the model speaks.
struct ChatTalk {
    let sitting: ChatSitting
    let screen: ChatScreen
    let lines: ChatLines
    let happenings: AsyncStream<ChatSitting.Happening>.Continuation

    /// How many exchanges were shown.
    private var shown = 0
    /// The exchange whose message was said and whose answer is still to come.
    private var answering: Int?
    /// The message that was said here, or shown.
    private var asked: Int?
    private var isReading = false
    private var isClosed = false
    private var isParking = false
    /// The exchange whose answer was cut.
    private var cut: Int?
    private var hasFailed = false

    private var run: RunID { sitting.run }
    private var engine: Engine { sitting.tutti.engine }

    /// How many exchanges of an earlier sitting are shown.
    static let historyMax = 100

    init(
        sitting: ChatSitting, screen: ChatScreen, lines: ChatLines,
        happenings: AsyncStream<ChatSitting.Happening>.Continuation
    ) {
        self.sitting = sitting
        self.screen = screen
        self.lines = lines
        self.happenings = happenings
    }

    // MARK: The journal

    /// Shows what was said in earlier sittings.
    mutating func showHistory() async throws {
        let record = try await ChatRecord.read(run, after: 0, engine.store)
        let earlier = record.news.count - Self.historyMax
        if earlier > 0 {
            try screen.note("(\(CountText.text(earlier, "earlier exchange")) not shown; `tutti runs export` has all)")
        }
        for (number, exchange) in record.news.suffix(Self.historyMax) {
            try screen.show(history: number, exchange)
        }
        shown = record.current - 1
    }

    /// Shows what is new, and lets the person speak when it is their turn.
    mutating func catchUp() async throws {
        let record = try await ChatRecord.read(run, after: shown, engine.store)
        for (number, exchange) in record.news {
            try screen.end(number, exchange)
            shown = number
            if answering == number { answering = nil }
            if exchange.failure != nil { try failed() }
        }
        if record.question != nil { answering = record.current }
        if let question = record.question, asked != record.current {
            asked = record.current
            if !sitting.options.isJSON { try screen.show(question: question) }
        }
        guard record.isWaiting, answering == nil, !isClosed, !isParking, !isReading else { return }
        isReading = true
        try screen.prompt()
        lines.read { [happenings] in happenings.yield(.typed($0)) }
    }

    /// Where nobody sits who could do something about it, what follows was meant for another conversation.
    private mutating func failed() throws {
        guard !screen.isPrompting, !isParking else { return }
        hasFailed = true
        park()
    }

    // MARK: Happenings

    /// - Returns: how the program ends, when this was the last.
    mutating func take(_ happening: ChatSitting.Happening) async throws -> ExitCode? {
        switch happening {
        case .typed(let next): try await take(next)
        case .signal(let signal): try heed(signal)
        case .journal: try await catchUp()
        case .unread(let error): throw error
        case .ended(let result):
            try await catchUp()
            return try await end(result)
        }
        return nil
    }

    private mutating func take(_ next: ChatLines.Next) async throws {
        isReading = false
        guard !isParking else { return }
        switch next {
        case .line(let text) where text.allSatisfy(\.isWhitespace): try await catchUp()
        case .line(let text):
            let message = ChatMessage(text, model: sitting.model)
            if let problem = message.problem { return try await refuse(problem) }
            let number = shown + 1
            (answering, asked) = (number, number)
            try await send(Chat.saySignal, message)
        case .tooLong: try await refuse("has more than \(ChatLimits.textMax) bytes; say less")
        case .end:
            try screen.leavePrompt()
            isClosed = true
            try await send(Chat.closeSignal, JSONValue.null)
        }
    }

    private mutating func refuse(_ problem: String) async throws {
        try screen.tell(StyledLine("tutti: the message \(problem)", .bad))
        try failed()
        try await catchUp()
    }

    /// Somebody else may have ended the conversation meanwhile; then its end is on its way.
    private func send(_ signal: String, _ message: some Encodable & Sendable) async throws {
        do {
            try await engine.signal(run, signal, message)
        } catch let error as RunError where error.reason == .ended {
            return
        }
    }

    private mutating func heed(_ signal: Int32) throws {
        if isParking { _exit(ExitCode.interrupted.rawValue) }
        if signal == SIGINT, let answering, cut != answering {
            cut = answering
            return sitting.cuts.cut(answering, of: run)
        }
        if isReading { try screen.leavePrompt() }
        park()
    }

    private mutating func park() {
        isParking = true
        engine.park(run)
    }

    // MARK: The end

    private func end(_ result: Result<Chat.Output, any Error>) async throws -> ExitCode {
        switch result {
        case .success(let output):
            try conclude(output)
            return .reached
        case .failure(let error as RunError) where error.reason == .interrupted:
            try sitting.context.tell("The conversation is parked and nothing is lost. Go on with:\n  \(resumption)")
            return hasFailed ? .failed : .interrupted
        case .failure(let error as RunError) where error.reason == .overBudget:
            let shortage = BudgetShortage(try await engine.store.budget(of: run))
            try sitting.context.tell(
                "tutti: the conversation has used up its budget: \(shortage.sentence). It is parked and nothing is "
                    + "lost. Raise the budget and go on with:\n  \(resumption) --budget \(shortage.raise)")
            return .overBudget
        case .failure(let error): throw error
        }
    }

    private var resumption: String { "tutti chat --resume \(run)" }

    private func conclude(_ output: Chat.Output) throws {
        if sitting.options.isJSON {
            let bytes = try CanonicalJSON.encode(
                [
                    "run": .string(run.text), "state": "completed", "exchanges": .number(output.exchanges),
                    "input_tokens": .int(output.spending.inputTokens),
                    "output_tokens": .int(output.spending.outputTokens),
                    "cost_microdollars": output.spending.usd.map { .int($0.microdollars) } ?? .null,
                ] as JSONValue)
            return try sitting.context.output.write(String(decoding: bytes, as: UTF8.self) + "\n")
        }
        let tokens = output.spending.inputTokens + output.spending.outputTokens
        var facts = [CountText.text(output.exchanges, "exchange"), CountText.text(Int(tokens), "token")]
        if let usd = output.spending.usd, usd.microdollars > 0 { facts.append("\(usd)") }
        let done = StateGlyph.done
        try screen.tell(
            StyledLine("\(done.glyph) \(done.word)", done.role)
                + StyledLine("  \(facts.joined(separator: ", "))  `tutti runs show \(run)`"))
    }
}
