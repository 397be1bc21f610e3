import FoundationEssentials
import TuttiAccess
import TuttiCore

/// What an OPA server's answer comes to.
///
/// OPA answers 200 with `{"result": …}`, without `result` for a document that it does not have, and any other status
/// with `{"code": …, "message": …}` (OPA's REST API, "Data API" and "Errors").
struct OpenPolicyAgentAnswer: Sendable, Hashable {
    let decision: PolicyDecision
    /// Whether the server has decided, so that the same question need not be asked again for a while.
    let isKept: Bool

    private static let ruleBytesMax = 64
    private static let reasonBytesMax = 300

    init(decision: PolicyDecision, isKept: Bool) {
        self.decision = decision
        self.isKept = isKept
    }

    static func undecided(_ decision: PolicyDecision) -> OpenPolicyAgentAnswer {
        OpenPolicyAgentAnswer(decision: decision, isKept: false)
    }

    init(status: Int, body: [UInt8]) {
        let json = try? WireJSON.read(Data(body))
        guard status == 200 else {
            self = .undecided(.unavailable("the OPA server answered \(status)\(Self.code(in: json))"))
            return
        }
        guard let json, case .object(let members) = json else {
            self = .undecided(.badAnswer("it is no JSON object"))
            return
        }
        guard let result = members["result"] else {
            self = .undecided(
                PolicyDecision(
                    .deny, rule: OpenPolicyAgent.Rule.undefined.rawValue,
                    reason: "the OPA server has no data.tutti.decision; load policies/tutti.rego there"))
            return
        }
        self = Self.read(result)
    }

    private static func read(_ result: JSONValue) -> OpenPolicyAgentAnswer {
        guard case .object(let members) = result else { return .undecided(.badAnswer("its result is no object")) }
        let effect: PolicyDecision.Effect
        switch (members["effect"]?.stringValue, members["reach"]?.stringValue) {
        case ("deny", _): effect = .deny
        case ("needs_approval", _): effect = .needsApproval
        case ("allow", "own"): effect = .allow(.own)
        case ("allow", "all"): effect = .allow(.all)
        case ("allow", _): return .undecided(.badAnswer("its allow has a reach that is neither own nor all"))
        default: return .undecided(.badAnswer("its effect is none of allow, deny and needs_approval"))
        }
        guard let rule = text(members["rule"], "opa", ruleBytesMax),
            let reason = text(members["reason"], "the OPA server says so", reasonBytesMax)
        else { return .undecided(.badAnswer("its rule or its reason is no text")) }
        return OpenPolicyAgentAnswer(decision: PolicyDecision(effect, rule: rule, reason: reason), isKept: true)
    }

    /// A text that may be missing; `nil` for what is none.
    private static func text(_ value: JSONValue?, _ fallback: String, _ bytesMax: Int) -> String? {
        guard let value else { return fallback }
        guard let text = value.stringValue else { return nil }
        let clean = CleanText.line(text, bytesMax: bytesMax)
        return clean.isEmpty ? fallback : clean
    }

    /// The error's code, which is one of a few words; its message may hold what was asked.
    private static func code(in json: JSONValue?) -> String {
        guard let code = json?["code"]?.stringValue, code.utf8.count <= ruleBytesMax,
            code.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") }), !code.isEmpty
        else { return "" }
        return " (\(code))"
    }
}

extension PolicyDecision {
    static func unavailable(_ reason: String) -> PolicyDecision {
        PolicyDecision(.deny, rule: OpenPolicyAgent.Rule.unavailable.rawValue, reason: reason)
    }

    static func badAnswer(_ problem: String) -> PolicyDecision {
        PolicyDecision(
            .deny, rule: OpenPolicyAgent.Rule.badAnswer.rawValue,
            reason: "the OPA server's answer is not understood: \(problem)")
    }
}
