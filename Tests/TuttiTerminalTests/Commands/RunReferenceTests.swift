import Testing
import TuttiCore
import TuttiStoreSQLite

@testable import TuttiTerminal

@Suite("How runs are named")
struct RunReferenceTests {
    @Test(arguments: ["", "run_", "RUN_", "prj_01k9", "01k9!", "01i", "run_01k9z3wq4e5v6s7t8a9b0c1d2f3", "käse"])
    func whatCannotBeginAnIdentifierIsAUsageError(typed: String) async throws {
        #expect(throws: InputError.self) { try RunReference(typed) }
        let answer = try await Desk().run("runs", "show", typed.isEmpty ? " " : typed)
        #expect(answer.code == .usage && answer.output == "")
        #expect(answer.progress.contains("'tutti runs ls' lists the runs"))
    }

    @Test(arguments: [("01k9", "run_01k9"), ("run_01k9", "run_01k9"), ("RUN_01K9", "run_01k9"), ("0", "run_0")])
    func anyBeginningInAnyCaseWillDo(typed: String, beginning: String) throws {
        #expect(try RunReference(typed).beginning == beginning)
    }

    @Test(arguments: [
        "show", "logs", "resume", "cancel", "export", "approve", "reject", "retry", "finish",
    ])
    func anUnknownRunIsSaidAndNothingIsMade(verb: String) async throws {
        let desk = try Desk()
        let answer = await desk.run("runs", verb, "01k9")
        #expect(
            answer
                == .init(
                    code: .failed, output: "",
                    progress: "tutti: there is no run '01k9'; 'tutti runs ls' lists what there is\n"))
        #expect(!desk.homeFolder.hasDatabase)
    }

    @Test func anAmbiguousBeginningListsTheCandidates() async throws {
        let desk = try Desk()
        let first = try await Oven.bake(180, in: desk)
        let second = try await Oven.bake(200, in: desk)
        let answer = await desk.run("runs", "show", "run_0")
        #expect(answer.code == .failed && answer.output == "")
        #expect(
            answer.progress == """
                tutti: 'run_0' is the beginning of several runs; type more of it:
                  \(first)
                  \(second)

                """)
        #expect(await desk.run("runs", "show", second.text.uppercased()).code == .reached)
    }
}
