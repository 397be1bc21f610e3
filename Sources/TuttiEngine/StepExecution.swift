import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Carries out one step: replay, attempts, back-off, record.
struct StepExecution: Sendable {
    let session: RunSession
    let key: String
    let kind: StepKind
    let fingerprint: String?
    /// What the step is carried out on, for its undo.
    let input: JSONValue
    let options: StepOptions
    private let stream: StepStream

    init(
        session: RunSession, key: String, kind: StepKind = .step, fingerprint: String?, input: JSONValue = .null,
        options: StepOptions
    ) {
        self.session = session
        self.key = key
        self.kind = kind
        self.fingerprint = fingerprint
        self.input = input
        self.options = options
        stream = StepStream(session: session, key: key)
    }

    private var clock: any Timekeeper { session.services.clock }

    func run<Output: Codable & Sendable>(
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        var attempt = 0
        var spent: StepCost?
        if let known = try await session.recorded(key, kind: kind, fingerprint: fingerprint) {
            switch known.result {
            case .open(_, let due):
                attempt = known.attempt
                spent = known.cost
                try await session.pause(until: due)
            case .waiting where options.delivery == .atMostOnce: return try await endUnknown(known)
            case .waiting: break
            case .completed, .failed, .cancelled:
                return try await session.value(Output.self, of: known.result, at: key)
            }
        }
        try await session.flush()
        defer { stream.abandon() }
        if options.delivery == .atMostOnce || options.undo != nil, let known = try await recordIntent() {
            return try await session.value(Output.self, of: known.result, at: key)
        }
        while true {
            attempt += 1
            let (number, before) = (attempt, spent)
            switch try await session.attempt({ try await attemptOnce(number, after: before, body) }) {
            case .output(let output): return output
            case .tryAgain(let delay, let cost):
                spent = cost
                try await clock.sleep(for: delay)
            case .tryAgainAt(let due, let cost):
                spent = cost
                try await session.pause(until: due)
            }
            try session.checkActive()
        }
    }

    // MARK: Intents

    /// Records that the closure is about to start; what is recorded already, when it is closed.
    private func recordIntent() async throws -> StoredStep? {
        if let undo = options.undo, !session.undoNames.contains(undo) {
            throw session.fault(.undoUnknown(undo, at: key))
        }
        let now = clock.now()
        let row = StepRow(
            key: key, kind: kind, attempt: 1, fingerprint: fingerprint, result: .waiting(due: nil), started: now,
            ended: now, undo: options.undo.map { UndoRecord(name: $0, arguments: input) })
        let known = try await session.record(row, events: [.stepStarted(key)])
        return known?.ended == nil ? nil : known
    }

    /// An earlier execution recorded its intent and nothing after it: the effect may have taken place.
    private func endUnknown<Output: Codable & Sendable>(_ known: StoredStep) async throws -> Output {
        let failure = StepError.unknownOutcome(at: key)
        let event = EventDraft.stepFailed(key, failure, attempt: known.attempt, isFinal: true)
        let row = row(known.attempt, .failed(failure), since: known.started)
        if let known = try await session.record(row, events: [event]) {
            return try await session.value(Output.self, of: known.result, at: key)
        }
        throw failure
    }

    // MARK: Attempts

    private enum Attempt<Output> {
        case output(Output)
        /// With what all attempts so far have cost.
        case tryAgain(after: Duration, StepCost?)
        /// At a time that is recorded.
        case tryAgainAt(Timestamp, StepCost?)
    }

    private func attemptOnce<Output: Codable & Sendable>(
        _ attempt: Int, after spent: StepCost?, _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Attempt<Output> {
        try session.checkActive()  // the flush or the back-off before may have been the end of it
        let started = clock.now()
        let drafts = EventDrafts()
        let hold: StepHold
        do {
            hold = try await setAside(for: attempt)
        } catch let error as StepError {
            return try await handle(error, attempt, since: started, AttemptEnding(after: spent))
        }
        let time = ActiveTime(session, first: hold)
        session.services.hub.tell(.stepStarted(run: session.owner.run, key: key, attempt: attempt))
        let bytes: Data
        do {
            bytes = try await carryOut(attempt, drafts, hold, time, body)
            try session.checkActive()  // a closure that was cancelled may have returned half a result
        } catch {
            let ending = AttemptEnding(hold, time, isWhole: false, after: spent)
            do {
                try session.checkActive()
            } catch {
                await settle(ending)
                throw error
            }
            return try await handle(error, attempt, since: started, ending)
        }
        let ending = AttemptEnding(hold, time, isWhole: true, after: spent)
        let row = row(attempt, .completed(Payload(bytes)), since: started, cost: ending.cost)
        let end = kind == .undo ? EventDraft.stepUndone(key, attempt: attempt) : .stepCompleted(key, attempt: attempt)
        let events = drafts.all + CollectionOfOne(end)
        if let known = try await record(row, events, ending) {
            return .output(try await session.value(Output.self, of: known.result, at: key))
        }
        return .output(try session.decode(Output.self, from: bytes, at: key))
    }

    // MARK: The ledger

    /// What the attempt may spend, set aside before it starts.
    private func setAside(for attempt: Int) async throws -> StepHold {
        let wants = try session.wants(of: options.charge, at: key)
        let hold = try await session.hold(
            HoldKey(step: key, generation: session.generation, attempt: attempt), wants)
        do {
            try session.checkActive()
        } catch {
            // Its branch has lost a race meanwhile: what is held for nothing would keep others waiting for ever.
            await settle(AttemptEnding(unused: hold))
            throw error
        }
        return hold
    }

    /// Records a row and gives back what the attempt had set aside.
    private func record(
        _ row: StepRow, _ events: [EventDraft], _ ending: AttemptEnding
    ) async throws -> StoredStep? {
        let recorded = try await session.record(
            RecordDraft(
                row: row, events: events, settlements: ending.settlements,
                endsStream: !row.isOpen && stream.hasStreamed))
        if !row.isOpen { stream.finish() }
        if !ending.settlements.isEmpty { session.engine.budgetWaits.call(session.run.root) }
        if case .adopted(let known) = recorded { return known }
        return nil
    }

    /// Gives back what an attempt without a result had set aside; what cannot be written now is booked by whoever takes
    /// up or ends the run.
    private func settle(_ ending: AttemptEnding) async {
        guard !ending.settlements.isEmpty, session.stopReason == nil else { return }
        _ = try? await session.record(RecordDraft(settlements: ending.settlements))
        session.engine.budgetWaits.call(session.run.root)
    }

    /// Runs the closure where it can see its ``StepContext`` and cannot use the run's.
    private func carryOut<Output: Codable & Sendable>(
        _ attempt: Int, _ drafts: EventDrafts, _ hold: StepHold, _ time: ActiveTime?,
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Data {
        stream.begin(attempt)
        defer { stream.pause() }
        let context = StepContext(
            key: key, attempt: attempt, started: clock.now(), run: session.owner.run, generation: session.generation,
            drafts: drafts, hold: hold, stream: stream)
        let limited: @Sendable () async throws -> Output = {
            guard let time else { return try await body() }
            return try await time.limiting(body)
        }
        let output = try await inside(context) {
            try await StepContext.$current.withValue(context) {
                guard let limit = options.timeout else { return try await limited() }
                do {
                    return try await withTimeout(limit, on: clock, limited)
                } catch let error as TimeoutError {
                    throw StepError(
                        code: "timeout", message: "the attempt took longer than \(error.limit)", origin: key)
                }
            }
        }
        do {
            return try session.encode(output, at: key)
        } catch {
            throw UnstorableResult(failure: error)
        }
    }

    /// Marks what `body` does as part of the step, and tells it where in which trace it is.
    private func inside<Output>(
        _ context: StepContext, _ body: () async throws -> Output
    ) async throws -> Output {
        let observer = session.engine.options.observer
        guard let trace = observer?.context(ofStep: key, attempt: context.attempt, in: session.run) else {
            return try await Scope.$mark.withValue(.insideStep(key: key), operation: body)
        }
        return try await TraceContext.$current.withValue(trace) {
            try await Scope.$mark.withValue(.insideStep(key: key), operation: body)
        }
    }

    /// Tells how long to wait before the next attempt, or records the error as final and throws it.
    private func handle<Output: Codable & Sendable>(
        _ error: any Error, _ attempt: Int, since started: Timestamp, _ ending: AttemptEnding
    ) async throws -> Attempt<Output> {
        var failure = StepError(error, at: key)
        // A closure does not know its key, and whatever it throws has arisen here: a retry goes by it.
        failure.origin = key
        // A closure that was cut off for its time may have done its work.
        if options.delivery == .atMostOnce, failure.code == "timeout" { failure = .unknownOutcome(at: key) }
        guard let delay = delay(after: error, attempt) else {
            let event = EventDraft.stepFailed(key, failure, attempt: attempt, isFinal: true)
            let row = row(attempt, .failed(failure), since: started, cost: ending.cost)
            if let known = try await record(row, [event], ending) {
                return .output(try await session.value(Output.self, of: known.result, at: key))
            }
            throw failure
        }
        let due = delay > EngineLimits.backOffInMemoryMax ? clock.now() + delay : nil
        if let due {
            let row = row(attempt, .open(failure, due: due), since: started, cost: ending.cost)
            let event = EventDraft.stepFailed(key, failure, attempt: attempt, isFinal: false)
            if let known = try await record(row, [event], ending), known.ended != nil {
                return .output(try await session.value(Output.self, of: known.result, at: key))
            }
        } else {
            await settle(ending)
        }
        session.services.hub.tell(.stepRetrying(run: session.owner.run, key: key, attempt: attempt, failure))
        return due.map { .tryAgainAt($0, ending.cost) } ?? .tryAgain(after: delay, ending.cost)
    }

    /// How long to wait before the next attempt; `nil` when there is none. Errors are tried again unless they say that
    /// it is of no use, and never before the time that they ask for.
    private func delay(after error: any Error, _ attempt: Int) -> Duration? {
        let coded = error as? any CodedError
        let wish = coded?.retryAfter ?? .zero
        guard coded?.isRetryable ?? true, wish <= EngineLimits.retryAfterMax, options.delivery == .atLeastOnce else {
            return nil
        }
        let backOff = session.services.random.draw { generator in
            options.retry.delay(afterAttempt: attempt, using: &generator)
        }
        return backOff.map { max($0, wish) }
    }

    private func row(
        _ attempt: Int, _ result: StepRow.Result, since started: Timestamp, cost: StepCost? = nil
    ) -> StepRow {
        StepRow(
            key: key, kind: kind, attempt: attempt, fingerprint: fingerprint, result: result, started: started,
            ended: clock.now(), cost: cost)
    }
}

/// A closure has done its work, and what it returned cannot be stored: another attempt would end the same way.
private struct UnstorableResult: CodedError {
    let failure: StepError

    var code: String { failure.code }
    var message: String { failure.message }
    var isRetryable: Bool { false }
}

extension RunSession {
    /// The value of a row that was just made, decoded from the bytes that are stored.
    func value<Output: Decodable>(_ type: Output.Type, of result: StepRow.Result, at key: String) throws -> Output {
        switch result {
        case .completed(let payload): try decode(type, from: payload.bytes, at: key)
        case .failed(let error), .open(let error, _): throw error
        case .waiting: throw CancellationError()
        }
    }
}

extension StepError {
    static func unknownOutcome(at key: String) -> StepError {
        StepError(
            code: outcomeUnknown,
            message:
                "'\(key)' was begun and its end was not seen; it must not happen twice, so find out whether it did",
            origin: key)
    }
}
