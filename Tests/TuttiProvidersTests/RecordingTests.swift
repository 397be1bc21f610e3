import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Calls that are recorded, and played again.
@Suite struct RecordingTests {
    private let path = FileManager.default.temporaryDirectory.path + "/tutti-cassette-" + UUID().uuidString

    private func text() throws -> String { String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self) }
    private func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Repeats what it is asked.
    private struct Echo: ModelProvider {
        func answer(
            _ request: ModelRequest, tell: @Sendable (ModelEvent) async throws -> Void
        ) async throws -> ModelResponse {
            guard case .text(let text)? = request.messages.last?.content.first, text != "fail" else {
                throw ModelError(.overloaded, .retry, "too much to do")
            }
            let response = ModelResponse(content: [.text("You said: \(text)")])
            for event in response.events { try await tell(event) }
            return response
        }
    }

    private func ask(_ provider: any ModelProvider, _ text: String) async throws -> ModelResponse {
        try await provider.answer(ModelRequest(model: "m", messages: [.user(text)]))
    }

    @Test func whatIsRecordedIsPlayed() async throws {
        defer { remove() }
        let told = Told()
        let recorder = try RecordingProvider(Echo(), to: path)
        let request = ModelRequest(model: "m", messages: [.user("one")])
        let answer = try await recorder.answer(request) { told.tell($0) }
        #expect(told.text == "You said: one")
        // Each call is on the disk when its answer is there.
        #expect(try text().split(separator: "\n").count == 2)
        _ = try await ask(recorder, "two")
        let (script, model) = try ModelDirectory().resolve("script/\(path)")
        #expect(model == "m")
        #expect(try await script.answer(request) == answer)
        #expect(try await ask(script, "two").text == "You said: two")
    }

    @Test func aRecordingGoesOn() async throws {
        defer { remove() }
        _ = try await ask(try RecordingProvider(Echo(), to: path), "one")
        _ = try await ask(try RecordingProvider(Echo(), to: path), "two")
        let cassette = try Cassette(try Data(contentsOf: URL(filePath: path)))
        #expect(cassette.count == 2)
    }

    @Test func aLineThatACrashHasCutIsTakenAway() async throws {
        defer { remove() }
        _ = try await ask(try RecordingProvider(Echo(), to: path), "one")
        let whole = try text()
        for cut in [1, 10, whole.utf8.count - 3] {
            try Data(whole.utf8.dropLast(cut)).write(to: URL(filePath: path))
            _ = try await ask(try RecordingProvider(Echo(), to: path), "one")
            #expect(try text() == whole)
        }
    }

    @Test func callsAtOneTimeStandOneBehindTheOther() async throws {
        defer { remove() }
        let recorder = try RecordingProvider(Echo(), to: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 { group.addTask { _ = try await ask(recorder, "\(number)") } }
            try await group.waitForAll()
        }
        #expect(try Cassette(try Data(contentsOf: URL(filePath: path))).count == 50)
    }

    @Test func aCallThatFailsIsNotRecorded() async throws {
        defer { remove() }
        let recorder = try RecordingProvider(Echo(), to: path)
        await #expect(throws: ModelError.self) { try await ask(recorder, "fail") }
        #expect(try Cassette(try Data(contentsOf: URL(filePath: path))).count == 0)
    }

    @Test func noKeyIsRecorded() async throws {
        defer { remove() }
        let directory = ModelDirectory(ProviderSettings(environment: ["OPENAI_API_KEY": Samples.key]))
        try directory.register("echo", Echo())
        let (recorder, _) = try directory.recording("echo/m", to: path)
        let answer = try await ask(recorder, "my key is \(Samples.key)")
        #expect(answer.text.contains(Samples.key))
        #expect(try text().contains("my key is [secret]"))
        #expect(try !text().contains(Samples.key))
    }

    @Test func whatCannotBeRecordedToIsRefused() async throws {
        defer { remove() }
        try Data("{\"other\": 1}\n".utf8).write(to: URL(filePath: path))
        for wrong in [path, "/", path + "/x"] {
            let error = #expect(throws: CassetteError.self) { try RecordingProvider(Echo(), to: wrong) }
            #expect(error?.message.contains("name another file") == true, "\(error?.message ?? "")")
        }
        #expect(try text() == "{\"other\": 1}\n")
    }
}

/// Lists of prices in files.
@Suite struct PriceFileTests {
    private let path = FileManager.default.temporaryDirectory.path + "/tutti-prices-" + UUID().uuidString + ".json"

    private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
    private func remove() { try? FileManager.default.removeItem(atPath: path) }

    @Test func aListOfOnesOwn() throws {
        defer { remove() }
        try write(#"[{"model": "openai/small-*", "from": "2026-10-01", "input": "0.25", "output": "2"}]"#)
        let prices = try PriceTable.read(path: path)
        let now = Timestamp(milliseconds: 2_000_000_000_000)
        #expect(prices.price(of: "small-1", from: "openai", at: now)?.output == USD("2"))
        #expect(prices.price(of: "small-1", from: "other", at: now) == nil)
    }

    @Test func openRoutersList() throws {
        defer { remove() }
        try write(#" {"data":[{"id":"v/m","pricing":{"prompt":"0.000001","completion":"0.000002"}}]}"#)
        let prices = try PriceTable.read(path: path)
        let soon = Timestamp(milliseconds: 4_000_000_000_000)
        #expect(prices.price(of: "v/m", from: "openrouter", at: soon)?.uncachedInput == USD("1"))
        #expect(prices.price(of: "v/m", from: "openrouter", at: Timestamp(milliseconds: 0)) == nil)
    }

    @Test func whatIsNoListSaysSo() throws {
        defer { remove() }
        let missing = #expect(throws: PriceTableError.self) { try PriceTable.read(path: path) }
        #expect(missing?.message == "\(path) is not there, or is no file; correct models.prices")
        for text in ["", "{}", "[{}]", "prices"] {
            try write(text)
            let error = #expect(throws: PriceTableError.self) { try PriceTable.read(path: path) }
            #expect(error?.message.hasPrefix("\(path): ") == true)
        }
    }
}
