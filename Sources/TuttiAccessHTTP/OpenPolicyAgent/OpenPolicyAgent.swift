import FoundationEssentials
import Synchronization
package import TuttiAccess
import TuttiCore
import TuttiHTTP
package import TuttiHTTPClient
package import TuttiRuntime

/// Asks an OPA server (Open Policy Agent) for each decision: `POST {url}/v1/data/tutti/decision`, as OPA's REST API has
/// it. `policies/tutti.rego` gives such a server the rules of the built-in policy.
///
/// It fails closed: what the server does not clearly allow is denied, by the rule ``Rule/unavailable``,
/// ``Rule/undefined`` or ``Rule/badAnswer``. The bounds of API keys and what is whose are held here as well, whatever
/// the server says.
///
/// Decisions are kept for ``OpenPolicyAgentConfiguration/keepsDecisions``. A kept decision answers only questions that
/// are equal in everything but the time, and were asked in the same minute: rules with hours are about whole minutes,
/// so none is kept beyond its hours. Denials for want of an answer are not kept. Equal questions at one time are one
/// request.
package final class OpenPolicyAgent: PolicyDecider {
    /// Rules by which it denies on its own.
    package enum Rule: String, Sendable, CaseIterable {
        /// The server was not reached, took too long, answered with an error, or has too much to do.
        case unavailable = "opa_unavailable"
        /// The server has no such document: the rules are not loaded there.
        case undefined = "opa_undefined"
        /// The server's answer is none that is understood.
        case badAnswer = "opa_bad_answer"
    }

    private typealias Waiter = CheckedContinuation<PolicyDecision, Never>

    private let configuration: OpenPolicyAgentConfiguration
    private let address: String
    private let client: HTTPClient
    private let time: any Timekeeper
    private let flights: Mutex<DecisionFlights<Waiter>>

    /// A decider that asks the server of a configuration.
    ///
    /// - Throws: ``OpenPolicyAgentError`` for a configuration that cannot work.
    package init(
        _ configuration: OpenPolicyAgentConfiguration, client: HTTPClient, time: any Timekeeper = SystemTimekeeper()
    ) throws(OpenPolicyAgentError) {
        address = try configuration.decisionAddress()
        self.configuration = configuration
        self.client = client
        self.time = time
        flights = Mutex(
            DecisionFlights(
                keeps: configuration.keepsDecisions, decisionsMax: configuration.decisionsMax,
                flightsMax: configuration.requestsMax))
    }

    /// Decides as the server says. A caller that is cancelled waits all the same, at most for the time that a request
    /// may take.
    package func decide(_ question: PolicyQuestion) async -> PolicyDecision {
        if let refusal = PolicyBounds.refusal(question) { return refusal }
        let key = DecisionKey(question)
        let decision: PolicyDecision
        if let kept = flights.withLock({ $0.kept(key, at: time.uptime()) }) {
            decision = kept
        } else {
            decision = await withCheckedContinuation { ask(question, key, for: $0) }
        }
        return PolicyBounds.held(decision, to: question)
    }

    /// Lets go of all kept decisions, so that rules that have just changed at the server count at once.
    package func forgetDecisions() { flights.withLock { $0.forget() } }

    /// For tests, which wait until as many as they want are waiting.
    var waitingCount: Int { flights.withLock(\.waiterCount) }

    private func ask(_ question: PolicyQuestion, _ key: DecisionKey, for waiter: Waiter) {
        switch flights.withLock({ $0.ask(key, waiter, at: time.uptime()) }) {
        case .decided(let decision): waiter.resume(returning: decision)
        case .wait: break
        case .refuse:
            let max = configuration.requestsMax
            waiter.resume(returning: .unavailable("\(max) questions wait for the OPA server already"))
        case .begin(let generation):
            Task {
                let answer = await answer(to: key, at: question)
                let waiters = flights.withLock {
                    $0.finish(key, answer, generation: generation, at: time.uptime())
                }
                for waiter in waiters { waiter.resume(returning: answer.decision) }
            }
        }
    }

    /// What the server says. Only what it has decided itself may be kept.
    private func answer(to key: DecisionKey, at question: PolicyQuestion) async -> OpenPolicyAgentAnswer {
        guard let body = try? CanonicalJSON.encode(key.request(at: question.time)),
            body.count <= OpenPolicyAgentConfiguration.questionBytesMax
        else {
            return .undecided(.unavailable("the question is too large for the OPA server, or cannot be written"))
        }
        var headers: HTTPHeaders = ["Content-Type": "application/json", "Accept": "application/json"]
        if let token = configuration.token { headers.add("Authorization", "Bearer \(token.revealed)") }
        let request = HTTPRequest(
            .post, address, headers: headers, body: Array(body), timeouts: configuration.timeouts,
            bodySizeMax: OpenPolicyAgentConfiguration.answerBytesMax)
        do throws(HTTPClientError) {
            let response = try await client.send(request)
            let answer = OpenPolicyAgentAnswer(status: response.status, body: response.body)
            let isKept = answer.isKept && body.count <= OpenPolicyAgentConfiguration.keptQuestionBytesMax
            return OpenPolicyAgentAnswer(decision: answer.decision, isKept: isKept)
        } catch {
            // The reason's name is enough: the message may name a host.
            return .undecided(
                error.reason == .tooLarge
                    ? .badAnswer("its answer is larger than \(OpenPolicyAgentConfiguration.answerBytesMax) bytes")
                    : .unavailable("the OPA server gave no answer (\(error.code))"))
        }
    }
}
