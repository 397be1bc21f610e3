import Synchronization
import TuttiCore
import TuttiGateway
import TuttiGuards
import TuttiModels
import TuttiRuntime

/// The guards of one call: what goes to the model and what comes back passes them.
final class CallGuards: Sendable {
    private struct State {
        var account = GuardAccount()
        /// What the answer was refused for.
        var failure: GatewayError?
    }

    private let guards: GuardSet
    private let meter: CallMeter
    private let desk: GuardDesk
    private let state = Mutex(State())

    init(_ guards: GuardSet, _ meter: CallMeter, _ desk: GuardDesk) {
        self.guards = guards
        self.meter = meter
        self.desk = desk
    }

    /// Changes when what these guards do changes.
    var fingerprint: String { guards.fingerprint }

    /// Whether answers are looked through: one that comes in pieces is then carried over, and not handed on.
    var watchAnswers: Bool { !guards.answer.isEmpty }

    /// What has been found so far, for the head of an answer; `nil` for nothing.
    var text: String? { state.withLock { $0.account.isEmpty ? nil : $0.account.text } }

    private func note(_ account: GuardAccount) {
        guard !account.isEmpty else { return }
        desk.count(account)
        meter.noteGuards(
            state.withLock {
                $0.account.add(account)
                return $0.account.text
            })
    }

    // MARK: Requests

    /// Looks through the body of a request.
    ///
    /// - Returns: what the model is asked in its place; `nil` when nothing was replaced.
    /// - Throws: ``GatewayError`` that names the guard and the member.
    func request(_ body: [UInt8]) throws(GatewayError) -> [UInt8]? {
        let uptime = uptime
        do throws(GuardedBody.Failure) {
            let result = try GuardedBody.request(body, guards, uptime)
            note(result.account)
            return result.bytes
        } catch {
            throw failure(error, malformed: .unreadable)
        }
    }

    /// Looks through what is to be turned into vectors.
    ///
    /// - Throws: ``GatewayError``, also for tokens where a guard does more than report: nobody can read them.
    func request(_ embedding: EmbeddingRequest) throws(GatewayError) -> EmbeddingRequest {
        var texts: [String] = []
        switch embedding.inputs {
        case .texts(let words): texts = words
        case .tokens:
            guard let name = guards.request.strictGuard else { break }
            let refusal = GuardRefusal(name, .unreadable, in: "input", of: .request)
            var account = GuardAccount()
            account.add(name, refusal.done)
            throw failure(GuardedBody.Failure(.refused(refusal), after: account), malformed: .unreadable)
        }
        var body: [String: JSONValue] = ["input": .array(texts.map { .string($0) })]
        if let user = embedding.user { body["user"] = .string(user) }
        guard let bytes = try request(JSONValue.object(body).bytes), let changed = try? WireJSON.read(bytes) else {
            return embedding
        }
        var embedding = embedding
        if case .texts = embedding.inputs, case .array(let items)? = changed["input"] {
            embedding.inputs = .texts(items.compactMap(\.stringValue))
        }
        embedding.user = changed["user"]?.stringValue
        return embedding
    }

    // MARK: Answers

    /// Looks through a whole answer. It has been paid for: that it is refused is told when it is written down.
    func answer(_ body: [UInt8]) -> [UInt8] {
        guard watchAnswers else { return body }
        let uptime = uptime
        do throws(GuardedBody.Failure) {
            let result = try GuardedBody.answer(body, guards.answer, uptime)
            note(result.account)
            return result.bytes ?? body
        } catch {
            refuse(failure(error, malformed: .unreadableAnswer))
            return []
        }
    }

    /// What an answer that comes in pieces passes, on its way to whoever wants it.
    ///
    /// - Parameter tell: is told what goes on, and the end, with what was found before it as a comment of a stream.
    func listener(
        _ tell: @escaping @Sendable (_ event: ModelEvent, _ comment: [UInt8]) async throws -> Void
    ) -> ModelListener {
        let passed = Mutex(GuardedAnswer(guards.answer))
        let uptime = uptime
        return { [self] event in
            let events: [ModelEvent]
            do throws(GuardRefusal) {
                events = try passed.withLock { answer throws(GuardRefusal) in try answer.take(event, uptime) }
            } catch {
                let account = passed.withLock { $0.account }
                let failure = failure(
                    GuardedBody.Failure(.refused(error), after: account), malformed: .unreadableAnswer)
                refuse(failure)
                throw failure
            }
            for event in events {
                var comment: [UInt8] = []
                if case .finished = event {
                    let account = passed.withLock { $0.account }
                    note(account)
                    if !account.isEmpty { comment = Array(": tutti-guards \(account.text)\n\n".utf8) }
                }
                try await tell(event, comment)
            }
        }
    }

    /// Whether the answer was refused.
    var isRefused: Bool { state.withLock { $0.failure != nil } }

    /// - Throws: ``GatewayError`` when the answer was refused.
    func check() throws(GatewayError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    private func refuse(_ failure: GatewayError) {
        meter.noteRefusal(failure)
        state.withLock { $0.failure = failure }
    }

    // MARK: Failures

    private var uptime: @Sendable () -> Duration {
        let clock = desk.clock
        return { clock.uptime() }
    }

    private func failure(_ failure: GuardedBody.Failure, malformed: GatewayError) -> GatewayError {
        note(failure.account)
        guard case .refused(let refusal) = failure.reason else { return malformed }
        desk.tell(refusal, of: meter.id)
        return GatewayError(
            .invalidRequest, refusal.message, field: refusal.place == .request ? refusal.member : nil,
            code: GuardRefusal.code)
    }
}

extension GatewayError {
    /// Another reader might find words where guards have seen none.
    fileprivate static let unreadable = GatewayError(
        .invalidRequest, "the body is no JSON in UTF-8, so guards cannot look through it; send it as that",
        code: "invalid_json")
    fileprivate static let unreadableAnswer = GatewayError(
        .providerFailed, "the answer is no JSON, so guards cannot look through it", code: GuardRefusal.code)
}
