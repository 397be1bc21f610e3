import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiEngine

@testable import TuttiTerminal

@Suite("tutti runs cancel")
struct RunsCancelCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func anEndedRunStaysAsItIs() async throws {
        let run = try await Oven.bake(180, in: desk)
        #expect(
            await desk.run("runs", "cancel", run.text)
                == .init(code: .failed, output: "", progress: "tutti: the run \(run) has ended: it is completed\n"))
        #expect(await desk.run("runs", "show", run.text).output.hasPrefix("● done"))
    }

    @Test func anInterruptedRunEndsAtOnce() async throws {
        let run = try await StuckRun.leave(in: desk)
        #expect(
            await desk.run("runs", "cancel", run.text)
                == .init(code: .reached, output: "– cancelled  \(run)\n", progress: ""))
        let again = await desk.run("runs", "cancel", run.text)
        #expect(again == .init(code: .reached, output: "– cancelled  \(run)\n", progress: ""))
    }

    @Test func aRunAtWorkIsToldToStop() async throws {
        let run = try await StuckRun.begin(in: desk)
        let answer = await desk.run("runs", "cancel", run.handle.id.text, "--json")
        await #expect(throws: (any Error).self) { try await run.handle.output }
        await run.tutti.close()
        #expect(answer.code == .reached)
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(json["id"] == .string(run.handle.id.text) && json["cancel_requested"] == true)
        #expect(await desk.run("runs", "show", run.handle.id.text).output.hasPrefix("– cancelled"))
    }
}
