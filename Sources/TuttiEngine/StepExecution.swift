import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Carries out one step: replay, attempts, back-off, record.
struct StepExecution: Sendable {
    let session: RunSession
    let key: String
    let fingerprint: String?
    let options: StepOptions

    private var clock: any Timekeeper { session.services.clock }

    func run<Output: Codable & Sendable>(
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        var attempt = 0
        if let known = try session.recorded(key, kind: .step, fingerprint: fingerprint) {
            guard case .open(_, let due) = known.result else {
                return try await session.value(Output.self, of: known.result, at: key)
            }
            attempt = known.attempt
            try await clock.sleep(for: max(.zero, due - clock.now()))
        }
        try await session.flush()
        let stream = StepStream(session: session, key: key)
        defer { stream.abandon() }
        while true {
            attempt += 1
            let number = attempt
            switch try await session.attempt({ try await attemptOnce(number, stream, body) }) {
            case .output(let output): return output
            case .tryAgain(let delay): try await clock.sleep(for: delay)
            }
            try session.checkActive()
        }
    }

    private enum Attempt<Output> {
        case output(Output)
        case tryAgain(after: Duration)
    }

    private func attemptOnce<Output: Codable & Sendable>(
        _ attempt: Int, _ stream: StepStream, _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Attempt<Output> {
        try session.checkActive()  // the flush or the back-off before may have been the end of it
        let started = clock.now()
        let drafts = EventDrafts()
        session.services.hub.tell(.stepStarted(run: session.owner.run, key: key, attempt: attempt))
        let bytes: Data
        do {
            bytes = try await carryOut(attempt, drafts, stream, body)
            try session.checkActive()  // a closure that was cancelled may have returned half a result
        } catch {
            try session.checkActive()
            return try await handle(error, attempt, stream, since: started)
        }
        let row = row(attempt, .completed(Payload(bytes)), since: started)
        let events = drafts.all + CollectionOfOne(.stepCompleted(key, attempt: attempt))
        let known = try await session.record(row, events: events, endsStream: stream.hasStreamed)
        stream.finish()
        if let known {
            return .output(try await session.value(Output.self, of: known.result, at: key))
        }
        return .output(try session.decode(Output.self, from: bytes, at: key))
    }

    /// Runs the closure where it can see its ``StepContext`` and cannot use the run's.
    private func carryOut<Output: Codable & Sendable>(
        _ attempt: Int, _ drafts: EventDrafts, _ stream: StepStream,
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Data {
        stream.begin(attempt)
        defer { stream.pause() }
        let context = StepContext(
            key: key, attempt: attempt, run: session.owner.run, drafts: drafts, stream: stream)
        let output = try await Scope.$mark.withValue(.insideStep(key: key)) {
            try await StepContext.$current.withValue(context) {
                guard let limit = options.timeout else { return try await body() }
                do {
                    return try await withTimeout(limit, on: clock, body)
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

    /// Tells how long to wait before the next attempt, or records the error as final and throws it.
    private func handle<Output: Codable & Sendable>(
        _ error: any Error, _ attempt: Int, _ stream: StepStream, since started: Timestamp
    ) async throws -> Attempt<Output> {
        let failure = StepError(error, at: key)
        let delay =
            Self.isRetryable(error)
            ? session.services.random.draw { generator in
                options.retry.delay(afterAttempt: attempt, using: &generator)
            } : nil
        guard let delay else {
            let event = EventDraft.stepFailed(key, failure, attempt: attempt, isFinal: true)
            let row = row(attempt, .failed(failure), since: started)
            let known = try await session.record(row, events: [event], endsStream: stream.hasStreamed)
            stream.finish()
            if let known {
                return .output(try await session.value(Output.self, of: known.result, at: key))
            }
            throw failure
        }
        if delay > EngineLimits.backOffInMemoryMax {
            let row = row(attempt, .open(failure, due: clock.now() + delay), since: started)
            let event = EventDraft.stepFailed(key, failure, attempt: attempt, isFinal: false)
            if let known = try await session.record(row, events: [event]), known.ended != nil {
                return .output(try await session.value(Output.self, of: known.result, at: key))
            }
        }
        session.services.hub.tell(.stepRetrying(run: session.owner.run, key: key, attempt: attempt, failure))
        return .tryAgain(after: delay)
    }

    /// Errors are tried again unless they say that it is of no use.
    private static func isRetryable(_ error: any Error) -> Bool {
        (error as? any CodedError)?.isRetryable ?? true
    }

    private func row(_ attempt: Int, _ result: StepRow.Result, since started: Timestamp) -> StepRow {
        StepRow(
            key: key, kind: .step, attempt: attempt, fingerprint: fingerprint, result: result, started: started,
            ended: clock.now())
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
