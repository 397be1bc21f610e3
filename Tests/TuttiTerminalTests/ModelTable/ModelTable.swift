import FakeModels
import FoundationEssentials
import Synchronization
import TuttiComposition
import TuttiCore

@testable import TuttiTerminal

/// `tutti roundtable` with models of a fake server in this process.
struct ModelTable {
    let scratch: RoundtableScratch
    let models: FakeModels
    private let calls: CallLog

    static func with(
        _ document: String = RoundtableSample.good, _ script: Script = TableScript.agreeable,
        _ options: FakeModels.Options = FakeModels.Options(), _ body: (ModelTable) async throws -> Void
    ) async throws {
        let calls = CallLog()
        let models = try FakeModels(calls.recording(script), options)
        defer { models.stop() }
        try await RoundtableScratch.with { scratch in
            try scratch.write("plan.md", document)
            try scratch.write("trio.yaml", TableScript.trio)
            try await body(ModelTable(scratch: scratch, models: models, calls: calls))
        }
    }

    /// `tutti roundtable` on the document, with three participants unless the words say otherwise.
    func review(
        _ words: String..., model: String = "openai/mock-model", seats: [String]? = nil, editor: String? = nil,
        prices: String? = nil, routes: String? = nil
    ) async -> RoundtableScratch.Ran {
        let seats = seats ?? ["--preset", scratch["trio.yaml"]]
        return await tutti(
            ["roundtable", scratch["plan.md"], "--model", model] + seats + words, editor: editor, prices: prices,
            routes: routes)
    }

    /// `tutti` with a key for the server.
    func tutti(
        _ words: [String], editor: String? = nil, prices: String? = nil, routes: String? = nil
    ) async -> RoundtableScratch.Ran {
        var environment = [
            "TUTTI_HOME": scratch.home, "OPENAI_BASE_URL": models.url + "/v1", "OPENAI_API_KEY": "sk-planted",
        ]
        environment["EDITOR"] = editor
        environment["TUTTI_MODELS_PRICES"] = prices
        environment["TUTTI_MODELS_ROUTES"] = routes
        let (output, progress) = (RecordingSink(), RecordingSink())
        var context = CommandContext(
            environment: environment, output: output, progress: progress, localServers: [])
        context.routes = TuttiProgram.routes
        let code = await TuttiProgram.program.run(words, in: context)
        return RoundtableScratch.Ran(code: code, output: output.text, progress: progress.text)
    }

    /// What the server was asked, one text for each call.
    var prompts: [String] { calls.prompts }

    func json(_ text: String) throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    }
}

/// What was asked, in the order of its coming.
private final class CallLog: Sendable {
    private let texts = Mutex<[String]>([])

    var prompts: [String] { texts.withLock { $0 } }

    func recording(_ script: Script) -> Script {
        Script { call in
            self.texts.withLock { $0.append(call.prompt) }
            return script.answer(call)
        }
    }
}

/// Models that behave as they should, at a table of three.
enum TableScript {
    /// A panel with the participants `first`, `second` and `third`.
    static let trio =
        "participants:\n"
        + ["first", "second", "third"].map { name in
            """
              - name: \(name)
                role: The \(name) reader
                expertise: tea
                perspective: from the counter
                focus: [tea, shop]
                instructions: You are reader \(name) of this table.

            """
        }.joined()

    static let cost = 25

    /// Nobody finds anything.
    static let agreeable = Script { call in answer(to: call, findings: false) }
    /// Each finds one thing until the moderator has named an owner, and says then that it is fixed.
    static let diligent = Script { call in answer(to: call, findings: !call.prompt.contains(mended)) }

    static let mended = "The owner is Ada."

    /// Only the first of the participants gets another answer, each time it is asked.
    static func firstGets(_ answer: Answer) -> Script {
        Script { call in
            call.prompt.contains("You are reader first of this table.")
                ? answer : Self.answer(to: call, findings: false)
        }
    }

    static func asks(_ call: ModelCall, for member: String) -> Bool {
        call.schema?["properties"]?[member] != nil
    }

    static func answer(to call: ModelCall, findings: Bool) -> Answer {
        guard asks(call, for: "findings") else {
            if asks(call, for: "edits") { return priced(edits) }
            var critic = Critic(otherwise: .text("fake"))
            critic.otherwise.microdollars = cost
            return critic.answer(call)
        }
        let one: JSONValue = [
            "category": "owner", "title": "No owner", "description": "Nobody owns the shop.", "severity": "high",
            "first_line": 3, "last_line": 3, "suggestion": "Name one.",
        ]
        let fixed: [JSONValue] = (1...9).map {
            ["id": .string("F\($0)"), "verdict": "fixed", "reason": "It is there."]
        }
        return priced([
            "findings": .array(findings ? [one] : []), "open_findings": .array(findings ? [] : fixed),
            "assessment": "Read.",
        ])
    }

    private static let edits: JSONValue = [
        "edits": [
            [
                "action": "insert_after", "first_line": 3, "anchor": "We sell", "text": .string(mended),
                "findings": ["F1", "F2", "F3"],
            ]
        ]
    ]

    private static func priced(_ value: JSONValue) -> Answer {
        var answer = Answer.json(value)
        answer.microdollars = cost
        return answer
    }
}
