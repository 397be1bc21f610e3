import Synchronization
import Testing
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiModels
import TuttiRouting
import TuttiRuntime
import TuttiTesting

@testable import TuttiServer

/// Answers to questions that mean about the same.
@Suite("Answers to similar questions", .timeLimit(.minutes(1)))
struct SimilarAnswerTests {
    private typealias World = CacheWorld
    private static let path = "/v1/chat/completions"

    /// The number in a text says how far its vector points to the side.
    private static func embedder() -> Embedder {
        Embedder { text in
            guard let side = Float(text.filter { $0.isNumber || $0 == "." }) else {
                throw ModelError(.overloaded, .never, "it does not go")
            }
            return [1, side]
        }
    }

    private static func routes(_ similarity: Double = 0.98) -> RouteTable {
        World.routes { rules in
            rules.similar = SimilarAnswerRules(embeddings: "e/v")
            rules.similar?.similarity = similarity
        }
    }

    private static func system(_ rule: String, _ question: String) -> JSONValue {
        [
            "model": "a/m",
            "messages": [
                ["role": "system", "content": .string(rule)], ["role": "user", "content": .string(question)],
            ],
        ]
    }

    @Test func aQuestionThatIsNearEnoughHasTheSameAnswer() async throws {
        let (provider, embedder, calls) = (World.counting(), Self.embedder(), MemoryCallLedger())
        try await ServerDesk.with(
            models: try World.models(["a/m": provider, "e/v": embedder]), routes: Self.routes(), calls: calls
        ) { desk in
            let first = try await desk.post(Self.path, World.chat("0"), headers: World.key)
            #expect(first.headers["X-Tutti-Cache"] == "miss", "\(first.text)")
            let near = try await desk.post(Self.path, World.chat("0.1"), headers: World.key)
            #expect(near.headers["X-Tutti-Cache"] == "similar" && near.bytes == first.bytes)
            // 1 / √1.01
            #expect(near.headers["X-Tutti-Similarity"] == "0.995" && near.headers["Age"] != nil)
            let far = try await desk.post(Self.path, World.chat("0.3"), headers: World.key)
            #expect(far.headers["X-Tutti-Cache"] == "miss" && far.headers["X-Tutti-Similarity"] == nil)
            // What was found as similar is not the answer of this request.
            let exact = try await desk.post(Self.path, World.chat("0"), headers: World.key)
            #expect(exact.headers["X-Tutti-Cache"] == "hit")
            let counts = try await World.counts(desk)
            #expect(counts["similar"] == 1 && counts["hits"] == 1 && counts["misses"] == 2)
        }
        #expect(provider.asked.count == 2 && embedder.asked == ["0", "0.1", "0.3"])
        let lines = try World.lines(calls)
        #expect(lines.filter { $0.dialect == .embeddings }.count == 3)
        #expect(World.uses(lines.filter { $0.dialect == .chat }) == ["hit", "miss", "miss", "similar"])
        let vector = try #require(lines.first { $0.dialect == .embeddings })
        #expect(vector.route.model == "e/v" && vector.tokens.uncachedInput == 5 && vector.cache == nil)
    }

    /// All but the last question has to be the same.
    @Test func anotherPromptIsNeverSimilar() async throws {
        let (provider, embedder) = (World.counting(), Self.embedder())
        try await ServerDesk.with(
            models: try World.models(["a/m": provider, "e/v": embedder]), routes: Self.routes(0.8)
        ) { desk in
            for (body, use) in [
                (Self.system("Answer in French.", "0"), "miss"), (Self.system("Answer in German.", "0"), "miss"),
                (Self.system("Answer in German.", "0.1"), "similar"), (World.chat("0.1"), "miss"),
                (World.chat("0.2", model: "smart"), "miss"),
                (World.chat("0.2", model: "a/m", ["top_p": .double(0.5)]), "miss"),
            ] {
                let answer = try await desk.post(Self.path, body, headers: World.key)
                #expect(answer.headers["X-Tutti-Cache"] == use, "\(body)")
            }
        }
        #expect(provider.asked.count == 5)
    }

    /// Without a vector the call goes on, and nobody reads the question in the log.
    @Test func aVectorThatCannotBeHadStopsNobody() async throws {
        let (provider, embedder) = (World.counting(), Self.embedder())
        try await ServerDesk.with(
            models: try World.models(["a/m": provider, "e/v": embedder]), routes: Self.routes()
        ) { desk in
            for use in ["miss", "hit"] {
                let answer = try await desk.post(Self.path, World.chat("a secret"), headers: World.key)
                #expect(answer.status == 200 && answer.headers["X-Tutti-Cache"] == use)
            }
            let told = desk.log.all.filter { $0.contains("a question is not compared") }
            #expect(told.count == 1 && told.allSatisfy { $0.contains("overloaded") })
            #expect(!desk.log.all.contains { $0.contains("a secret") })
        }
        #expect(embedder.asked == ["a secret"])
    }

    @Test func nobodyWaitsLongForAVector() async throws {
        let (provider, clock) = (World.counting(), ManualClock())
        let embedder = Embedder { _ in
            await Nudge().wait()  // nobody calls it: only a cancelled task comes back
            throw CancellationError()
        }
        let calls = MemoryCallLedger()
        try await ServerDesk.with(
            models: try World.models(["a/m": provider, "e/v": embedder]), routes: Self.routes(), calls: calls,
            clock: clock
        ) { desk in
            async let answer = desk.post(Self.path, World.chat("0"), headers: World.key)
            await clock.untilSleeping(1)
            clock.advance(by: .seconds(5))
            let given = try await answer
            #expect(given.headers["X-Tutti-Cache"] == "miss")
            #expect(desk.log.all.contains { $0.contains("a question is not compared") && $0.contains("timed_out") })
        }
        let lines = try World.lines(calls)
        #expect(lines.first { $0.dialect == .embeddings }?.route.outcome == .cancelled)
        #expect(lines.first { $0.dialect == .chat }?.route.outcome == .completed)
    }

    @Test func whatIsNoPlainTextIsNotCompared() async throws {
        let (provider, embedder) = (World.counting(), Self.embedder())
        try await ServerDesk.with(
            models: try World.models(["a/m": provider, "e/v": embedder]), routes: Self.routes()
        ) { desk in
            let picture: JSONValue = [
                "model": "a/m",
                "messages": [
                    [
                        "role": "user",
                        "content": [
                            ["type": "text", "text": "0"],
                            ["type": "image_url", "image_url": ["url": "data:image/png;base64,iVBORw0KGgo="]],
                        ],
                    ]
                ],
            ]
            for use in ["miss", "hit"] {
                let answer = try await desk.post(Self.path, picture, headers: World.key)
                #expect(answer.headers["X-Tutti-Cache"] == use, "\(answer.text)")
            }
        }
        #expect(embedder.asked.isEmpty)
    }

    /// A key that may not ask for vectors, since it is for one model, has what its server does for all.
    @Test func aKeyOfOneModelHasSimilarAnswersToo() async throws {
        let (provider, embedder) = (World.counting(), Self.embedder())
        try await ServerDesk.withOwner(
            models: try World.models(["a/m": provider, "e/v": embedder]), routes: Self.routes()
        ) { desk, owner in
            let made = try await desk.post(
                "/api/v1/keys", ["name": "bot", "limits": ["models": ["a/m"], "tokens": 1_000]], headers: owner.token)
            let headers: HTTPHeaders = ["Authorization": "Bearer \(made.json["key"]?.stringValue ?? "")"]
            for (text, use) in [("0", "miss"), ("0.1", "similar")] {
                let answer = try await desk.post(Self.path, World.chat(text), headers: headers)
                #expect(answer.headers["X-Tutti-Cache"] == use, "\(answer.text)")
            }
            let asked = try await desk.post("/v1/embeddings", ["model": "e/v", "input": "0"], headers: headers)
            #expect(asked.status == 403)
            // The answer of 50 tokens, and two vectors of 5.
            #expect(try await World.used(by: made.json["id"]?.stringValue, desk, owner) == 60)
        }
    }
}
