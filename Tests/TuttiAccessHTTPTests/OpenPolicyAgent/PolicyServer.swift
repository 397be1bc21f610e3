import FoundationEssentials
import Synchronization
import TestServer
import TuttiAccess
import TuttiCore
import TuttiHTTPClient
import TuttiRuntime
import TuttiTesting

@testable import TuttiAccessHTTP

/// A server that answers as OPA's REST API is documented to, in the words of a test.
final class PolicyServer: Sendable {
    private let server: ScriptedServer
    let clock = ManualClock()

    /// Answers each question with a status and a body; `nil` ends the connection instead.
    init(_ answer: @escaping @Sendable (AskedRequest) -> (status: Int, body: String)?) {
        server = ScriptedServer { asked, connection in
            guard let (status, body) = answer(asked) else { return connection.end() }
            connection.answer(body, status: status)
        }
    }

    var asked: [AskedRequest] { server.asked }
    var url: String { server.url }

    /// A decider that asks this server.
    func decider(
        _ change: (inout OpenPolicyAgentConfiguration) -> Void = { _ in }
    ) throws -> OpenPolicyAgent {
        var configuration = OpenPolicyAgentConfiguration(url: url)
        configuration.timeout = .seconds(30)  // what a test is not about
        change(&configuration)
        return try OpenPolicyAgent(configuration, client: HTTPClient(), time: clock)
    }

    static let allowed = """
        {"decision_id":"4ca636c1-55e4-417a-b1d8-4aceb67960d1",\
        "result":{"effect":"allow","reach":"own","rule":"role:user","reason":"the role user has it"}}
        """

    static func question(
        _ permission: Permission = "runs.read", owner: String? = nil, roles: Set<String> = ["user"],
        time: Int64 = 1_767_614_400_000
    ) -> PolicyQuestion {
        PolicyQuestion(
            principal: Principal(
                tenant: "default", id: "ann", name: "Ann planted-name", roles: roles, credential: .machine),
            permission: permission, resource: PolicyResource(kind: "run", id: "run_1", owner: owner),
            environment: "prod", time: Timestamp(milliseconds: time))
    }
}
