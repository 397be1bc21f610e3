import FoundationEssentials
import Tutti
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiRuntime
import TuttiStore

/// `tutti runs approve ID [NAME]`
package enum RunsApproveCommand: CommandHandler {
    package static let command = RunsCommands.approve

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        try await ApprovalAnswer(verdict: .approved, arguments: arguments, context: context).give()
    }
}

/// `tutti runs reject ID [NAME]`
package enum RunsRejectCommand: CommandHandler {
    package static let command = RunsCommands.reject

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        try await ApprovalAnswer(verdict: .rejected, arguments: arguments, context: context).give()
    }
}

/// An answer to what a run asks, from the question to its record.
///
/// It quotes the hash of what was on the screen: should the run ask for something else meanwhile, nothing is answered.
private struct ApprovalAnswer {
    let verdict: InboxAnswer.Verdict
    let arguments: Arguments
    let context: CommandContext

    /// Lines of what is shown on a terminal.
    private static let linesMax = 30

    func give() async throws -> ExitCode {
        let quoted = try arguments[RunsFlags.shown].map { try QuotedHash($0) }
        let (run, question, questions) = try await RunJournal.read(
            run: arguments[Words.run], arguments, context
        ) { record, store, _ in
            let questions = try await ApprovalQuestion.open(of: record.summary.id, in: store)
            let question = try choose(among: questions, of: record.summary)
            if let question { return (record.summary.id, question, questions) }
            throw try await refusal(of: record.summary, in: store)
        }
        if let quoted, !quoted.fits(question.hash) { throw changed(question, quoted) }
        let edited = try edit(of: question)
        try show(question, among: questions)
        if quoted == nil, context.canAsk, try await !context.confirm(verdict == .approved ? "Approve?" : "Reject?") {
            throw CommandFailure("nothing was answered")
        }
        return try await context.withTutti(arguments) { tutti in
            try await record(question, edited, tutti)
            return try await RunTold(run: run, tutti: tutti, arguments: arguments, context: context).conclude()
        }
    }

    // MARK: The question

    /// The one that is meant; `nil` when one of the name was asked and is open no more.
    private func choose(
        among questions: [ApprovalQuestion], of summary: RunSummary
    ) throws(CommandFailure) -> ApprovalQuestion? {
        let run = summary.id
        let list = questions.map { "  \($0.id)" }.joined(separator: "\n")
        guard let name = arguments[Words.approval] else {
            guard questions.count < 2 else {
                throw CommandFailure("\(run) asks for several answers; name one:\n\(list)")
            }
            guard let only = questions.first else {
                throw CommandFailure(
                    "\(run) asks for nothing, it is \(summary.status.rawValue); see 'tutti runs show \(run)'")
            }
            return only
        }
        let meant = questions.filter { $0.name == name || $0.id == name }
        guard meant.count < 2 else {
            throw CommandFailure("\(run) asks for several approvals '\(name)'; name one by its id:\n\(list)")
        }
        return meant.first
    }

    /// Why nothing of the name can be answered: who has done so before, or that it was never asked.
    private func refusal(of summary: RunSummary, in store: some JournalStore) async throws -> CommandFailure {
        let name = arguments[Words.approval] ?? ""
        if summary.status.isFinal { return CommandFailure(RunError.ended(summary.id, summary.status).message) }
        let asked = try await store.inbox(of: summary.id, limit: InboxLimits.waitingMax).last { message in
            message.kind == .approval && (message.name == name || message.id == name)
        }
        let refusal = asked?.answer.map(AnswerRefusal.answered) ?? .unknown
        return CommandFailure(RunError.refused(refusal, name, summary.id).message)
    }

    private func changed(_ question: ApprovalQuestion, _ quoted: QuotedHash) -> CommandFailure {
        CommandFailure(
            "what '\(question.name)' shows has the hash \(question.shortHash), not \(quoted.text); look at it again: "
                + "tutti runs show \(question.run)")
    }

    private func show(_ question: ApprovalQuestion, among all: [ApprovalQuestion]) throws {
        let size = context.progress.terminalSize
        let lines =
            [question.head(at: SystemTimekeeper().now())]
            + question.body(atMost: size == nil ? nil : Self.linesMax, all: all)
        try context.hint(lines.map { line in size.map { line.truncated(to: $0.columns) } ?? line }, arguments)
    }

    /// What the person puts in the place of what is shown, checked to be of the same sort.
    private func edit(of question: ApprovalQuestion) throws(InputError) -> JSONValue? {
        guard verdict == .approved, let typed = arguments[RunsFlags.edited] else { return nil }
        let text = try GivenValue.text(typed, context.input)
        if case .string = question.shown { return .string(text) }
        let value = try GivenValue.json(of: text, "--edit \(typed)")
        guard question.shown == .null || value.kindName == question.shown.kindName else {
            throw InputError(
                "--edit \(typed) holds \(value.kindName), and '\(question.name)' shows \(question.shown.kindName)")
        }
        return value
    }

    // MARK: The answer

    private func record(_ question: ApprovalQuestion, _ edited: JSONValue?, _ tutti: Tutti) async throws {
        let by = Person.name(arguments[RunsFlags.by])
        let reason = arguments[RunsFlags.reason]
        if verdict == .approved {
            try await tutti.engine.approve(
                question.run, question.id, hash: question.hash, edited: edited, by: by, reason: reason)
        } else {
            try await tutti.engine.reject(question.run, question.id, hash: question.hash, by: by, reason: reason)
        }
        guard !arguments[RunsFlags.resume] else {
            return try context.tell("'\(question.name)' is \(verdict.rawValue) by \(by)")
        }
        if arguments[Flags.json] {
            return try context.show(json: [
                "run": .string(question.run.text), "name": .string(question.name), "id": .string(question.id),
                "hash": .string(question.hash), "verdict": .string(verdict.rawValue), "by": .string(by),
                "reason": .text(reason), "edited": .bool(edited != nil),
            ])
        }
        let state = verdict == .approved ? StateGlyph.done : .failed
        let how = edited == nil ? verdict.rawValue : "\(verdict.rawValue) with changes"
        try context.show(
            [
                StyledLine("\(state.glyph) \(how)", state.role)
                    + StyledLine("  \(question.name)  by \(by)  \(question.run)")
            ], arguments)
    }
}

/// A hash as a person quotes it: its beginning.
private struct QuotedHash {
    static let lengthMin = 8
    let text: String

    /// - Throws: ``InputError`` when no hash begins so, or it is too short to mean one thing.
    init(_ typed: String) throws(InputError) {
        text = typed.lowercased()
        let isHexadecimal = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        guard isHexadecimal, (Self.lengthMin...64).contains(text.utf8.count) else {
            throw InputError(
                "--shown '\(typed.prefix(80))' is no hash; give 8 to 64 of its digits, as 'tutti runs show' prints them"
            )
        }
    }

    func fits(_ hash: String) -> Bool { hash.hasPrefix(text) }
}

/// Who sits at the command line.
enum Person {
    /// - Parameter given: a name that was typed; else it is the login name.
    static func name(_ given: String?) -> String { given ?? ProcessInfo.processInfo.userName }
}
