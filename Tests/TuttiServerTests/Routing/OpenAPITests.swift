import FoundationEssentials
import Testing
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

@Suite("The description of the API")
struct OpenAPITests {
    @Test func tellsOfEveryRouteOnce() async throws {
        try await ServerDesk.with { desk in
            let document = try await desk.get("/openapi.json").json
            guard case .object(let paths)? = document["paths"] else {
                Issue.record("there are no paths")
                return
            }
            var told: Set<String> = []
            var ids: [String] = []
            for (path, item) in paths {
                guard case .object(let operations) = item else { continue }
                for (method, operation) in operations {
                    told.insert("\(method.uppercased()) \(path)")
                    ids.append(operation["operationId"]?.stringValue ?? "")
                }
            }
            let routes = desk.application.router.routes.filter { $0.operation != nil }
            #expect(told == Set(routes.map { "\($0.method.rawValue) \($0.pattern)" }))
            #expect(ids.count == Set(ids).count && !ids.contains(""))
        }
    }

    @Test func namesEveryParameterOfAPath() async throws {
        try await ServerDesk.with { desk in
            for route in desk.application.router.routes {
                guard let operation = route.operation else { continue }
                let told = operation.parameters.filter { $0.place == .path }.map(\.name)
                #expect(Set(told) == Set(route.pattern.parameters), "\(route.method.rawValue) \(route.pattern)")
            }
        }
    }

    @Test func hasNoReferenceThatLeadsNowhere() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.get("/openapi.json")
            guard case .object(let schemas)? = answer.json["components"]?["schemas"] else {
                Issue.record("there are no components")
                return
            }
            let head = "#/components/schemas/"
            for part in answer.text.components(separatedBy: "\"$ref\":\"").dropFirst() {
                let target = String(part.prefix { $0 != "\"" })
                #expect(target.hasPrefix(head) && schemas[String(target.dropFirst(head.count))] != nil, "\(target)")
            }
        }
    }
}
