import Testing
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

/// A model `script/PATH` is a file of the machine that serves.
@Suite("Models that are files", .timeLimit(.minutes(1)))
struct CassetteRuleTests {
    /// Whatever a model can be named by, over the API.
    private static let requests: [(HTTPMethod, String, JSONValue)] = [
        (.post, "/api/v1/roundtables", ["document": "# z\n", "model": "script//etc/shadow"]),
        (.post, "/api/v1/roundtables", ["document": "# z\n", "model": "script/ /etc/shadow"]),
        (.post, "/api/v1/roundtables/estimate", ["document": "# z\n", "model": "script//nowhere"]),
        (
            .post, "/api/v1/roundtables/participants",
            ["document": "# z\n", "model": "script//etc/shadow", "count": 2]
        ),
        (
            .post, "/api/refinement/start",
            ["title": "z", "content": "# z\n\nSome text.\n", "model": "script//etc/shadow"]
        ),
        (
            .post, "/api/v1/runs",
            [
                "definition":
                    "name: x\nsteps:\n  - {name: a, roundtable: {source: {text: z}, model: script//etc/shadow}}\n"
            ]
        ),
        (
            .post, "/v1/settings/agent-prefs",
            ["agent_role": "critic", "provider": "script", "model_name": "/etc/shadow"]
        ),
    ]

    @Test func areNoneOfWhoHasToLogIn() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", roles: ["developer"], by: owner)
            for person in [owner, ada] {
                for (method, path, body) in Self.requests where path != "/api/v1/runs" {
                    let answer = try await desk.ask(method, path, body, headers: person.token)
                    #expect(answer.status == 422 && answer.code == "files_refused", "\(path): \(answer.text)")
                    #expect(!answer.text.contains("is not there") && !answer.text.contains("no cassette"))
                }
            }
        }
    }

    /// What an input names is looked through before it is started.
    @Test func areRefusedWhereverAnInputNamesThem() {
        let inputs: [JSONValue] = [
            ["models": ["participants": ["a": "script//etc/shadow"], "moderator": "ollama/x"]],
            ["models": ["participants": [:], "moderator": "script//etc/shadow"]],
            ["panel": ["participants": [["name": "a", "model": "script//etc/shadow"]]]],
            ["definition": ["steps": [["roundtable": ["model": "script//etc/shadow"]]]]],
            ["model": ["script"]],
        ]
        for input in inputs {
            #expect(throws: Problem.self) { try WorkflowInputs.check(input, of: "anything") }
        }
        // A text that looks like one is none.
        #expect(throws: Never.self) {
            try WorkflowInputs.check(["document": "script/PATH is a cassette", "model": "scripted/x"], of: "anything")
        }
    }

    @Test func areThoseOfTheMachineInLocalMode() async throws {
        try await ServerDesk.with { desk in
            for (method, path, body) in Self.requests {
                let answer = try await desk.ask(method, path, body)
                #expect(answer.code != "files_refused", "\(path): \(answer.text)")
            }
        }
    }
}
