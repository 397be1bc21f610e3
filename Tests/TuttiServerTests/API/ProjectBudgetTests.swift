import FoundationEssentials
import Testing
import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiModels
import TuttiServerSQLite
import TuttiStore
import TuttiTesting

@testable import TuttiServer

/// What calls with keys of a project may spend together, and who says so.
@Suite("Budgets of projects", .timeLimit(.minutes(2)))
struct ProjectBudgetTests {
    /// Each call takes 140 tokens, which cost 180 millionths of a dollar.
    private static func models() throws -> ListedModels {
        let prices = try PriceTable.read(
            Data(#"[{"model":"a/m","from":"2020-01-01","input":"1","output":"2"}]"#.utf8))
        let provider = GatewayTests.Provider { _, tell in
            let response = ModelResponse(
                content: [.text("Good morning.")], usage: ModelUsage(uncachedInput: 100, output: 40))
            for event in response.events { try await tell(event) }
            return response
        }
        return ListedModels([Model("a/m", provider: provider, prices: prices)])
    }

    private static let hello: JSONValue = [
        "model": "a/m", "max_tokens": 50, "messages": [["role": "user", "content": "hi"]],
    ]

    private static func call(
        _ desk: ServerDesk, _ key: String, _ path: String = "/v1/chat/completions"
    ) async throws -> ServerDesk.Answer {
        try await desk.post(path, hello, headers: ["Authorization": "Bearer \(key)"])
    }

    private static func limit(
        _ desk: ServerDesk, _ project: String, _ limits: JSONValue, by headers: HTTPHeaders
    ) async throws -> ServerDesk.Answer {
        try await desk.ask(.patch, "/api/v1/projects/\(project)", ["limits": limits], headers: headers)
    }

    @Test(
        arguments: [
            ("tokens_a_day", 150, "140 of 150 tokens today"), ("tokens_a_month", 150, "140 of 150 tokens this month"),
            ("tokens", 150, "140 of 150 tokens, and"), ("usd_a_day", "0.000200", "$0.00018 of $0.0002 today"),
            ("usd_a_month", "0.0002", "$0.00018 of $0.0002 this month"), ("usd", "0.0002", "$0.00018 of $0.0002, and"),
        ] as [(String, JSONValue, String)])
    func keysOfAProjectShareItAndNobodyElseDoes(name: String, limit: JSONValue, words: String) async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(models: try Self.models(), clock: clock) { desk, owner in
            let (project, other) = (try await desk.project("p", as: owner), try await desk.project("q", as: owner))
            let one = try await desk.key(of: owner, project: project).text
            let two = try await desk.key(of: owner, project: project).text
            let strangers = [
                try await desk.key(of: owner, project: other).text, try await desk.key(of: owner).text,
            ]
            let limited = try await Self.limit(desk, project, [name: limit], by: owner.token)
            #expect(limited.status == 200, "\(limited.text)")
            #expect(try await Self.call(desk, one).status == 200)
            let refused = try await Self.call(desk, two)
            #expect(refused.status == 429 && refused.headers["x-should-retry"] == "false", "\(refused.text)")
            #expect(refused.json["error"]?["type"] == "insufficient_quota", "\(refused.text)")
            #expect(refused.text.contains("the project \(project) has used \(words)"), "\(refused.text)")
            let inAll = !name.contains("_a_")
            #expect(refused.text.contains(inAll ? "budget project.\(name) is raised" : "there is room again at 20"))
            let message = try await Self.call(desk, one, "/v1/messages")
            #expect(message.status == 402 && message.text.contains("the project \(project)"), "\(message.text)")
            for key in strangers { #expect(try await Self.call(desk, key).status == 200) }
            clock.advance(by: .seconds(32 * 86_400))
            #expect(try await Self.call(desk, two).status == (inAll ? 429 : 200))
        }
    }

    @Test func aRaiseCountsAtOnceAndWhatWasUsedStays() async throws {
        try await ServerDesk.withOwner(models: try Self.models()) { desk, owner in
            let project = try await desk.project("p", as: owner)
            let place = "/api/v1/projects/\(project)"
            let key = try await desk.key(of: owner, project: project).text
            let before = try await desk.get(place, headers: owner.token)
            #expect(before.json["limits"] == .null && before.json["used"] == .null)
            let first = try await Self.limit(desk, project, ["tokens": 150, "usd": "2.5"], by: owner.token)
            #expect(first.json["limits"]?["usd"] == "2.500000" && first.json["limits"]?["tokens"] == 150)
            #expect(try await Self.call(desk, key).status == 200)
            #expect(try await Self.call(desk, key).status == 429)
            // What is used changes without the version of the project.
            let tag = try #require(first.headers["ETag"])
            let used = try await desk.get(place, headers: owner.token.adding("If-None-Match", tag))
            #expect(used.status == 200 && used.headers["ETag"] == tag)
            let figures = Dictionary(
                uniqueKeysWithValues: used.list("used").map { ($0["name"]?.stringValue ?? "", $0["used"] ?? .null) })
            #expect(figures == ["tokens": 140, "usd": 180], "\(used.text)")
            #expect(used.list("used").allSatisfy { $0["holder"] == "project" })
            let mine = try await desk.get("/api/v1/limits", headers: ["Authorization": "Bearer \(key)"])
            #expect(mine.list("quotas").map { $0["holder"] } == ["project", "project"], "\(mine.text)")
            _ = try await Self.limit(desk, project, ["tokens": 1000], by: owner.token)
            #expect(try await Self.call(desk, key).status == 200)
            let raised = try await desk.get(place, headers: owner.token)
            #expect(raised.list("used").map { $0["used"] } == [280], "\(raised.text)")
            let store = SQLiteServerStore(home: desk.home)
            let kept = try await store.projectLimits(tenant: "default")
            #expect(kept.mapValues(\.phrases) == [project: ["1000 tokens in all"]])
            #expect(try await store.projectLimits(tenant: "others").isEmpty)
            // Other changes leave the limits as they are.
            let renamed = try await desk.ask(.patch, place, ["name": "r"], headers: owner.token)
            #expect(renamed.json["limits"]?["tokens"] == 1000, "\(renamed.text)")
            let none = try await Self.limit(desk, project, [:], by: owner.token)
            #expect(none.status == 200 && none.json["limits"] == .null && none.json["used"] == .null, "\(none.text)")
            for _ in 0..<8 { #expect(try await Self.call(desk, key).status == 200) }
            #expect(try await store.projectLimits(tenant: "default").isEmpty)
            let told = try await desk.audit("project.limited").reversed()
            #expect(
                told.map { $0.draft.details["now"] } == [
                    "150 tokens in all, $2.50 in all", "150 tokens in all, $2.50 in all", "1000 tokens in all",
                    "1000 tokens in all", "none", "none",
                ])
            #expect(told.map(\.draft.outcome) == [.begun, .done, .begun, .done, .begun, .done])
        }
    }

    @Test func itTakesTheRightToLimitsAndALogin() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("adele", by: owner)
            let admin = try await desk.person("adam", roles: ["admin"], by: owner)
            let project = try await desk.project("p", as: ada)
            let place = "/api/v1/projects/\(project)"
            let own = try await Self.limit(desk, project, ["tokens": 1], by: ada.token)
            #expect(own.status == 403 && own.text.contains("limits.manage"), "\(own.text)")
            #expect(try await Self.limit(desk, project, ["tokens": 7], by: admin.token).status == 200)
            for limits: JSONValue in [["tokens": 8], [:]] {
                let raise = try await desk.ask(
                    .patch, place, ["name": "mine", "limits": limits], headers: ada.token)
                #expect(raise.status == 403 && raise.code == "not_permitted", "\(raise.text)")
            }
            for key in [
                try await desk.key(of: ada, project: project).text, try await desk.key(of: owner).text,
            ] {
                let headers: HTTPHeaders = ["Authorization": "Bearer \(key)"]
                let refused = try await Self.limit(desk, project, [:], by: headers)
                #expect(refused.status == 403 && refused.code == "login_needed", "\(refused.text)")
                #expect(try await desk.ask(.delete, place, headers: headers).code == "login_needed")
                let mine = try await desk.get("/auth/me", headers: headers)
                #expect(mine.status == 200 && mine.json["permissions"]?["limits.manage"] == nil, "\(mine.text)")
            }
            // Whoever may not change a limit does not get rid of it with the project either.
            #expect(try await desk.ask(.delete, place, headers: ada.token).code == "not_permitted")
            let left = try await desk.get(place, headers: ada.token)
            #expect(left.json["name"] == "p" && left.json["limits"]?["tokens"] == 7, "\(left.text)")
            #expect(desk.engine.draws(ofProject: project).map(\.cap) == [7])
            #expect(try await desk.ask(.patch, place, ["name": "q"], headers: ada.token).status == 200)
            #expect(try await desk.ask(.delete, place, headers: admin.token).status == 204)
            #expect(desk.engine.draws(ofProject: project).isEmpty)
        }
    }

    @Test(
        arguments: [
            (["tokens": 0], "/limits/tokens"), (["tokens_a_day": -1], "/limits/tokens_a_day"),
            (["usd": "lots"], "/limits/usd"), (["usd_a_day": "-1"], "/limits/usd_a_day"),
            (["usd_a_month": 0], "/limits/usd_a_month"), (["models": ["a"]], "/limits/models"),
            (["tokens": "x"], "/limits/tokens"),
        ] as [(JSONValue, String)])
    func whatDoesNotFitChangesNothing(limits: JSONValue, field: String) async throws {
        try await ServerDesk.withOwner { desk, owner in
            let project = try await desk.project("p", as: owner)
            let refused = try await Self.limit(desk, project, limits, by: owner.token)
            #expect(refused.status == 422, "\(refused.text)")
            #expect(refused.list("errors").first?["field"] == .string(field), "\(refused.text)")
            let left = try await desk.get("/api/v1/projects/\(project)", headers: owner.token)
            #expect(left.json["limits"] == .null && left.headers["ETag"] == "\"v1\"")
            #expect(try await desk.audit("project.limited").isEmpty)
        }
    }

    @Test func anOldVersionChangesNoLimits() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let project = try await desk.project("p", as: owner)
            let place = "/api/v1/projects/\(project)"
            _ = try await Self.limit(desk, project, ["tokens": 5], by: owner.token)
            let late = try await desk.ask(
                .patch, place, ["limits": ["tokens": 500]], headers: owner.token.adding("If-Match", "\"v1\""))
            #expect(late.status == 412 && desk.engine.draws(ofProject: project).map(\.cap) == [5])
        }
    }
}

extension HTTPHeaders {
    fileprivate func adding(_ name: String, _ value: String) -> HTTPHeaders {
        var headers = self
        headers.add(name, value)
        return headers
    }
}
