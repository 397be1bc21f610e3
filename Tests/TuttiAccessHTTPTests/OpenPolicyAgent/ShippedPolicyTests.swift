import FoundationEssentials
import TestServer
import Testing
import TuttiAccess
import TuttiCore

@testable import TuttiAccessHTTP

/// The shipped cases, asked over the wire of a server that decides as the shipped rules do.
struct ShippedPolicyTests {
    private static func file(_ name: String) throws -> String {
        var root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        root.removeLast(4)
        return try String(contentsOfFile: root.joined(separator: "/") + "/policies/" + name, encoding: .utf8)
    }

    /// What a server with the shipped rules answers: the question is read back from what was sent.
    private static func answer(_ asked: AskedRequest) -> (status: Int, body: String)? {
        guard let input = asked.body["input"], case .object(let principal)? = input["principal"],
            case .array(let roles)? = principal["roles"],
            case .object(let attributes)? = input["resource"]?["attributes"]
        else { return nil }
        let question = PolicyQuestion(
            principal: Principal(
                tenant: principal["tenant"]?.stringValue ?? "", id: principal["id"]?.stringValue, name: "",
                roles: Set(roles.compactMap(\.stringValue)), credential: .machine),
            permission: Permission(input["permission"]?.stringValue ?? ""),
            resource: PolicyResource(
                kind: input["resource"]?["kind"]?.stringValue ?? "", id: input["resource"]?["id"]?.stringValue,
                owner: input["resource"]?["owner"]?.stringValue,
                project: input["resource"]?["project"]?.stringValue,
                category: input["resource"]?["category"]?.stringValue, attributes: attributes),
            environment: input["environment"]?.stringValue ?? "",
            time: Timestamp(milliseconds: input["time_ms"]?.intValue ?? 0), approved: input["approved"] == true)
        let decision = PolicyRules.builtIn.decide(question)
        var result: [String: JSONValue] = ["rule": .string(decision.rule), "reason": .string(decision.reason)]
        let words = decision.effect.description.split(separator: ":").map { String($0) }
        result["effect"] = .string(words[0])
        if words.count > 1 { result["reach"] = .string(words[1]) }
        let body = try? CanonicalJSON.encode(JSONValue.object(["result": .object(result)]))
        return body.map { (200, String(decoding: $0, as: UTF8.self)) }
    }

    @Test func theCasesThatAreShippedAreMet() async throws {
        let server = PolicyServer(Self.answer)
        let cases = try PolicyCase.read(yaml: try Self.file("cases.yaml"))
        for result in await PolicyCase.results(cases, by: try server.decider()) {
            #expect(result.difference == nil, "\(result.policyCase.name)")
        }
        #expect(server.asked.count > 40)
    }

    /// The server's rules are in a language of their own, which nothing here can carry out; what they rely on is held.
    @Test func theRulesAreForThisQuestionAndThisData() throws {
        let rules = try Self.file("tutti.rego")
        #expect(rules.contains("\npackage tutti\n") && rules.contains("\nimport rego.v1\n"))
        #expect(rules.contains("\npolicy := data.policy\n") && rules.contains("\ndefault decision := "))
        for name in ["scope", "key_project", "owner", "default"] { #expect(rules.contains("\"rule\": \"\(name)\"")) }
    }
}
