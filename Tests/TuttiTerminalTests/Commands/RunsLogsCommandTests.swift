import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiEngine

@testable import TuttiTerminal

@Suite("tutti runs logs")
struct RunsLogsCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func printsTheEventsInOrder() async throws {
        let run = try await Oven.bake(400, in: desk)
        let answer = await desk.run("runs", "logs", run.text)
        #expect(answer.code == .reached && answer.progress == "")
        let told = answer.output.split(separator: "\n").map { $0.dropFirst("2026-11-20T13:25:06.120Z".count) }
        #expect(
            told == [
                "     1  run.started  {\"workflow\":\"oven\"}",
                "     2  step.failed  bake#1  {\"attempt\":1,\"code\":\"too_hot\","
                    + "\"message\":\"400 degrees is too hot\"}",
                "     3  run.failed  bake#1  {\"code\":\"too_hot\",\"message\":\"400 degrees is too hot\"}",
            ])
    }

    @Test func jsonLinesAreCloudEvents() async throws {
        let run = try await Oven.bake(180, in: desk)
        let answer = await desk.run("runs", "logs", "--json", run.text)
        var events = try answer.output.split(separator: "\n").map { line in
            try CanonicalJSON.decode([String: JSONValue].self, from: Data(line.utf8))
        }
        #expect(events.count == 3)
        for index in events.indices {
            #expect(events[index].removeValue(forKey: "time")?.stringValue?.hasSuffix("Z") == true)
        }
        #expect(
            events[1] == [
                "specversion": "1.0", "id": .string("\(run)/2"), "type": "step.completed", "source": "/tutti/oven",
                "subject": .string(run.text), "step": "bake#1", "data": ["attempt": 1],
            ])
        #expect(events.map { $0["id"] } == (1...3).map { .string("\(run)/\($0)") })
    }

    @Test func followingAnEndedRunPrintsItAndEnds() async throws {
        let run = try await Oven.bake(180, in: desk)
        let plain = await desk.run("runs", "logs", run.text)
        #expect(await desk.run("runs", "logs", "-f", run.text) == plain)
    }

    @Test func followingALiveRunEndsWithIt() async throws {
        let run = try await StuckRun.begin(in: desk)
        async let followed = desk.run("runs", "logs", "-f", run.handle.id.text)
        try await run.tutti.engine.cancel(run.handle.id)
        let answer = await followed
        await run.tutti.close()
        #expect(answer.code == .reached)
        #expect(answer.output.contains("run.cancel_requested"))
        #expect(answer.output.split(separator: "\n").last?.hasSuffix("run.cancelled") == true)
    }

    @Test func followingAnInterruptedRunNamesTheWayOn() async throws {
        let run = try await StuckRun.leave(in: desk)
        let answer = await desk.run("runs", "logs", "-f", run.text)
        #expect(answer.code == .reached && answer.output.contains("critic.completed"))
        #expect(
            answer.progress == "The run is waiting (interrupted). Go on with:\n  tutti runs resume \(run)\n")
    }
}
