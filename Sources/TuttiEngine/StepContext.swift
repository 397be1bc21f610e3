import FoundationEssentials
import Synchronization
public import TuttiCore
import TuttiStore

/// What the closure of a step may know about the step, and tell about it.
///
/// ```swift
/// try await ctx.step("charge") {
///     try await bank.charge(amount, idempotencyKey: StepContext.current?.idempotencyToken)
/// }
/// ```
public struct StepContext: Sendable {
    /// The step that the current task carries out; `nil` outside of a step's closure.
    @TaskLocal public static var current: StepContext?

    /// The key of the step in the journal.
    public let key: String
    /// Which attempt this is, counted from 1.
    public let attempt: Int
    /// When the attempt began, by the engine's clock.
    public let started: Timestamp
    /// The same for every attempt at this step, before and after a crash: hand it to whoever can recognise a repeat. A
    /// retry of the whole run makes a new one, since it is meant to happen again.
    public var idempotencyToken: String { Digest.sha256Hex("\(run.text)\n\(key)\n\(generation)") }

    /// What the attempt may spend at the most.
    public var allowance: Allowance { hold.allowance }

    private let run: RunID
    private let generation: Int
    private let drafts: EventDrafts
    private let hold: StepHold
    private let stream: StepStream

    init(
        key: String, attempt: Int, started: Timestamp, run: RunID, generation: Int, drafts: EventDrafts, hold: StepHold,
        stream: StepStream
    ) {
        self.hold = hold
        self.generation = generation
        self.key = key
        self.attempt = attempt
        self.started = started
        self.drafts = drafts
        self.run = run
        self.stream = stream
    }

    /// Tells what the attempt has really spent so far; several calls add up. What is below zero counts as nothing.
    ///
    /// - Parameters:
    ///   - tokens: sent and received.
    ///   - usd: `nil` when the price is not known.
    ///   - isAll: whether it is known that nothing more was spent, as of a call that was refused. Of an attempt that
    ///     fails, what was set aside beyond that is then given back; else it stays used, since nobody knows.
    public func spend(tokens: Int64, usd: USD?, isAll: Bool = false) {
        hold.spend(tokens: tokens, usd: usd, isAll: isAll)
    }

    /// Tells of something that became true with this step. The event is recorded together with the step's result:
    /// once, or not at all.
    ///
    /// - Parameters:
    ///   - type: dotted, such as `critic.completed`.
    ///   - data: what is told; an object.
    /// - Throws: ``StepError`` `event_limit` when a step tells of more than 100 things or of one above 64 KiB.
    public func emit(_ type: String, _ data: some Encodable) throws {
        try drafts.append(EventDraft(type: type, key: key, data: try CanonicalJSON.encode(data)))
    }

    /// Shows text to whoever watches, while the step is being carried out: see ``Engine/frames(of:)``. It is in no
    /// journal and waits for nobody; when the attempt fails, watchers are told to forget it.
    ///
    /// - Parameter text: what comes behind the text of the attempt so far.
    public func stream(_ text: String) { stream.append(text, attempt: attempt) }
}

/// The events of one attempt, until the attempt has its result.
final class EventDrafts: Sendable {
    private let drafts = Mutex<[EventDraft]>([])

    var all: [EventDraft] { drafts.withLock { $0 } }

    func append(_ draft: EventDraft) throws(StepError) {
        let isWithinLimits = drafts.withLock { drafts in
            guard drafts.count < EngineLimits.eventsPerStepMax, draft.data.count <= EngineLimits.eventSizeMax else {
                return false
            }
            drafts.append(draft)
            return true
        }
        guard isWithinLimits else {
            throw StepError(
                code: "event_limit",
                message: "a step tells of at most \(EngineLimits.eventsPerStepMax) things of at most "
                    + "\(EngineLimits.eventSizeMax) bytes each", origin: draft.key ?? "")
        }
    }
}
