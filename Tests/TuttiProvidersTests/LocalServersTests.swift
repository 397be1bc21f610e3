import TestServer
import Testing
import TuttiModels

@testable import TuttiProviders

/// Model servers by what they answer, whatever their port.
@Suite struct LocalServersTests {
    /// Answers paths with JSON, others with 404.
    private static func host(_ answers: [String: String], status: Int = 200) -> ModelHost {
        ModelHost { asked, connection in
            let path = asked.line.split(separator: " ").dropFirst().first.map { String($0) } ?? ""
            if let body = answers[path] {
                connection.answer(body, status: path == "/v1/models" ? status : 200)
            } else {
                connection.answer("{\"error\":\"Unexpected endpoint\"}", status: 404)
            }
        }
    }

    private func find(_ hosts: ModelHost...) async -> [LocalServer] {
        await LocalServers.find(at: hosts.map { LocalServers.Place(port: Int($0.port)) }, patience: .seconds(60))
    }

    private static func list(_ owner: String) -> String {
        #"{"object":"list","data":[{"id":"m","object":"model","owned_by":"\#(owner)"}]}"#
    }

    @Test(arguments: [
        ("ollama", list("library"), "/api/version", #"{"version":"0.9.1"}"#),
        ("ollama", #"{"object":"list","data":null}"#, "/api/version", #"{"version":"0.9.1"}"#),
        ("llamacpp", list("llamacpp"), "/health", "{}"),
        ("llamacpp", list("somebody"), "/props", #"{"default_generation_settings":{}}"#),
        ("vllm", list("vllm"), "/health", ""), ("vllm", list("org"), "/version", #"{"version":"0.11"}"#),
        ("lmstudio", list("organization_owner"), "/x", ""),
        ("lmstudio", list(""), "/api/v0/models", #"{"data":[]}"#),
    ])
    func eachIsKnown(_ name: String, _ list: String, _ path: String, _ answer: String) async throws {
        let host = Self.host(["/v1/models": list, path: answer])
        let found = await find(host)
        #expect(found.map(\.provider) == [name])
        #expect(found.first?.url == "http://127.0.0.1:\(host.port)/v1")
        #expect(found.first?.models.map(\.name) == (list.contains("null") ? [] : ["m"]))
        #expect(found.first?.problem == nil)
    }

    @Test(arguments: [
        ["/": "<html>"], ["/v1/models": "<html>"], ["/v1/models": "{}"], ["/v1/models": "[]"],
        ["/v1/models": list("somebody")], ["/api/version": #"{"version":"1"}"#],
    ])
    func anotherServerIsNotOffered(_ answers: [String: String]) async {
        #expect(await find(Self.host(answers)).isEmpty)
    }

    @Test(arguments: [(401, ModelErrorCode.unauthenticated), (503, .overloaded)])
    func aServerThatDoesNotAnswerYetIsToldOf(_ status: Int, _ kind: ModelErrorCode) async {
        let host = Self.host(["/v1/models": "{}", "/version": #"{"version":"0.11"}"#], status: status)
        let found = await find(host)
        #expect(found.map(\.provider) == ["vllm"])
        #expect(found.first?.problem?.kind == kind)
    }

    @Test func allPlacesAreLookedAtSideBySide() async {
        let (first, second) = (Signal(), Signal())
        let waiting = ModelHost { _, connection in
            first.give()
            second.waitOnThread()
            connection.answer(Self.list("vllm"))
        }
        let other = ModelHost { _, connection in
            second.give()
            first.waitOnThread()
            connection.answer(Self.list("llamacpp"))
        }
        #expect(await find(waiting, other).map(\.provider) == ["vllm", "llamacpp"])
    }

    @Test func nobodyIsThere() async {
        let places = [LocalServers.Place(port: 1), LocalServers.Place(url: "nonsense")]
        #expect(await LocalServers.find(at: places, patience: .seconds(60)).isEmpty)
    }

    @Test func whoDoesNotAnswerIsNotWaitedFor() async {
        let host = ModelHost { _, connection in connection.waitForClose() }
        let found = await LocalServers.find(at: [.init(port: Int(host.port))], patience: .milliseconds(50))
        #expect(found.isEmpty)
    }

    @Test func noMorePlacesThanMay() async {
        let host = Self.host(["/v1/models": Self.list("vllm")])
        let places = Array(repeating: LocalServers.Place(port: Int(host.port)), count: LocalServers.placesMax + 5)
        #expect(await LocalServers.find(at: places, patience: .seconds(60)).count == LocalServers.placesMax)
    }
}
