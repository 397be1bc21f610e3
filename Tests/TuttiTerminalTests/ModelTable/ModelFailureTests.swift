import FakeModels
import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiTerminal

/// Models that fail or answer badly: each a clear message or a repaired answer.
@Suite("models that fail at the table", .serialized)
struct ModelFailureTests {
    @Test(
        "a provider that refuses fails the run and says why",
        arguments: [
            (Failure.wrongKey, "the key is missing, wrong or has run out"),
            (.unknownModel, "there is no such model here; choose another one"),
            (.quota, "no money or quota is left on this key"),
            (.contextTooLong, "the text is too long for the model"),
        ])
    func refusals(failure: Failure, message: String) async throws {
        try await ModelTable.with(RoundtableSample.good, .always(.failure(failure))) { table in
            let ran = await table.review()
            #expect(ran.code == .failed, "\(ran.progress)")
            for critic in ["first", "second", "third"] {
                #expect(ran.progress.contains("\(critic) failed: "), "\(ran.progress)")
            }
            #expect(ran.progress.contains(message), "\(ran.progress)")
            #expect(!ran.progress.contains("sk-planted"))
            #expect(table.models.counters.requests == 3, "what cannot help is not tried again")
        }
    }

    @Test func aProviderThatIsDownIsTold() async throws {
        try await ModelTable.with { table in
            table.models.stop()
            let ran = await table.review()
            #expect(ran.code == .failed)
            #expect(
                ran.progress.contains("no connection to 127.0.0.1:\(table.models.port)"), "\(ran.progress)")
            #expect(ran.progress.contains("start the server, or check its URL"))
        }
    }

    private static let otherSchema = Answer.json(["unexpected": ["findings": "none"]])

    @Test(
        "one critic that cannot answer is shown, and the others count",
        arguments: [
            (Answer.empty, "answer_empty", 2), (.text("I think that it is fine."), "answer_not_json", 2),
            (otherSchema, "answer_does_not_fit", 2), (.controlCharacters, "answer_not_json", 2),
            (.failure(.contextTooLong), "context_too_long", 1),
        ])
    func oneFails(answer: Answer, code: String, calls: Int) async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.firstGets(answer)) { table in
            let ran = await table.review("--json", "--max-iterations", "1")
            #expect(ran.code == .notReached, "without its review nothing has converged: \(ran.progress)")
            let report = try table.json(ran.output)
            guard case .array(let rounds)? = report["rounds"], case .array(let critics)? = rounds.first?["critics"]
            else {
                Issue.record("no critics in \(ran.output)")
                return
            }
            #expect(critics.map { $0["critic"] } == ["first", "second", "third"])
            #expect(critics[0]["error"] != nil && critics[1]["error"] == nil, "\(critics[0])")
            #expect(ran.output.contains(code), "\(critics[0])")
            #expect(ran.progress.contains("no review from first"), "\(ran.progress)")
            #expect(table.prompts.count { $0.contains("reader first of this table") } == calls)
            #expect(!(ran.output + ran.progress).contains("\u{1b}[2J"))
        }
    }

    @Test func anAnswerOfTenMegabytesEndsEarly() async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.firstGets(.large())) { table in
            let ran = await table.review("--max-iterations", "1")
            #expect(ran.code == .notReached, "\(ran.progress)")
            #expect(ran.progress.contains("no review from first"), "\(ran.progress)")
            #expect(ran.progress.utf8.count < 100_000)
        }
    }

    @Test func aBadAnswerIsRepairedOnce() async throws {
        let script = Script { call in
            call.prompt.contains("I think that it is fine.") || !call.prompt.contains("reader first of this table")
                ? TableScript.answer(to: call, findings: false) : .text("I think that it is fine.")
        }
        try await ModelTable.with(RoundtableSample.good, script) { table in
            let ran = await table.review()
            #expect(ran.code == .reached, "\(ran.progress)")
            #expect(table.models.counters.requests == 4)
        }
    }

    // MARK: Budgets

    @Test func aBudgetParksAndGoesOnWithoutPayingTwice() async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.diligent) { table in
            let ran = await table.review("--budget", "tokens=4500")
            #expect(ran.code == .overBudget, "\(ran.progress)")
            let last = ran.progress.split(separator: "\n").last ?? ""
            #expect(last.contains("runs resume run_") && last.contains("--budget"), "\(ran.progress)")
            let run = try #require(ran.progress.firstMatch(of: /run_[0-9a-z]{26}/)).output
            let resumed = await table.tutti(["runs", "resume", String(run), "--budget", "tokens=+900000"])
            #expect(resumed.code == .reached, "\(resumed.progress)")
            let tokens = table.models.counters.tokens
            #expect(tokens.count == 7)
            #expect(tokens.values.allSatisfy { $0.received == 1 }, "nothing is asked twice")
        }
    }

    @Test("making participants is paid from the same budget", arguments: [(3, ExitCode.usage), (6, .overBudget)])
    func generated(steps: Int, code: ExitCode) async throws {
        try await ModelTable.with { table in
            // Two participants and the focus are three steps; a round of two takes six more.
            let ran = await table.review("--budget", "steps=\(steps)", seats: ["--generate", "2"])
            #expect(ran.code == code, "\(ran.progress)")
            #expect(ran.progress.contains(code == .usage ? "has used up" : "is at its budget"), "\(ran.progress)")
            #expect(table.models.counters.requests <= steps)
        }
    }

    @Test func aBudgetInDollarsNeedsAPrice() async throws {
        try await ModelTable.with { table in
            let ran = await table.review("--budget", "1")
            #expect(ran.code == .usage)
            #expect(ran.progress.contains("nobody knows the price of openai/mock-model"), "\(ran.progress)")
            #expect(!FileManager.default.fileExists(atPath: table.scratch.home), "nothing was begun")
            #expect(table.models.counters.requests == 0)
        }
    }

    @Test func aPriceNeedNotNameTheProvider() async throws {
        try await ModelTable.with { table in
            let list = #"[{"model": "mock-*", "from": "2020-01-01", "input": "0.25", "output": "2"}]"#
            let ran = await table.review("--budget", "1", prices: try table.scratch.write("prices.json", list))
            #expect(ran.code == .reached, "\(ran.progress)")
            #expect(table.models.counters.requests == 3)
        }
    }
}
