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

    /// What is looked through on the loop: all kinds together take about a millisecond for it.
    private static let bytesOnLoopMax = 32 << 10

    /// Looks through a body, where nobody is kept waiting by it. How long a pattern takes, nobody knows before.
    @inline(never)
    private func look(
        _ body: [UInt8], _ search: GuardSearch,
        _ work: @escaping @Sendable () throws(GuardedBody.Failure) -> GuardedBody.Result
    ) async throws(GuardedBody.Failure) -> GuardedBody.Result {
        guard search.hasPatterns || body.count > Self.bytesOnLoopMax else { return try work() }
        return try await AsideWork.run(work)
    }

    // MARK: Requests

    /// Looks through the body of a request.
    ///
    /// - Returns: what the model is asked in its place; `nil` when nothing was replaced.
    /// - Throws: ``GatewayError`` that names the guard and the member.
    func request(_ body: [UInt8]) async throws(GatewayError) -> [UInt8]? {
        let (guards, uptime) = (guards, uptime)
        do throws(GuardedBody.Failure) {
            let result = try await look(body, guards.request) { () throws(GuardedBody.Failure) in
                try GuardedBody.request(body, guards, uptime)
            }
            note(result.account)
            return result.bytes
        } catch {
            throw failure(error, malformed: .unreadable)
        }
    }

    /// Looks through what is to be turned into vectors.
    ///
    /// - Throws: ``GatewayError``, also for tokens where a guard does more than report: nobody can read them.
    func request(_ embedding: EmbeddingRequest) async throws(GatewayError) -> EmbeddingRequest {
        let inputs: JSONValue
        switch embedding.inputs {
        case .texts(let texts): inputs = .array(texts.map { .string($0) })
        case .tokens(let lists):
            inputs = .array(lists.map { .array($0.map { .int(Int64($0)) }) })
            guard let name = guards.request.strictGuard else { break }
            let refusal = GuardRefusal(name, .unreadable, in: "input", of: .request)
            var account = GuardAccount()
            account.add(name, refusal.done)
            throw failure(GuardedBody.Failure(.refused(refusal), after: account), malformed: .unreadable)
        }
        var body: [String: JSONValue] = ["input": inputs]
        if let user = embedding.user { body["user"] = .string(user) }
        guard let bytes = try await request(JSONValue.object(body).bytes), let changed = try? WireJSON.read(bytes)
        else {
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
    func answer(_ body: [UInt8]) async -> [UInt8] {
        guard watchAnswers else { return body }
        let (search, uptime) = (guards.answer, uptime)
        do throws(GuardedBody.Failure) {
            let result = try await look(body, search) { () throws(GuardedBody.Failure) in
                try GuardedBody.answer(body, search, uptime)
            }
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
        return { [self] event in
            let (events, account) = try take(event, passed)
            for event in events {
                var comment: [UInt8] = []
                if case .finished = event, !account.isEmpty {
                    comment = Array(": tutti-guards \(account.text)\n\n".utf8)
                }
                try await tell(event, comment)
            }
        }
    }

    /// - Returns: what goes on, and what has been found in the answer so far.
    private func take(
        _ event: ModelEvent, _ passed: borrowing Mutex<GuardedAnswer>
    ) throws(GatewayError) -> (events: [ModelEvent], account: GuardAccount) {
        let uptime = uptime
        let (result, before, account) = passed.withLock { answer in
            let before = answer.account
            let result = Result { () throws(GuardRefusal) in try answer.take(event, uptime) }
            return (result, before, answer.account)
        }
        // An answer may break off at any time.
        let found = account.since(before)
        switch result {
        case .success(let events):
            note(found)
            return (events, account)
        case .failure(let refusal):
            let failure = failure(GuardedBody.Failure(.refused(refusal), after: found), malformed: .unreadableAnswer)
            refuse(failure)
            throw failure
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
