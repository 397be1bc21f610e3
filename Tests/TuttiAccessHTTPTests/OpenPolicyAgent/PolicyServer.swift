import FoundationEssentials
import Synchronization
import TestServer
import TuttiAccess
import TuttiCore
import TuttiHTTPClient
import TuttiRuntime
import TuttiTesting

@testable import TuttiAccessHTTP

/// A question as the OPA server got it.
struct AskedPolicy: Sendable {
    let line: String
    let headers: [String: String]
    let body: JSONValue

    /// Reads the next one of a connection; nil when the client has gone.
    init?(_ connection: RawConnection) {
        guard let head = connection.readHead() else { return nil }
        let lines = head.split(separator: "\r\n").map { String($0) }
        line = lines.first ?? ""
        var headers: [String: String] = [:]
        for field in lines.dropFirst() {
            let parts = field.split(separator: ":", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        self.headers = headers
        guard let bytes = connection.readBytes(headers["content-length"].flatMap { Int($0) } ?? 0) else { return nil }
        body = (try? CanonicalJSON.decode(JSONValue.self, from: Data(bytes))) ?? .null
    }
}

/// A server that answers as OPA's REST API is documented to, in the words of a test.
final class PolicyServer: Sendable {
    private final class Heard: Sendable {
        let log = Mutex<[AskedPolicy]>([])
    }

    private let server: RawServer
    private let heard: Heard
    let clock = ManualClock()

    /// Answers each question with a status and a body; `nil` ends the connection instead.
    init(_ answer: @escaping @Sendable (AskedPolicy) -> (status: Int, body: String)?) {
        let heard = Heard()
        server = RawServer { connection in
            while let asked = AskedPolicy(connection) {
                heard.log.withLock { $0.append(asked) }
                guard let (status, body) = answer(asked) else { return }
                connection.send(
                    "HTTP/1.1 \(status) Said\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
        self.heard = heard
    }

    deinit { server.stop() }

    var asked: [AskedPolicy] { heard.log.withLock(\.self) }
    var url: String { server.url("") }

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
