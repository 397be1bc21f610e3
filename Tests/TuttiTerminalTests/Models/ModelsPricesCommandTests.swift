import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiTerminal

/// `tutti models prices`
@Suite struct ModelsPricesCommandTests {
    private static let old = """
        [{"model": "openai/small-*", "from": "2026-10-01", "input": "0.25", "cache_read": "0.025", "output": "2"},
         {"model": "openai/large", "from": "2026-10-01", "input": "2", "output": "8"},
         {"model": "openai/large", "from": "2026-01-01", "input": "20", "output": "80"},
         {"model": "mine/old", "from": "2026-10-01", "input": "1", "output": "1"},
         {"model": "mine/same", "from": "2026-10-01", "input": "1", "output": "1"}]
        """
    private static let new = """
        [{"model": "openai/small-1", "from": "2026-11-01", "input": "0.30", "cache_read": "0.025", "output": "2"},
         {"model": "openai/large", "from": "2026-11-01", "input": "1", "output": "8"},
         {"model": "mine/same", "from": "2026-11-01", "input": "1", "output": "1"},
         {"model": "mine/new", "from": "2026-11-01", "input": "1", "output": "1"}]
        """

    @Test func whatDiffersIsTold() async throws {
        let desk = try Desk()
        let (old, new) = (try desk.write(Self.old, to: "old.json"), try desk.write(Self.new, to: "new.json"))
        let answer = await desk.run("models", "prices", new, setting: ["TUTTI_MODELS_PRICES": old])
        #expect(answer.code == .failed, "\(answer.progress)")
        let lines = answer.output.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines == [
                "MODEL WHAT INPUT CACHE READ CACHE WRITE OUTPUT FROM",
                "openai/small-1 dearer $0.25 → $0.30 (+20 %) $0.025 $2.00 2026-11-01",
                "openai/large cheaper $2.00 → $1.00 (-50 %) $8.00 2026-11-01",
                "mine/old gone $1.00 $1.00 2026-10-01", "new: mine/new",
            ])
        #expect(
            answer.progress
                == "1 dearer, 1 cheaper, 0 changed, 1 new, 1 gone; dollars for a million tokens\n")
        let told = await desk.run("models", "prices", new, "--base", old, "--json")
        #expect(told.code == .failed)
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(told.output.utf8))
        #expect(json["same"] == false && json["counts"]?["dearer"] == 1)
        guard case .array(let changes)? = json["changes"] else { throw CancellationError() }
        #expect(changes[0]["before"]?["input_microdollars"] == 250_000)
        #expect(changes[0]["before"]?["cache_write_microdollars"] == .null)
        #expect(changes[0]["after"]?["from"] == "2026-11-01")
    }

    @Test func theSameEndsWithNothing() async throws {
        let desk = try Desk()
        let old = try desk.write(Self.old, to: "old.json")
        let answer = await desk.run("models", "prices", old, "--base", old)
        #expect(answer == Desk.Answer(code: .reached, output: "", progress: "The prices are the same.\n"))
    }

    @Test func whatCannotBeComparedIsRefused() async throws {
        let desk = try Desk()
        let old = try desk.write(Self.old, to: "old.json")
        let none = await desk.run("models", "prices", old)
        #expect(none.code == .usage && none.progress.contains("set models.prices, or name one with --base FILE"))
        let missing = await desk.run("models", "prices", desk.folder + "/no.json", "--base", old)
        #expect(missing.code == .usage && missing.progress.contains("is not there"))
        let broken = try desk.write(#"[{"model": "x"}]"#, to: "broken.json")
        let wrong = await desk.run("models", "prices", broken, "--base", old)
        #expect(wrong.code == .usage && wrong.progress.contains("price 1 of the list"))
    }
}
