import Synchronization
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiReadings
import TuttiTeams

/// What a conversation shows: answers on standard output as they come, everything else beside it.
final class ChatScreen: Sendable {
    private struct State {
        /// The exchange whose answer is being shown, or was shown last.
        var number = 0
        var hasEnded = true
        /// What has come of the answer.
        var received = ""
        var text = StreamedText()
        var isAtLineStart = true
        /// How many exchanges the model was not told of, when that was last said.
        var leftOut = 0

        mutating func begin(_ number: Int) {
            (self.number, hasEnded, received, text) = (number, false, "", StreamedText())
        }
    }

    private let context: CommandContext
    private let options: ShowOptions
    private let style: Style
    private let run: RunID
    private let state = Mutex(State())
    /// Whether a person sits there, who is prompted.
    let isPrompting: Bool

    init(_ run: RunID, _ options: ShowOptions, _ context: CommandContext) {
        self.run = run
        self.options = options
        self.context = context
        style = Style(
            environment: context.environment, isTerminal: context.progress.terminalSize != nil,
            isDeclined: options.isColourDeclined)
        isPrompting = context.canAsk
    }

    // MARK: Beside the answers

    func tell(_ line: StyledLine) throws(OutputError) { try context.progress.write(line.rendered(style) + "\n") }

    func note(_ text: String) throws(OutputError) { try tell(StyledLine(text, .muted)) }

    func prompt() throws(OutputError) {
        if isPrompting { try context.progress.write(style.apply(.cue, to: "> ")) }
    }

    /// Ends the line on which nobody has typed anything.
    func leavePrompt() throws(OutputError) {
        if isPrompting { try context.progress.write("\n") }
    }

    /// Shows a message that was not typed here.
    func show(question: String) throws(OutputError) {
        let lines = StreamedText.harmless(question).split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            try tell(StyledLine(index == 0 ? "> " : "  ", .cue) + StyledLine(String(line), .strong))
        }
    }

    /// Shows what was said in an earlier sitting.
    func show(history number: Int, _ exchange: ChatExchange) throws(OutputError) {
        state.withLock { state in
            state.number = number
            state.hasEnded = true
            state.leftOut = exchange.leftOut
        }
        guard !options.isJSON else { return }
        try show(question: exchange.question)
        let text = StreamedText.harmless(exchange.text)
        if !text.isEmpty { try context.progress.write(text.hasSuffix("\n") ? text : text + "\n") }
        if let remark = exchange.remark { try note(remark) }
    }

    // MARK: Answers

    /// Shows a piece of an answer.
    func take(_ frame: StepFrame) throws(OutputError) {
        guard !options.isJSON, let number = Self.exchange(of: frame.key) else { return }
        try state.withLock { state throws(OutputError) in
            if number > state.number { state.begin(number) }
            guard number == state.number, !state.hasEnded else { return }
            switch frame.content {
            case .text(let text):
                // What was told before, and what comes behind a gap, is for the end.
                guard frame.offset == state.received.utf8.count else { return }
                state.received += text
                try write(state.text.take(text), &state)
            case .reset:
                guard !state.received.isEmpty else { return }
                try endLine(&state)
                try note("(the answer broke off; the model is asked once more)")
                (state.received, state.text) = ("", StreamedText())
            case .finished: break
            }
        }
    }

    /// Shows what is left of an answer, and how it ended.
    func end(_ number: Int, _ exchange: ChatExchange) throws {
        let leftOut = state.withLock { state in
            defer { state.leftOut = exchange.leftOut }
            return exchange.leftOut > state.leftOut ? exchange.leftOut : 0
        }
        if options.isJSON {
            let bytes = try CanonicalJSON.encode(exchange.json(number, of: run))
            try context.output.write(String(decoding: bytes, as: UTF8.self) + "\n")
        } else {
            try endAnswer(number, exchange.text, isFailed: exchange.failure != nil)
        }
        if leftOut > 0 {
            try note(
                "note: the oldest \(CountText.text(leftOut, "exchange")) \(leftOut == 1 ? "is" : "are") left out; the "
                    + "conversation has more tokens than are sent at once (--context-tokens)")
        }
        if let failure = exchange.failure {
            try tell(StyledLine("tutti: \(exchange.model): \(failure.message)", .bad))
        } else if let remark = exchange.remark {
            try note(remark)
        }
    }

    private func endAnswer(_ number: Int, _ text: String, isFailed: Bool) throws(OutputError) {
        try state.withLock { state throws(OutputError) in
            if number != state.number { state.begin(number) }
            state.hasEnded = true
            if !isFailed, text.utf8.starts(with: state.received.utf8) {
                let rest = String(decoding: text.utf8.dropFirst(state.received.utf8.count), as: UTF8.self)
                try write(state.text.take(rest) + state.text.finish(), &state)
            } else if !isFailed {
                try endLine(&state)
                try write(StreamedText.harmless(text), &state)
            }
            try endLine(&state)
        }
    }

    private func write(_ text: String, _ state: inout State) throws(OutputError) {
        guard !text.isEmpty else { return }
        state.isAtLineStart = text.hasSuffix("\n")
        try context.output.write(text)
    }

    private func endLine(_ state: inout State) throws(OutputError) {
        if !state.isAtLineStart { try write("\n", &state) }
    }

    /// Of `exchange#3/ask#1` the 3.
    private static func exchange(of key: String) -> Int? {
        let prefix = Chat.exchangeScope + "#"
        guard key.hasPrefix(prefix) else { return nil }
        return Int(key.dropFirst(prefix.count).prefix { $0 != "/" })
    }
}

extension ChatExchange {
    /// What is worth knowing of the end of an answer.
    fileprivate var remark: String? {
        if let failure { return "(no answer: \(failure.message))" }
        if isCut { return text.isEmpty ? "(cut before its first word)" : "(cut)" }
        if text.isEmpty { return "(the model has answered nothing: \(finish?.rawValue ?? "no reason given"))" }
        return switch finish {
        case .length: "(the model may not answer longer)"
        case .filtered: "(the provider does not show the rest)"
        default: nil
        }
    }

    /// As `chat --json` has it.
    fileprivate func json(_ number: Int, of run: RunID) -> JSONValue {
        let error = failure.map { failure -> JSONValue in
            ["code": .string(failure.code), "message": .string(failure.message)]
        }
        return [
            "run": .string(run.text), "exchange": .number(number), "model": .string(model),
            "question": .string(question), "answer": failure == nil ? .string(text) : .null,
            "finish": .text(finish?.rawValue), "left_out": .number(leftOut),
            "input_tokens": .int(spending.inputTokens), "output_tokens": .int(spending.outputTokens),
            "cost_microdollars": spending.usd.map { .int($0.microdollars) } ?? .null, "error": error ?? .null,
        ]
    }
}
